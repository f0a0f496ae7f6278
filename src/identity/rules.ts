/** What is stronger than a score: why two source patients are two people, or may be. Pure. */
import type { Features } from '../model/features'
import { compareBirths } from './features/births'
import { ownKeys } from './features/kin'
import { isPinyin } from './features/personNames'
import type { Comparison } from './score/levels'
import { isOfOneBirth } from './score/twins'

/** Two people, whatever else agrees. */
export const decisive: ReadonlySet<string> = new Set([
  'numbers-differ',
  'sex-and-birth-date-differ',
  'birth-order-differs',
  'mother-differs',
  'parent-and-child',
  'given-name-and-sex-differ',
  'given-name-and-card-differ',
])
/**
 * What makes a single pair uncertain, and says nothing against the group that other members make: an unchecked number is often
 * mistyped. Another given name is none of these: a chart that lists two names would chain twins.
 */
export const mild: ReadonlySet<string> = new Set(['national-id-differs', 'twin-or-mistake', 'generation-untold'])
/** Years by which a person may be younger than the number says; beyond, the number is a parent's. */
const yearsOfError = 10

export const holds = (agreement: { level: string } | undefined, ...levels: string[]): boolean =>
  agreement !== undefined && levels.includes(agreement.level)
const isHan = ({ names }: Features): boolean => names.some(({ script }) => script === 'han')
/** Told in characters, or in letters that read as pinyin: short, and shared by many. */
export const isChinese = (person: Features): boolean => isHan(person) || person.names.some(isPinyin)

/** By a number, or what a person is found by as well: it speaks for one person, and no card or mail address is proof of one. */
export const isNumbered = ({ number, nationalId, identifier, email }: Comparison): boolean =>
  holds(number, 'same', 'close') || holds(nationalId, 'same') || holds(identifier, 'same') || holds(email, 'same')

/** Only these are of one person. A card, an insurance, a chart number typed twice and a mail address are shared in families. */
const isOfOneNumber = ({ number, nationalId }: Comparison) => holds(number, 'same') || holds(nationalId, 'same')

export interface Setting {
  /** A table has shown that twins are none of its pairs (`score/twins.ts`). */
  readonly rareTwins: boolean
  /** Of a table's own rows, where first names are mistyped beyond likeness; the gateway asks whenever twins are possible. */
  readonly isTable: boolean
}

export function contradictions(a: Features, b: Features, comparison: Comparison, { rareTwins, isTable }: Setting): string[] {
  const isOneChild = isSameChild(a, b, comparison)
  const isCareful = !isTable || isHan(a) || isHan(b)
  return [
    ...ofNumbers(a, b, comparison, isOneChild),
    ...ofSexAndDay(a, b, comparison, isCareful),
    ...(isHan(a) || isHan(b) ? ofSiblings(a, b, comparison) : []),
    ...(isChildOf(a, b) || isChildOf(b, a) ? ['parent-and-child'] : []),
    ...ofBirths(a, b, comparison, isOneChild),
    ...ofUnchecked(a, b, comparison, rareTwins),
    ...(isCareful && isOfAnotherName(a, b, comparison) ? ['given-name-differs'] : []),
    ...ofGenerations(a, b),
  ]
}

const bornAlike = (a: Features, b: Features) =>
  a.birthDate === undefined || b.birthDate === undefined ? undefined : compareBirths(a.birthDate, b.birthDate)
const isOtherDay = (a: Features, b: Features) => ['different', 'year'].includes(bornAlike(a, b) ?? '')
const isNearDay = (a: Features, b: Features) => ['close', 'two-parts'].includes(bornAlike(a, b) ?? '')
const yearOf = ({ birthDate }: Features) => Number(birthDate?.slice(0, 4))

/**
 * A wrong digit is a slip in one of two facts, not in both: brother and sister may be born on one day of two years. Nor is a
 * decade one: father and son.
 */
function ofSexAndDay(a: Features, b: Features, comparison: Comparison, isCareful: boolean): string[] {
  const isOther = isOtherDay(a, b) || (isCareful && isNearDay(a, b) && !isOfOneNumber(comparison))
  if (holds(comparison.sex, 'different') && isOther) return ['sex-and-birth-date-differ']
  const isDecade = Math.abs(yearOf(a) - yearOf(b)) >= yearsOfError
  return isCareful && isDecade && !isOfOneNumber(comparison) ? ['birth-date-differs'] : []
}

/** As brothers and sisters, who share all else: with another given name, the sex or the health card is another's too. */
function ofSiblings(a: Features, b: Features, comparison: Comparison): string[] {
  const isOther = holds(comparison.given, 'different')
  if (isOfOneNumber(comparison) || !(isOther || isOtherSpelling(a, b, comparison))) return []
  return [
    ...(holds(comparison.sex, 'different') ? ['given-name-and-sex-differ'] : []),
    ...(isOther && holds(comparison.identifier, 'other-card') ? ['given-name-and-card-differ'] : []),
  ]
}

const isOtherName = ({ family, given }: Comparison) => [family, given].some((part) => holds(part, 'different', 'similar'))

/**
 * Without one number another name is another person's, for all that is known; another character of the same sound beside one
 * card is a clerk's.
 */
function isOfAnotherName(a: Features, b: Features, comparison: Comparison): boolean {
  if (isOfOneNumber(comparison)) return false
  if (isOtherName(comparison)) return true
  const isNear = [comparison.family, comparison.given].some((part) => holds(part, 'close'))
  if (isNear && [a, b].every(isChinese)) return true
  return isOtherSpelling(a, b, comparison) && holds(comparison.birthDate, 'same', 'compatible') && !isNumbered(comparison)
}

/** Both are told in characters, and in no common ones: 文 is often written 雯, and twins are so called. */
function isOtherSpelling(a: Features, b: Features, { given }: Comparison): boolean {
  if (!holds(given, 'same', 'variant')) return false
  const [one, other] = [a, b].map(({ names }) => names.flatMap((name) => (name.script === 'han' ? (name.given ?? []) : [])))
  return one?.[0] !== undefined && other?.[0] !== undefined && !one.some((each) => other.includes(each))
}

/** Valid numbers: two are two people. One of two people (a parent's at a child, or somebody's by mistake) is for a steward. */
function ofNumbers(a: Features, b: Features, comparison: Comparison, isOneChild: boolean): string[] {
  if (holds(comparison.number, 'different')) return ['numbers-differ']
  if (!holds(comparison.number, 'same') || isOneChild) return []
  if (isBorrowed(a) || isBorrowed(b)) return ['number-of-another']
  const shared = comparison.number?.value
  if ([a, b].some((each) => !isProven(each, shared))) return ['number-unproven']
  const born = bornAlike(a, b)
  return [
    ...(isOtherName(comparison) || !isSaid(a, b, comparison) ? ['name-differs'] : []),
    ...(born !== undefined && born !== 'same' && born !== 'compatible' && !isSlipOfBirth(comparison)
      ? ['birth-date-differs']
      : []),
    ...(holds(comparison.sex, 'different') ? ['sex-differs'] : []),
  ]
}

/** 15 digits have no check digit: the birth date that is told beside them is one. */
const isProven = ({ numbers, birthDate }: Features, shared: string | undefined) =>
  numbers.every(
    (each) =>
      each.number !== shared ||
      each.unchecked !== true ||
      (birthDate !== undefined && !['different', 'year', 'two-parts'].includes(compareBirths(birthDate, each.birthDate))),
  )

/** The number says the birth date itself: of one full name and phone, address or card, a date one slip away is a slip. */
const isSlipOfBirth = ({ family, given, birthDate, phone, line, identifier }: Comparison) =>
  holds(birthDate, 'close', 'swapped') &&
  holds(family, 'same') &&
  holds(given, 'same') &&
  [phone, line, identifier].some((each) => holds(each, 'same'))

/** Both names are told, and compared (another romanisation is not). */
const isSaid = (a: Features, b: Features, { family, given }: Comparison) =>
  a.names.length === 0 || b.names.length === 0 || family !== undefined || given !== undefined

/** A newborn or child under a parent's number: born over ten years after the number's birth date, or called as newborns are. */
export function isBorrowed({ numbers, birthDate, parent, newborn }: Features): boolean {
  if (numbers.length === 0) return false
  if (birthDate === undefined) return parent !== undefined || newborn === true
  return numbers.every((number) => Number(birthDate.slice(0, 4)) - Number(number.birthDate.slice(0, 4)) > yearsOfError)
}

/** The other is told to be this one's mother or guardian. */
function isChildOf(a: Features, b: Features): boolean {
  const keys = new Set(ownKeys(b.numbers, b.identifiers))
  return (a.kin ?? []).some((parent) => parent.keys?.some((key) => keys.has(key)) === true)
}

/**
 * Newborns without a name or number of their own: but for the mother and the order of birth nothing tells one of them from the
 * other.
 */
function ofBirths(a: Features, b: Features, comparison: Comparison, isOneChild: boolean): string[] {
  const { sex, kin } = comparison
  if (a.birthDate === undefined || a.birthDate !== b.birthDate) return []
  if ((a.birthOrder ?? 0) > 0 && (b.birthOrder ?? 0) > 0 && a.birthOrder !== b.birthOrder) return ['birth-order-differs']
  if (![a, b].some(isUnnamedNewborn) || isOfOneNumber(comparison) || isOneChild) return []
  if (holds(kin, 'different')) return ['mother-differs']
  return [holds(sex, 'different') ? 'birth-order-differs' : 'may-be-twins']
}

export const isUnnamedNewborn = ({ names, parent, newborn, birthOrder }: Features): boolean =>
  names.length === 0 && (parent !== undefined || newborn === true || birthOrder !== undefined)

/** Of one mother, by her number or chart, born on one day in one told place among those born together. */
export const isSameChild = (a: Features, b: Features, { kin, sex }: Comparison): boolean =>
  holds(kin, 'same') &&
  a.birthDate?.length === 10 &&
  a.birthDate === b.birthDate &&
  (a.birthOrder ?? 0) > 0 &&
  a.birthOrder === b.birthOrder &&
  !holds(sex, 'different')

/** Numbers without a check digit (social security): alike they may be lent, unlike they may be mistyped. */
function ofUnchecked(a: Features, b: Features, comparison: Comparison, rareTwins: boolean): string[] {
  const { nationalId, given, family, birthDate } = comparison
  const isNumberedOnce = [a, b].filter((each) => each.numbers.length > 0 || each.nationalId !== undefined).length === 1
  const isTwinLike = holds(given, 'different') && holds(family, 'same', 'close', 'variant') && holds(birthDate, 'same')
  return [
    ...(nationalId !== undefined &&
    nationalId.level !== 'same' &&
    !isMistyped(comparison) &&
    !(rareTwins && isOfOneBirth(comparison))
      ? ['national-id-differs']
      : []),
    ...(holds(nationalId, 'same') && isStranger(comparison) && isOtherDay(a, b) ? ['name-differs', 'birth-date-differs'] : []),
    ...(isTwinLike && isNumberedOnce && !isOfOneNumber(comparison) ? ['twin-or-mistake'] : []),
  ]
}

const isStranger = ({ family, given }: Comparison) =>
  [family, given].every((each) => each === undefined || each.level === 'different') && (family ?? given) !== undefined

/**
 * An unchecked number that is not the same tells little: it may be mistyped, or another register's. Two records are one in spite
 * of it where the full name and the birth date agree, or in one house the given name and the birth date. Of one house and birth
 * date with another given name are twins, unless the number is a slip of the other's (those registered together have numbers in
 * a row).
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

/** Sr, Jr, III are told where a family has two of one name: a record that leaves it out may be of either. */
function ofGenerations({ generation: a }: Features, { generation: b }: Features): string[] {
  if (a === b) return []
  return [a === undefined || b === undefined ? 'generation-untold' : 'generation-differs']
}
