import { drawHeldAs } from './heldAs'
import { centres, firstHospital, type Institution } from './institutions'
import { archiveNumber, identityNumber } from './identityNumbers'
import { commonName, drawGivenName, drawStreet, drawSurname, surnameOf } from './names'
import { Random } from './random'
import { at, day, dayOf } from './time'
import type { Person, Sex } from './happenings'

/** The span in which things happen: `from` to `until`, instants. */
export interface Span {
  readonly from: number
  readonly until: number
}

interface Household {
  readonly key: string
  readonly surname: string
  readonly phone: string
  readonly street: string
  readonly centre: Institution
  readonly place: number
}

const maximumInHousehold = 6
/** Of mothers' children, those who have a twin. */
const twinRate = 0.04
/** Of adults, those with one of the district's commonest names. */
const commonNameRate = 0.06
/** Of households, those whose head has the name, the sex and the day of birth of the head next door: another person. */
const namesakeRate = 0.01

/**
 * The people of a district, household by household: couples with children, the elderly alone or with them; families share
 * an address and often a telephone; some have a twin, some a namesake of the same day. `first` numbers the first resident; each household draws from a stream of its own.
 */
export function* people({
  seed,
  first,
  count,
  span,
}: {
  seed: number
  first: number
  count: number
  span: Span
}): Generator<Person> {
  let next = first
  let neighbour: Person | undefined
  for (let home = 0; next < first + count; home++) {
    const random = new Random(seed, 'household', first, home)
    const place = random.whole(0, centres.length - 1)
    const household: Household = {
      key: `H${first}-${home}`,
      surname: drawSurname(random),
      phone: mobile(random),
      street: drawStreet(place, random),
      centre: centres[place] ?? firstHospital,
      place,
    }
    const like = random.chance(namesakeRate) ? neighbour : undefined
    let head: Person | undefined
    for (const made of membersOf(household, random, span, number => ({ seed, number }), { first: next, like })) {
      if (next >= first + count) return
      next++
      const heldAs = drawHeldAs(made, { seed, home: place })
      const person = heldAs ? { ...made, heldAs } : made
      head ??= person
      yield person
    }
    neighbour = head
  }
}

type Numbering = (number: number) => { seed: number; number: number }

function* membersOf(household: Household, random: Random, span: Span, numbering: Numbering, { first, like }: { first: number; like?: Person }): Generator<Person> {
  const endYear = new Date(span.until).getUTCFullYear()
  const elderly = random.chance(0.45)
  const headBirth = endYear - (elderly ? random.whole(60, 86) : random.whole(27, 59))
  const headSex: Sex = random.chance(0.5) ? 'M' : 'F'
  let number = first
  const make = (role: Role) => makePerson({ household, random, span, ...numbering(number++), ...role })
  const head = make({ sex: headSex, birthYear: headBirth, surname: household.surname, marital: '2', ...(like ? { like } : {}) })
  yield head
  let spouse: Person | undefined
  if (random.chance(elderly ? 0.6 : 0.75)) {
    const sex: Sex = headSex === 'M' ? 'F' : 'M'
    spouse = make({
      sex,
      birthYear: headBirth + random.whole(-4, 4),
      surname: drawSurname(random),
      marital: '2',
      contact: head,
      relation: '配偶',
    })
    yield spouse
  }
  const mother = head.sex === 'F' ? head : spouse
  if (elderly || !mother) return
  const childYears = endYear - Number(mother.birth.slice(0, 4)) - 24
  for (let child = 0; child < Math.min(random.whole(0, 3), maximumInHousehold - 2); child++) {
    const age = random.whole(0, Math.max(0, Math.min(17, childYears)))
    const father = mother === head ? spouse : head
    const role = {
      birthYear: endYear - age,
      surname: surnameOf((father ?? mother).name),
      marital: '1',
      contact: mother,
      relation: '母亲',
      mother,
    } as const
    const born = make({ ...role, sex: random.chance(0.5) ? 'M' : 'F' })
    if (!random.chance(twinRate)) {
      yield born
      continue
    }
    yield { ...born, birthOrder: 1 }
    yield { ...make({ ...role, sex: random.chance(0.5) ? 'M' : 'F', twin: born }), birthOrder: 2 }
  }
}

interface Role {
  sex: Sex
  birthYear: number
  surname: string
  marital: Person['marital']
  contact?: Person
  relation?: string
  mother?: Person
  /** Whose name, sex and day of birth this one has, by chance. */
  like?: Person
  /** Born on the same day, of the same mother. */
  twin?: Person
}

function makePerson(given: Role & { household: Household; random: Random; span: Span; seed: number; number: number }): Person {
  const { household, random, span, number, mother, like, twin } = given
  const sex = like?.sex ?? given.sex
  const birth = (like ?? twin)?.birth ?? birthDate(given.birthYear, number, span)
  const born = at(birth)
  const adult = span.until - born > 15 * 365.25 * day
  const county = adult && random.chance(0.08) ? '120107' : '350206'
  const registered = dayOf(Math.max(span.from + random.whole(3, 900) * day, born + random.whole(20, 60) * day))
  const phone = random.chance(0.5) ? household.phone : mobile(random)
  return {
    ...numbersOf(number, household, random),
    name: like?.name ?? nameOf(given, { adult, sex, random }),
    sex,
    birth,
    identity: identityNumber({ county, birth, sex, serial: number }),
    phone: adult ? phone : household.phone,
    marital: given.marital,
    household: household.key,
    street: household.street,
    centre: household.centre,
    registered: Math.min(registered, dayOf(span.until) - 40 * day),
    ...(given.contact
      ? { contact: { name: given.contact.name, phone: given.contact.phone, relation: given.relation ?? '其他' } }
      : {}),
    ...(mother ? { mother } : {}),
    ...chronic(birth, random, span),
  }
}

/** Twins have names of their own. */
function nameOf({ surname, birthYear, twin }: Role, { adult, sex, random }: { adult: boolean; sex: Sex; random: Random }): string {
  if (adult && random.chance(commonNameRate)) return commonName(sex, random)
  const name = surname + drawGivenName(sex, birthYear, random)
  return name === twin?.name ? surname + (sex === 'M' ? '嘉明' : '嘉慧') : name
}

/** The numbers under which every system keeps the resident of this number. */
export function numbersOf(number: number, home: { centre: Institution }, random: Random) {
  const digits = `${number}`.padStart(6, '0')
  return {
    key: `r${digits}`,
    chart: `SY1${digits}`,
    maternityChart: `FY1${digits}`,
    platformId: `p${digits}`,
    empi: `${home.centre.unit ?? '350206000'}${digits.padStart(9, '0')}`,
    healthCard: `A9${digits}${random.whole(10, 99)}`,
    archive: archiveNumber({ street: home.centre.street ?? '001', committee: random.whole(1, 18), sequence: number % 100_000 }),
  }
}

/**
 * The day of birth follows from the resident's number, so that with its serial (number mod 500) no two identity numbers
 * are the same: 101 and 1 + 500 · 101 are both coprime to the 336 days used, which serves 168,000 residents.
 */
function birthDate(year: number, number: number, span: Span): string {
  const place = (Math.floor(number / 500) + number * 101) % 336
  const on = (each: number) => Date.UTC(each, Math.floor(place / 28), (place % 28) + 1)
  return new Date(on(year) > span.until - 60 * day ? on(year - 1) : on(year)).toISOString().slice(0, 10)
}

/** Hypertension and diabetes by age, with the day on which they were found. */
function chronic(birth: string, random: Random, span: Span): Pick<Person, 'hypertension' | 'diabetes'> {
  const age = (span.until - at(birth)) / (365.25 * day)
  if (age < 38) return {}
  const found = () => dayOf(span.from) + random.whole(0, Math.max(1, Math.floor(((span.until - span.from) / day) * 0.6))) * day
  const hypertension = random.chance(age > 60 ? 0.6 : 0.25)
  const diabetes = random.chance(age > 60 ? 0.3 : 0.12)
  return { ...(hypertension ? { hypertension: found() } : {}), ...(diabetes ? { diabetes: found() } : {}) }
}

const mobile = (random: Random) =>
  `1${random.pick(['35', '36', '38', '59', '80', '86'])}9999${`000${random.whole(0, 9999)}`.slice(-4)}`
