import { allergens, diagnoses, vaccines } from './clinical'
import { followUpsOf } from './followUps'
import { centres, departments, firstHospital, maternityHospital } from './institutions'
import { asHeldBy, rates } from './heldAs'
import { archiveNumber } from './identityNumbers'
import { drawStreet } from './names'
import { Random } from './random'
import { at as instant, day, dayStampOf, hour } from './time'
import { reportOf, visitsOf } from './visits'
import type { Happening, Person, Registration, Visit } from './happenings'
import type { Span } from './district'

export interface Living {
  readonly seed: number
  readonly span: Span
  /** 1 is an ordinary district; 2 has twice the visits. */ readonly density: number
}

/** All that happens to an ordinary resident within the span, in no order. */
export function* lifeOf(person: Person, living: Living): Generator<Happening> {
  const { seed, span, density } = living
  const random = new Random(seed, 'life', person.key)
  yield* registrationsOf(person, random, span)
  const allergen = random.chance(0.12) ? random.pick(allergens) : undefined
  if (allergen) yield { kind: 'allergy', person, at: person.registered + 2 * day, institution: person.centre, allergen }
  yield* followUpsOf(person, { seed, span, visits: Math.min(12, 4 * density) })
  const chronicConditions = (person.hypertension ? 1 : 0) + (person.diabetes ? 1 : 0)
  for (const happening of visitsOf(person, { seed, span, perYear: (0.9 + 0.7 * chronicConditions) * density })) {
    const asked = allergen && happening.kind === 'visit' && happening.patientClass === 'I'
    yield asked ? { ...happening, allergies: [allergen] } : happening
  }
  yield* birthOf(person, random, span)
  yield* vaccinationsOf(person, random, span)
  if (random.chance(0.04)) yield* twoCharts(person, random, span)
}

/** The centre's archive: opened, sometimes changed (a new telephone, a move within the street). */
function* registrationsOf(person: Person, random: Random, span: Span): Generator<Registration> {
  const { centre, archive, empi, phone, street, name, identity } = asHeldBy(person, 'community')
  const first: Registration = {
    kind: 'registration',
    person,
    at: person.registered + 9 * hour,
    centre,
    archive,
    empi,
    phone,
    street,
    name,
    identity,
  }
  const changed = person.registered + random.whole(200, 2500) * day
  const before = new Random('moved', person.key)
  if (!person.mother && before.chance(rates.moved)) yield* movedFrom(first, before)
  if (!random.chance(0.3) || changed >= span.until) {
    yield first
    return
  }
  yield {
    ...first,
    street: drawStreet(
      centres.findIndex(each => each === centre),
      random,
    ),
  }
  yield { ...first, at: changed + 10 * hour }
}

/** The archive that another centre kept until the resident moved: under numbers of its own, and closed since. */
function* movedFrom(registration: Registration, random: Random): Generator<Registration> {
  const { person, at } = registration
  const place = (centres.findIndex(each => each === person.centre) + random.whole(1, centres.length - 1)) % centres.length
  const centre = centres[place] ?? person.centre
  const opened = at - random.whole(40, 300) * day
  const earlier: Registration = {
    ...registration,
    person: { ...person, registered: opened },
    at: opened,
    centre,
    archive: archiveNumber({ street: centre.street ?? '001', committee: random.whole(1, 18), sequence: 50_000 + (Number(person.key.slice(1)) % 50_000) }),
    empi: `${centre.unit ?? '350206000'}7${person.key.slice(1).padStart(8, '0')}`,
    street: drawStreet(place, random),
  }
  yield earlier
  yield { ...earlier, at: at - day, closed: { reason: '2', date: at - day } }
}

/** A birth within the span: the mother's stay, and the newborn's own, sometimes under the mother's number. */
function* birthOf(person: Person, random: Random, span: Span): Generator<Happening> {
  const born = instant(person.birth) + random.whole(0, 23) * hour
  const { mother } = person
  if (!mother || born < span.from || mother.sex !== 'F') return
  const number = `${dayStampOf(born)}${person.key.slice(1)}`
  const stay = {
    kind: 'visit',
    institution: maternityHospital,
    patientClass: 'I',
    leaving: '1',
    bed: `${random.whole(1, 20)}`,
  } as const
  const delivery: Visit = {
    ...stay,
    person: mother,
    at: born - 8 * hour,
    end: born + 3 * day,
    department: departments.obstetrics,
    doctor: random.pick(departments.obstetrics.doctors),
    number: `FV${number}91`,
    record: `FZY${number}91`,
    complaint: '停经39周',
    diagnoses: [diagnoses.delivery],
  }
  yield delivery
  yield reportOf({ visit: delivery, panel: 'blood', place: 0, random })
  yield {
    ...stay,
    person,
    at: born,
    end: born + 3 * day,
    department: departments.neonatal,
    doctor: random.pick(departments.neonatal.doctors),
    number: `FV${number}92`,
    record: `FZY${number}92`,
    diagnoses: [person.birthOrder ? { code: 'Z38.300', name: '双胎活产婴儿，在医院内出生' } : { code: 'Z38.000', name: '单胎活产婴儿，在医院内出生' }],
    newborn: { name: `${mother.name}之${person.sex === 'M' ? '子' : '女'}`, ...(person.birthOrder ? { order: person.birthOrder } : {}) },
  }
  const check = born + 42 * day + random.whole(1, 6) * hour
  if (check < span.until && random.chance(0.95)) yield checkOf(person, check, number)
}

/** The check after 42 days: 区妇幼 now writes the child's own name and number into its chart. */
export function checkOf(person: Person, at: number, number: string): Visit {
  const { paediatrics } = departments
  return {
    kind: 'visit',
    person,
    at,
    institution: maternityHospital,
    department: paediatrics,
    doctor: paediatrics.doctors[0] ?? { code: 'D1201', name: '赖秀英' },
    patientClass: 'O',
    number: `FV${number}93`,
    record: `FMZ${number}93`,
    complaint: '产后42天检查',
    diagnoses: [{ code: 'Z00.100', name: '儿童常规健康检查' }],
  }
}

function* vaccinationsOf(person: Person, random: Random, span: Span): Generator<Happening> {
  const born = instant(person.birth)
  if (born < span.from) return
  for (const vaccine of vaccines) {
    const at =
      born + Math.round(vaccine.month * 30.5) * day + (vaccine.month === 0 ? 6 * hour : random.whole(0, 20) * day + 9 * hour)
    if (at >= span.until || random.chance(0.04)) continue
    const institution = vaccine.month === 0 ? maternityHospital : person.centre
    yield { kind: 'vaccination', person, at, institution, vaccine, lot: `${dayStampOf(at).slice(0, 6)}${random.whole(10, 99)}` }
  }
}

/** A second chart at 市一院, opened in a hurry and merged a while later (ADT^A40). */
function* twoCharts(person: Person, random: Random, span: Span): Generator<Happening> {
  const at = person.registered + random.whole(100, 1500) * day + 21 * hour
  if (at + 60 * day > span.until) return
  const retired = person.chart.replace('SY1', 'SY2')
  const number = `${dayStampOf(at)}${person.key.slice(1)}99`
  yield {
    kind: 'visit',
    person,
    at,
    chart: retired,
    institution: firstHospital,
    patientClass: 'E',
    department: departments.emergency,
    doctor: random.pick(departments.emergency.doctors),
    number: `V${number}`,
    record: `MZ${number}`,
    complaint: '腹痛',
    diagnoses: [diagnoses.gastritis],
  }
  yield { kind: 'merge', person, at: at + random.whole(5, 50) * day, retired }
}
