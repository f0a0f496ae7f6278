/** How each field of two people agrees: the name of a level, or undefined where either is blank. Pure. */
import { compareBirths } from '../features/births'
import type { Kin, Place } from '../../model/features'
import tables from '../features/names.json'
import type { PersonName } from '../../model/features'
import type { Features } from '../../model/features'
import { edits, isScrambled, similarity } from '../features/text'

export const fields = {
  number: ['same', 'close', 'different'],
  nationalId: ['same', 'close', 'similar', 'different'],
  identifier: ['same', 'different'],
  family: ['same', 'variant', 'close', 'similar', 'different'],
  given: ['same', 'variant', 'close', 'initial', 'similar', 'different'],
  birthDate: ['same', 'swapped', 'close', 'two-parts', 'compatible', 'year', 'different'],
  sex: ['same', 'different'],
  phone: ['same', 'close', 'different'],
  email: ['same', 'close', 'similar', 'different'],
  line: ['same', 'close', 'similar', 'different'],
  locality: ['same', 'close', 'different'],
  postcode: ['same', 'close', 'different'],
  region: ['same', 'different'],
  birthPlace: ['same', 'close', 'different'],
  occupation: ['same', 'different'],
  kin: ['same', 'name', 'different'],
} as const satisfies Record<string, readonly string[]>

export type Field = keyof typeof fields
export const fieldNames = Object.keys(fields) as Field[]

/** A level, and for a value that agrees the value, whose frequency counts. */
export interface Agreement {
  readonly level: string
  readonly value?: string
}
export type Comparison = Partial<Record<Field, Agreement>> & {
  /** Family and given name stand in each other's place. */
  readonly turned?: boolean
  /** The places compared are one where many are found who have nothing to do with each other. */
  readonly isShared?: boolean
}

/** Compares two people field by field; family and given name also in each other's place. */
export function compare(a: Features, b: Features): Comparison {
  return {
    ...told('number', identityNumbers(a, b)),
    ...told('nationalId', both(a.nationalId, b.nationalId, unchecked)),
    ...told('identifier', identifiers(a, b)),
    ...names(a.names, b.names),
    ...told(
      'birthDate',
      both(a.birthDate, b.birthDate, (x, y) => ({ level: compareBirths(x, y), value: x })),
    ),
    ...told('sex', both(a.sex, b.sex, exact)),
    ...told(
      'phone',
      anyOf(a.phones, b.phones, (x, y) => near(x, y, 1)),
    ),
    ...told('email', anyOf(a.emails, b.emails, mail)),
    ...places(a.places, b.places),
    ...told('birthPlace', both(a.birthPlace, b.birthPlace, town)),
    ...told('occupation', both(a.occupation, b.occupation, exact)),
    ...told('kin', kin(a.kin ?? [], b.kin ?? [])),
  }
}

const told = (field: Field, agreement: Agreement | undefined): Comparison =>
  agreement === undefined ? {} : { [field]: agreement }
const both = (a: string | undefined, b: string | undefined, by: (a: string, b: string) => Agreement) =>
  a === undefined || b === undefined ? undefined : by(a, b)
const exact = (a: string, b: string): Agreement => (a === b ? { level: 'same', value: a } : { level: 'different' })
const near = (a: string, b: string, most: number): Agreement =>
  a === b ? { level: 'same', value: a } : { level: edits(a, b, most) <= most ? 'close' : 'different' }
/** A Chinese place may be told with its province and city or without: 福建厦门湖里区, 湖里区. */
function town(a: string, b: string): Agreement {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short === long || (short.length > 2 && /\p{Script=Han}/u.test(short) && long.endsWith(short)))
    return { level: 'same', value: short }
  const isClose = similarity(a, b) >= 0.9 || (edits(a, b) <= 2 && a.length > 4) || isScrambled(a, b)
  return { level: isClose ? 'close' : 'different' }
}

/** The best agreement of any value of one with any of the other. */
function anyOf(a: readonly string[], b: readonly string[], by: (a: string, b: string) => Agreement): Agreement | undefined {
  const order = ['same', 'close', 'similar', 'different']
  return a.flatMap((x) => b.map((y) => by(x, y))).toSorted((x, y) => order.indexOf(x.level) - order.indexOf(y.level))[0]
}

/**
 * A number without a check digit: a slip (one digit, or two neighbours swapped), two slips, or another. Those who differ in the
 * last digit only are as likely registered one after the other, as twins are.
 */
function unchecked(a: string, b: string): Agreement {
  if (a === b) return { level: 'same', value: a }
  if (a.length === b.length && a.slice(0, -1) === b.slice(0, -1)) return { level: 'different' }
  const slips = edits(a, b, 2)
  return { level: slips === 1 ? 'close' : slips === 2 ? 'similar' : 'different' }
}

/**
 * Two valid numbers are the same or of two people: their check digits show every slip. One that is misread may be a slip of the
 * other.
 */
function identityNumbers(a: Features, b: Features): Agreement | undefined {
  const valid = anyOf(
    a.numbers.map(({ number }) => number),
    b.numbers.map(({ number }) => number),
    exact,
  )
  const slips = [
    [a.misread, b],
    [b.misread, a],
  ] as const
  const isSlip = slips.some(
    ([misread, other]) => misread !== undefined && other.numbers.some(({ number }) => edits(misread, number) <= 1),
  )
  return valid ?? (isSlip ? { level: 'close' } : undefined)
}

function mail(a: string, b: string): Agreement {
  if (a === b) return { level: 'same', value: a }
  const isClose = a.split('@')[0] === b.split('@')[0] || edits(a, b, 3) <= 3
  return { level: isClose ? 'close' : similarity(a, b) >= 0.9 ? 'similar' : 'different' }
}

function identifiers(a: Features, b: Features): Agreement | undefined {
  const authorities = new Map(a.identifiers.map(({ authority, value }) => [`${authority}|${value}`, authority]))
  const same = b.identifiers.find(({ authority, value }) => authorities.has(`${authority}|${value}`))
  if (same !== undefined) return { level: 'same', value: `${same.authority}|${same.value}` }
  const known = new Set(a.identifiers.map(({ authority }) => authority))
  return b.identifiers.some(({ authority }) => known.has(authority)) ? { level: 'different' } : undefined
}

/** Mothers and guardians: one by a number or chart, or by name; two mothers who can be compared and are none of these are two. */
function kin(a: readonly Kin[], b: readonly Kin[]): Agreement | undefined {
  const keys = new Set(a.flatMap((each) => each.keys ?? []))
  if (b.some((each) => each.keys?.some((key) => keys.has(key)) === true)) return { level: 'same' }
  const known = new Set(a.flatMap(({ name }) => name ?? []))
  if (b.some(({ name }) => name !== undefined && known.has(name))) return { level: 'name' }
  const areOther = a.some(
    (x) => x.isMother && b.some((y) => y.isMother && (isToldTwice(x.name, y.name) || sharesAuthority(x, y))),
  )
  return areOther ? { level: 'different' } : undefined
}

const isToldTwice = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined
const authorityOf = (key: string) => key.slice(0, key.lastIndexOf('|'))
const sharesAuthority = (a: Kin, b: Kin) =>
  (a.keys ?? []).some((x) => (b.keys ?? []).some((y) => authorityOf(x) === authorityOf(y)))

interface NameAgreement {
  readonly family?: Agreement
  readonly given?: Agreement
  readonly turned?: boolean
}
const worth: Readonly<Record<string, number>> = { same: 10, variant: 8, close: 6, initial: 4, similar: 3, different: -6 }
const worthOf = ({ family, given, turned }: NameAgreement) =>
  (worth[family?.level ?? ''] ?? 0) + (worth[given?.level ?? ''] ?? 0) - (turned === true ? 2 : 0)

/** The pair of names that agrees best, with the words of either in any order. */
function names(a: readonly PersonName[], b: readonly PersonName[]): NameAgreement {
  let best: NameAgreement | undefined
  for (const x of a) {
    for (const y of b) {
      for (const found of x.script === y.script ? alike(x, y) : acrossScripts(x, y))
        if (best === undefined || worthOf(found) > worthOf(best)) best = found
    }
  }
  return best ?? {}
}

function alike(a: PersonName, b: PersonName): NameAgreement[] {
  const straight = {
    ...pick('family', word(a.family, b.family, a.familySound, b.familySound)),
    ...pick('given', word(a.given, b.given, a.givenSound, b.givenSound)),
  }
  if (a.script === 'han') return [straight]
  const turned = { ...pick('family', word(a.family, b.given)), ...pick('given', word(a.given, b.family)) }
  const isTurned = [turned.family, turned.given].some((found) => found?.level === 'same' || found?.level === 'close')
  const whole = [a, b].map(({ family, given }) =>
    [...(given ?? '').split(' '), ...(family ?? '').split(' ')]
      .filter((part) => part !== '')
      .toSorted()
      .join(' '),
  )
  const sameWords = whole[0] === whole[1] && whole[0]?.includes(' ') === true
  return [
    straight,
    ...(sameWords
      ? [{ family: { level: 'same', value: a.family ?? '' }, given: { level: 'same', value: a.given ?? '' }, turned: true }]
      : []),
    ...(isTurned ? [{ ...turned, turned: true }] : []),
  ]
}

const pick = (field: 'family' | 'given', agreement: Agreement | undefined): NameAgreement =>
  agreement === undefined ? {} : { [field]: agreement }

function word(a: string | undefined, b: string | undefined, soundA?: string, soundB?: string): Agreement | undefined {
  if (a === undefined || b === undefined || a === '' || b === '') return undefined
  if (a === b) return { level: 'same', value: a }
  if (soundA !== undefined && soundB !== undefined)
    return { level: soundA === soundB ? 'variant' : shareCharacter(a, b) ? 'similar' : 'different', value: soundA }
  const [bareA, bareB] = [a.replaceAll(' ', ''), b.replaceAll(' ', '')]
  if (bareA === bareB) return { level: 'same', value: a }
  if (isNickname(a, b)) return { level: 'variant', value: commoner(a, b) }
  const likeness = similarity(bareA, bareB)
  if (
    likeness >= 0.93 ||
    isScrambled(bareA, bareB) ||
    (edits(bareA, bareB, 2) <= (Math.max(bareA.length, bareB.length) > 7 ? 2 : 1) && Math.min(bareA.length, bareB.length) > 2)
  )
    return { level: 'close', value: commoner(a, b) }
  if (isShort(a, b) || isShort(b, a)) return { level: 'initial', value: commoner(a, b) }
  return likeness >= 0.82 || containsWord(a, b) ? { level: 'similar', value: commoner(a, b) } : { level: 'different' }
}

/** Either stands for both; which one is chosen does not depend on who is compared with whom. */
const commoner = (a: string, b: string) => (a.length < b.length || (a.length === b.length && a < b) ? a : b)
const isShort = (short: string, long: string) =>
  short.length < long.length && long.startsWith(short) && (short.length === 1 || short.length > 2)
const containsWord = (a: string, b: string) => a.split(' ').some((part) => part.length > 2 && b.split(' ').includes(part))
const shareCharacter = (a: string, b: string) => a.length > 1 && b.length > 1 && [...a].some((character) => b.includes(character))

const nicknames = new Map<string, Set<number>>()
for (const [group, members] of tables.nicknames.entries())
  for (const member of members) nicknames.set(member, (nicknames.get(member) ?? new Set()).add(group))
const isNickname = (a: string, b: string) =>
  [...(nicknames.get(a.split(' ')[0] ?? '') ?? [])].some((group) => nicknames.get(b.split(' ')[0] ?? '')?.has(group) === true)

/** A Chinese name and one in Latin letters: agree by the pinyin, in either order; another romanisation tells nothing. */
function acrossScripts(a: PersonName, b: PersonName): NameAgreement[] {
  const [han, latin] = a.script === 'han' ? [a, b] : [b, a]
  const [family, given] = [latin.family, latin.given].map((part) => part?.replaceAll(' ', ''))
  const [sound, givenSound] = [han.familySound ?? '', han.givenSound ?? '']
  const isIt =
    sameSound(`${family ?? ''}${given ?? ''}`, `${sound}${givenSound}`) ||
    sameSound(`${given ?? ''}${family ?? ''}`, `${sound}${givenSound}`)
  return isIt ? [{ family: { level: 'variant', value: sound }, given: { level: 'variant', value: givenSound } }] : []
}

/** Passports write lü as LYU, keyboards as lv. */
const sameSound = (a: string, b: string) => a !== '' && letters(a) === letters(b)
const letters = (sound: string) => sound.replace(/([ln])(?:yu(?!e?[a-z]*ng)|u:|ü)/g, '$1v')

function places(a: readonly Place[], b: readonly Place[]): Comparison {
  const found = a.flatMap((x) =>
    b.map((y) => ({
      ...told('line', both(x.line, y.line, line)),
      ...told('locality', both(x.locality, y.locality, town)),
      ...told('postcode', both(x.postcode, y.postcode, postcode)),
      ...told('region', both(x.region, y.region, exact)),
      ...(x.shared === true || y.shared === true ? { isShared: true } : {}),
    })),
  )
  const count = (comparison: Comparison) =>
    Object.values(comparison).reduce((sum, each) => sum + (typeof each === 'object' ? (worth[each.level] ?? 0) : 0), 0)
  return found.toSorted((x, y) => count(y) - count(x))[0] ?? {}
}

const numbers = (text: string) => (text.match(/\d+/g) ?? []).toSorted().join(' ')

function line(a: string, b: string): Agreement {
  if (a === b || a.replaceAll(' ', '') === b.replaceAll(' ', '')) return { level: 'same', value: a }
  const likeness = similarity(a.replaceAll(' ', ''), b.replaceAll(' ', ''))
  if (likeness >= 0.93 && numbers(a) === numbers(b)) return { level: 'close' }
  return { level: likeness >= 0.88 || shareStreet(a, b) ? 'similar' : 'different' }
}

const street = (text: string) => text.replace(/\d+\S*/g, '').replaceAll(' ', '')

const shareStreet = (a: string, b: string) => {
  const [x, y] = [street(a), street(b)]
  return x.length > 5 && y.length > 5 && similarity(x, y) >= 0.93
}

/** One digit, or for codes with a district (`ip14 6jf`) the rest of it. */
function postcode(a: string, b: string): Agreement {
  if (a === b) return { level: 'same', value: a }
  const hasDistrict = a.length > 4 && b.length > 4 && /[a-z]/.test(a) && a.slice(0, -3) === b.slice(0, -3)
  return { level: hasDistrict || edits(a, b) <= 1 ? 'close' : 'different' }
}
