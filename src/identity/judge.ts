/** Whether two source patients are one person: the score, and what is stronger than any score. Pure. */
import type { Grade } from '../model/link'
import { compareBirths } from './features/births'
import type { Features } from '../model/features'
import { compare, type Comparison } from './score/levels'
import { isOfOneBirth } from './score/twins'
import { weigh, type Frequencies, type Model } from './score/weigh'

export interface Evidence { readonly feature: string; readonly weight: number }
export interface Judgement {
  readonly grade: Grade
  /** Bits above or below even odds, the expected number of people among whom to choose counted in. */
  readonly bits: number
  readonly probability: number
  /** By field and level (`family:same`), with the bits that each adds. */
  readonly evidence: readonly Evidence[]
  /** What forbids the link, whatever the score. */
  readonly against: readonly string[]
}
export interface Judging {
  readonly model: Model
  readonly frequency: Frequencies
  /** Number of people among whom a pair is sought. */
  readonly population: number
  /** Records that a person has besides, on the mean; 1 unless it is estimated. */
  readonly expected?: number
  /** Identity numbers that very many use: they say nothing. */
  readonly quarantined?: ReadonlySet<string>
}

/** Probability from which a pair is certain: the threshold that linkers usually take; and from which it is worth a steward's time. */
export const certainFrom = 0.95
export const possibleFrom = 0.5
const bitsOf = (probability: number) => Math.log2(probability / (1 - probability))
const [certainBits, possibleBits] = [bitsOf(certainFrom), bitsOf(possibleFrom)]

export function judge(one: Features, other: Features, judging: Judging): Judgement {
  const [x, y] = [one, other].map((person) => withoutQuarantined(person, judging.quarantined)) as [Features, Features]
  const [a, b] = [withoutBorrowed(x, y), withoutBorrowed(y, x)]
  const comparison = compare(a, b)
  const { weight, parts } = weigh(comparison, judging.model, judging.frequency)
  const bits = weight - Math.log2(Math.max(2, judging.population) / (judging.expected ?? 1))
  const isLent = (a !== x && b.numbers.length > 0) || (b !== y && a.numbers.length > 0)
  const against = [...contradictions(a, b, comparison, judging.model), ...(isLent ? ['number-of-another'] : [])]
  return {
    bits, against, grade: gradeOf(bits, against, comparison, isChinese(a) || isChinese(b) ? 3 : 2), probability: 1 / (1 + 2 ** -bits),
    evidence: parts.map(({ field, level, weight: part }) => ({ feature: `${field}:${level}`, weight: Math.round(part * 100) / 100 })),
  }
}

function withoutQuarantined(person: Features, quarantined: ReadonlySet<string> | undefined): Features {
  if (quarantined === undefined || !person.numbers.some(({ number }) => quarantined.has(number))) return person
  return { ...person, numbers: person.numbers.filter(({ number }) => !quarantined.has(number)) }
}

/** What makes a single pair uncertain, and says nothing against the group that other members make: an unchecked number is often mistyped. */
const mild = new Set(['national-id-differs', 'given-name-differs', 'generation-untold'])
export const isContradicted = ({ against }: Judgement): boolean => against.some((reason) => !mild.has(reason))

/** A parent's number tells nothing against a child who has its own. */
const withoutBorrowed = (person: Features, other: Features): Features =>
  isBorrowed(person) && !person.numbers.some(({ number }) => other.numbers.some((each) => each.number === number)) ? { ...person, numbers: [] } : person

/** Two people, whatever else agrees. */
const decisive = new Set(['numbers-differ', 'sex-and-birth-date-differ', 'birth-order-differs'])
/** Years by which a person may be younger than the number says; beyond, the number is a parent's. */
const yearsOfError = 10

function gradeOf(bits: number, against: readonly string[], comparison: Comparison, kinds: number): Grade {
  if (against.some((reason) => decisive.has(reason))) return 'none'
  const sameNumber = comparison.number?.level === 'same'
  if (against.length > 0) return sameNumber || bits >= possibleBits ? 'possible' : 'none'
  if (sameNumber) return 'certain'
  if (bits < possibleBits) return 'none'
  return bits >= certainBits && isCorroborated(comparison, kinds) ? 'certain' : 'possible'
}

const holds = (agreement: { level: string } | undefined, ...levels: string[]) => agreement !== undefined && levels.includes(agreement.level)

const isChinese = ({ names }: Features) => names.some(({ script }) => script === 'han')

/**
 * A link without a number needs two kinds of evidence of three: who the person is called, when born, and where found or how
 * numbered. Chinese names are short and shared by many: they need all three. Whoever has no name needs a number.
 */
function isCorroborated(comparison: Comparison, kinds: number): boolean {
  const { family, given, birthDate, phone, email, line, locality, postcode, birthPlace, nationalId } = comparison
  const called = [family, given].some((part) => holds(part, 'same', 'variant', 'close')) && !(holds(family, 'different') && holds(given, 'different'))
  const born = holds(birthDate, 'same', 'swapped', 'close', 'two-parts')
  const spots = [phone, email, line, ...(kinds === 3 ? [] : [birthPlace]), ...(kinds === 3 || comparison.isShared === true ? [] : [locality, postcode])]
  const found = spots.some((part) => holds(part, 'same', 'close')) || isNumbered(comparison) || holds(nationalId, 'close')
  if (family === undefined && given === undefined && !isNumbered(comparison)) return false
  const half = called && [family, given].some((part) => part === undefined || part.level === 'different')
  return (called && !(half && !found) ? 1 : 0) + (born ? 1 : 0) + (found ? 1 : 0) >= kinds
}

function contradictions(a: Features, b: Features, comparison: Comparison, { twins }: Model): string[] {
  const { number, family, given, birthDate, sex, nationalId } = comparison
  const born = birthDate === undefined || a.birthDate === undefined || b.birthDate === undefined ? undefined : compareBirths(a.birthDate, b.birthDate)
  const nameDiffers = isOtherName(family, given)
  const isOtherDay = born === 'different' || born === 'year'
  const sexDiffers = sex?.level === 'different'
  return [
    ...(number?.level === 'different' ? ['numbers-differ'] : []),
    ...(sexDiffers && isOtherDay ? ['sex-and-birth-date-differ'] : []),
    ...(isOtherTwin(a, b) ? ['birth-order-differs'] : []),
    ...(number?.level === 'same' ? withOneNumber(a, b, { nameDiffers: nameDiffers || !isSaid(a, b, comparison), birthDiffers: born !== undefined && born !== 'same' && born !== 'compatible', sexDiffers }) : []),
    ...(nationalId !== undefined && nationalId.level !== 'same' && !isMistyped(comparison) && !(isOfOneBirth(comparison) && twins <= 1 - certainFrom) ? ['national-id-differs'] : []),
    ...((isChinese(a) || isChinese(b)) && isOtherName(family, given) && !isNumbered(comparison) ? ['given-name-differs'] : []),
    ...(isTwinLike(a, b, comparison) ? ['given-name-differs'] : []),
    ...((a.generation === undefined) !== (b.generation === undefined) ? ['generation-untold'] : []),
    ...(nationalId?.level === 'same' && isStranger(comparison) && isOtherDay ? ['name-differs', 'birth-date-differs'] : []),
    ...(a.generation !== undefined && b.generation !== undefined && a.generation !== b.generation ? ['generation-differs'] : []),
    ...(isNamelessTwin(a, b) ? [sexDiffers ? 'birth-order-differs' : 'may-be-twins'] : []),
  ]
}

const isOtherName = (family: { level: string } | undefined, given: { level: string } | undefined) =>
  (family?.level === 'different' || given?.level === 'different' || given?.level === 'similar' || family?.level === 'similar')

/**
 * An unchecked number that is not the same tells little: it may be mistyped, or another register's. Two records are one in spite of
 * it where the full name and the birth date agree, or in one house the given name and the birth date. Of one house and birth date
 * with another given name are twins, unless the number is a slip of the other's (those registered together have numbers in a row).
 */
function isMistyped({ family, given, birthDate, line, nationalId }: Comparison): boolean {
  const [called, named] = [family, given].map((each) => holds(each, 'same', 'close'))
  const isSlip = holds(nationalId, 'close', 'similar')
  const isHouse = holds(line, 'same', 'close') || (holds(line, 'similar') && (isSlip || (called === true && named === true)))
  const born = holds(birthDate, 'same', 'close', 'swapped', 'two-parts')
  if (!isHouse) return called === true && named === true && holds(birthDate, 'same')
  if (named) return born || (called === true && (isSlip || birthDate === undefined))
  return called === true && holds(birthDate, 'same') && (isSlip || given === undefined)
}

/** Of one family name and birth date, with another given name, where only one of them tells a number that would settle it. */
const isTwinLike = (a: Features, b: Features, comparison: Comparison) =>
  holds(comparison.given, 'different') && holds(comparison.family, 'same', 'close', 'variant') && holds(comparison.birthDate, 'same')
  && !isNumbered(comparison) && isNumberedOnce(a, b)
const isNumberedOnce = (a: Features, b: Features) => [a, b].filter(({ numbers, nationalId }) => numbers.length > 0 || nationalId !== undefined).length === 1

/** By a number, or what is as much a person's own. Else twins of one house, with one phone, are one but for the given name. */
const isNumbered = ({ number, nationalId, identifier, email }: Comparison) =>
  holds(number, 'same', 'close') || holds(nationalId, 'same') || holds(identifier, 'same') || holds(email, 'same')

const isStranger = ({ family, given }: Comparison) =>
  [family, given].every((each) => each === undefined || each.level === 'different') && (family ?? given) !== undefined

/** Both names are told, and compared (another romanisation is not). */
const isSaid = (a: Features, b: Features, { family, given }: Comparison) =>
  a.names.length === 0 || b.names.length === 0 || family !== undefined || given !== undefined

/** A number that a parent lends, or that somebody mistyped, is of two people: for a steward. */
function withOneNumber(a: Features, b: Features, { nameDiffers, birthDiffers, sexDiffers }: { nameDiffers: boolean; birthDiffers: boolean; sexDiffers: boolean }): string[] {
  if (isBorrowed(a) || isBorrowed(b)) return ['number-of-another']
  return [...(nameDiffers ? ['name-differs'] : []), ...(birthDiffers ? ['birth-date-differs'] : []), ...(sexDiffers ? ['sex-differs'] : [])]
}

/** A newborn or child under a parent's number: born over ten years after the number's birth date, or called after the parent. */
export function isBorrowed({ numbers, birthDate, parent }: Features): boolean {
  if (numbers.length === 0) return false
  if (birthDate === undefined) return parent !== undefined
  return numbers.every((number) => Number(birthDate.slice(0, 4)) - Number(number.birthDate.slice(0, 4)) > yearsOfError)
}

const isOtherTwin = (a: Features, b: Features) =>
  (a.birthOrder ?? 0) > 0 && (b.birthOrder ?? 0) > 0 && a.birthOrder !== b.birthOrder && a.birthDate === b.birthDate

/** Newborns without a name or number of their own: nothing tells one of them from the other. */
const isNamelessTwin = (a: Features, b: Features) =>
  a.birthDate === b.birthDate && [a, b].some(({ names, parent, birthOrder }) => (names.length === 0 && parent !== undefined) || (birthOrder !== undefined && names.length === 0))
  && !(a.identifiers.some((x) => b.identifiers.some((y) => x.authority === y.authority && x.value === y.value)))
