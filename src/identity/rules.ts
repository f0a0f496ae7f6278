/** What is stronger than a score: why two source patients are two people, or may be. Pure. */
import type { Features } from '../model/features'
import { compareBirths } from './features/births'
import { ownKeys } from './features/kin'
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
 * mistyped.
 */
export const mild: ReadonlySet<string> = new Set(['national-id-differs', 'given-name-differs', 'generation-untold'])
/** Years by which a person may be younger than the number says; beyond, the number is a parent's. */
const yearsOfError = 10

export const holds = (agreement: { level: string } | undefined, ...levels: string[]): boolean =>
  agreement !== undefined && levels.includes(agreement.level)
export const isChinese = ({ names }: Features): boolean => names.some(({ script }) => script === 'han')

/** By a number, or what is as much a person's own. Else twins of one house, with one phone, are one but for the given name. */
export const isNumbered = ({ number, nationalId, identifier, email }: Comparison): boolean =>
  holds(number, 'same', 'close') || holds(nationalId, 'same') || holds(identifier, 'same') || holds(email, 'same')

/** `rareTwins`: a table has shown that twins are none of its pairs (`score/twins.ts`). */
export function contradictions(a: Features, b: Features, comparison: Comparison, rareTwins: boolean): string[] {
  const isOneChild = isSameChild(a, b, comparison)
  return [
    ...ofNumbers(a, b, comparison, isOneChild),
    ...(holds(comparison.sex, 'different') && isOtherDay(a, b) ? ['sex-and-birth-date-differ'] : []),
    ...(isChinese(a) || isChinese(b) ? ofSiblings(comparison) : []),
    ...(isChildOf(a, b) || isChildOf(b, a) ? ['parent-and-child'] : []),
    ...ofBirths(a, b, comparison, isOneChild),
    ...ofUnchecked(a, b, comparison, rareTwins),
    ...((isChinese(a) || isChinese(b)) && isOtherName(comparison) && !isNumbered(comparison) ? ['given-name-differs'] : []),
    ...ofGenerations(a, b),
  ]
}

const bornAlike = (a: Features, b: Features) =>
  a.birthDate === undefined || b.birthDate === undefined ? undefined : compareBirths(a.birthDate, b.birthDate)
const isOtherDay = (a: Features, b: Features) => ['different', 'year'].includes(bornAlike(a, b) ?? '')
/**
 * As brothers and sisters, who share all else: with another given name, the sex or the health card is another's too. Of Chinese
 * names only: some tables guess the sex from a first name.
 */
function ofSiblings(comparison: Comparison): string[] {
  if (!holds(comparison.given, 'different') || isNumbered(comparison)) return []
  return [
    ...(holds(comparison.sex, 'different') ? ['given-name-and-sex-differ'] : []),
    ...(holds(comparison.identifier, 'other-card') ? ['given-name-and-card-differ'] : []),
  ]
}

const isOtherName = ({ family, given }: Comparison) => [family, given].some((part) => holds(part, 'different', 'similar'))

/** Valid numbers: two are two people. One of two people (a parent's at a child, or somebody's by mistake) is for a steward. */
function ofNumbers(a: Features, b: Features, comparison: Comparison, isOneChild: boolean): string[] {
  if (holds(comparison.number, 'different')) return ['numbers-differ']
  if (!holds(comparison.number, 'same') || isOneChild) return []
  if (isBorrowed(a) || isBorrowed(b)) return ['number-of-another']
  const born = bornAlike(a, b)
  return [
    ...(isOtherName(comparison) || !isSaid(a, b, comparison) ? ['name-differs'] : []),
    ...(born !== undefined && born !== 'same' && born !== 'compatible' && !isSlipOfBirth(comparison)
      ? ['birth-date-differs']
      : []),
    ...(holds(comparison.sex, 'different') ? ['sex-differs'] : []),
  ]
}

/** The number says the birth date itself: of one full name and phone, address or card, a date one slip away is a slip. */
const isSlipOfBirth = ({ family, given, birthDate, phone, line, identifier }: Comparison) =>
  holds(birthDate, 'close', 'swapped') &&
  holds(family, 'same') &&
  holds(given, 'same') &&
  [phone, line, identifier].some((each) => holds(each, 'same'))

/** Both names are told, and compared (another romanisation is not). */
const isSaid = (a: Features, b: Features, { family, given }: Comparison) =>
  a.names.length === 0 || b.names.length === 0 || family !== undefined || given !== undefined

/** A newborn or child under a parent's number: born over ten years after the number's birth date, or called after the parent. */
export function isBorrowed({ numbers, birthDate, parent }: Features): boolean {
  if (numbers.length === 0) return false
  if (birthDate === undefined) return parent !== undefined
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
function ofBirths(a: Features, b: Features, { sex, kin, identifier }: Comparison, isOneChild: boolean): string[] {
  if (a.birthDate === undefined || a.birthDate !== b.birthDate) return []
  if ((a.birthOrder ?? 0) > 0 && (b.birthOrder ?? 0) > 0 && a.birthOrder !== b.birthOrder) return ['birth-order-differs']
  if (![a, b].some(isUnnamedNewborn) || holds(identifier, 'same') || isOneChild) return []
  if (holds(kin, 'different')) return ['mother-differs']
  return [holds(sex, 'different') ? 'birth-order-differs' : 'may-be-twins']
}

export const isUnnamedNewborn = ({ names, parent, birthOrder }: Features): boolean =>
  names.length === 0 && (parent !== undefined || birthOrder !== undefined)

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
    ...(isTwinLike && isNumberedOnce && !isNumbered(comparison) ? ['given-name-differs'] : []),
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
