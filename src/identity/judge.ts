/** Whether two source patients are one person: the score, and what is stronger than any score. Pure. */
import type { Grade } from '../model/link'
import type { Features } from '../model/features'
import { contradictions, decisive, holds, isBorrowed, isChinese, isNumbered, isSameChild, mild } from './rules'
import { compare, type Comparison } from './score/levels'
import { weigh, type Frequencies, type Model } from './score/weigh'

export interface Evidence {
  readonly feature: string
  readonly weight: number
}
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
  /** The rows of a table (`table.ts`); absent for the gateway, which asks where a table may take a likeness for a mistake. */
  readonly isTable?: boolean
}

/**
 * Probability from which a pair is certain: the threshold that linkers usually take; and from which it is worth a steward's
 * time.
 */
export const certainFrom = 0.95
export const possibleFrom = 0.5
const bitsOf = (probability: number) => Math.log2(probability / (1 - probability))
const [certainBits, possibleBits] = [bitsOf(certainFrom), bitsOf(possibleFrom)]

export function judge(one: Features, other: Features, judging: Judging): Judgement {
  const { isTable = false } = judging
  const [x, y] = [one, other].map((person) => withoutQuarantined(person, judging.quarantined)) as [Features, Features]
  const [a, b] = [withoutBorrowed(x, y), withoutBorrowed(y, x)]
  const comparison = compare(a, b)
  const { weight, parts } = weigh(comparison, judging.model, judging.frequency)
  const bits = weight - Math.log2(Math.max(2, judging.population) / (judging.expected ?? 1))
  const isLent = ((a !== x && b.numbers.length > 0) || (b !== y && a.numbers.length > 0)) && !holds(comparison.identifier, 'same')
  const against = [
    ...new Set([
      ...contradictions(a, b, comparison, { rareTwins: judging.model.twins <= 1 - certainFrom, isTable }),
      ...(isLent ? ['number-of-another'] : []),
    ]),
  ]
  const corroborated = isSameChild(a, b, comparison) || isCorroborated(comparison, !isTable || isChinese(a) || isChinese(b))
  return {
    bits,
    against,
    grade: isNobodyTwice(a, b, comparison) ? 'none' : gradeOf(bits, against, comparison, corroborated),
    probability: 1 / (1 + 2 ** -bits),
    evidence: parts.map(({ field, level, weight: part }) => ({
      feature: `${field}:${level}`,
      weight: Math.round(part * 100) / 100,
    })),
  }
}

function withoutQuarantined(person: Features, quarantined: ReadonlySet<string> | undefined): Features {
  if (quarantined === undefined || !person.numbers.some(({ number }) => quarantined.has(number))) return person
  return { ...person, numbers: person.numbers.filter(({ number }) => !quarantined.has(number)) }
}

export const isContradicted = ({ against }: Judgement): boolean => against.some((reason) => !mild.has(reason))

/** A parent's number tells nothing against a child who has its own. */
const withoutBorrowed = (person: Features, other: Features): Features =>
  isBorrowed(person) && !person.numbers.some(({ number }) => other.numbers.some((each) => each.number === number))
    ? { ...person, numbers: [] }
    : person

/**
 * Two of whom neither is named nor numbered, and of whom less than three other facts agree: a steward would have little to
 * decide by.
 */
function isNobodyTwice(a: Features, b: Features, comparison: Comparison): boolean {
  if (
    isNumbered(comparison) ||
    holds(comparison.nationalId, 'close') ||
    [a, b].some(({ names, kin }) => names.length > 0 || kin !== undefined)
  )
    return false
  const { birthDate, phone, email, line, locality, postcode } = comparison
  return [birthDate, phone, email, line, postcode ?? locality].filter((part) => holds(part, 'same', 'close')).length < 3
}

function gradeOf(bits: number, against: readonly string[], comparison: Comparison, corroborated: boolean): Grade {
  if (against.some((reason) => decisive.has(reason))) return 'none'
  const sameNumber = holds(comparison.number, 'same')
  if (against.length > 0) return sameNumber || bits >= possibleBits ? 'possible' : 'none'
  if (sameNumber) return 'certain'
  if (bits < possibleBits) return 'none'
  return bits >= certainBits && corroborated ? 'certain' : 'possible'
}

/**
 * A link without a number needs two kinds of evidence of three: what the person is called, when born, and where found or how
 * numbered. What is blank in one record might have said otherwise, so thin evidence is a question: half a name counts only
 * beside a place or number; whoever has no name needs a number or a mail address; an institution's address (a prison, a post
 * office box) is no place. Chinese names are short and shared by many: they need all three kinds, and in the gateway so do all.
 */
function isCorroborated(comparison: Comparison, isCareful: boolean): boolean {
  const { family, given, birthDate, phone, email, line, locality, postcode, birthPlace, nationalId, isShared } = comparison
  const spots = isCareful
    ? [phone, email, line]
    : [phone, email, line, birthPlace, ...(isShared === true ? [] : [locality, postcode])]
  const found = spots.some((part) => holds(part, 'same', 'close')) || isNumbered(comparison) || holds(nationalId, 'close')
  const born = holds(birthDate, 'same', 'swapped', 'close', 'two-parts')
  const parts = [family, given]
  if (parts.every((part) => part === undefined))
    return born && found && (isNumbered(comparison) || holds(email, 'close')) && !isCareful
  const isOther = parts.every((part) => holds(part, 'different'))
  const isHalf = parts.some((part) => part === undefined || part.level === 'different')
  const called = parts.some((part) => holds(part, 'same', 'variant', 'close')) && !isOther && (!isHalf || found)
  return [called, born, found].filter(Boolean).length >= (isCareful ? 3 : 2)
}
