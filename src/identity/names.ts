/** Names as they are compared and searched. Pure. */
import { LRUCache } from 'lru-cache'
import { pinyin } from 'pinyin-pro'
import type * as fhir4 from '../model/fhir'

/** Characters of a name by which it is found and compared; a longer one stays whole in the archive. */
const longest = 200
/** Characters that are romanised: the longest Chinese name has half of them. */
const longestHan = 48
/** Names of one person that are looked at, and given names of one. */
const mostNames = 50
const mostParts = 20
const romanised = new LRUCache<string, readonly string[]>({ max: 20_000 })

const isHan = (name: string) => /\p{Script=Han}/u.test(name)

/** What is looked at of a person's names: no value costs more than a long name, whatever a record says. */
export const shortNames = (names: readonly fhir4.HumanName[] | undefined): fhir4.HumanName[] =>
  (names ?? []).slice(0, mostNames).map(({ text, family, given, suffix, ...name }) => ({
    ...name,
    ...(text === undefined ? {} : { text: short(text) }),
    ...(family === undefined ? {} : { family: short(family) }),
    ...(given === undefined ? {} : { given: given.slice(0, mostParts).map(short) }),
    ...(suffix === undefined ? {} : { suffix: suffix.slice(0, mostParts).map(short) }),
  }))

const short = (text: string): string => (typeof text === 'string' ? text.slice(0, longest) : text)

/** A person's names as text; Chinese family and given names without a blank between, others with the family name first. */
export function nameTexts(names: readonly fhir4.HumanName[] | undefined): string[] {
  const texts = (names ?? []).flatMap(({ text, family, given }) => {
    const parts = [family, ...(given ?? [])].filter((part) => part !== undefined && part !== '')
    const told = text ?? parts.join(parts.some((part) => isHan(part ?? '')) ? '' : ' ')
    return told.trim() === '' ? [] : [told]
  })
  return [...new Set(texts)]
}

/** NFKC, lower case, without blanks, dots and other marks. */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** The syllables of a Chinese name, surname read as a surname, without tones: 单曾 → shan, zeng. `ü` is written v. */
export function syllablesOf(name: string): readonly string[] {
  const known = romanised.get(name)
  if (known !== undefined) return known
  const syllables = pinyin(name.slice(0, longest).replace(/\P{Script=Han}+/gu, '').slice(0, longestHan), { type: 'array', toneType: 'none', surname: 'head', v: true })
  romanised.set(name, syllables)
  return syllables
}

/**
 * Whether two names are one: equal when normalised; a Chinese name and a Latin one when the Chinese name's pinyin is the
 * Latin one, in either order of family and given name. Other romanisations (HO KA MAN for 何嘉敏) do not agree.
 */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [one.slice(0, longest), other.slice(0, longest)]
  if (isHan(a) === isHan(b)) return isHan(a) ? normaliseName(a) === normaliseName(b) : isSameLatin(a, b)
  const [han, latin] = isHan(a) ? [a, b] : [b, a]
  const syllables = syllablesOf(han)
  const told = latinLetters(latin).join('')
  return readings(syllables).some((reading) => latinLetters(reading).join('') === told)
}

/** Family name first and last; a family name may have two syllables (欧阳). */
function readings(syllables: readonly string[]): string[] {
  const turned = [1, 2].filter((n) => n < syllables.length).map((n) => [...syllables.slice(n), ...syllables.slice(0, n)])
  return [syllables, ...turned].map((reading) => reading.join(''))
}

const isSameLatin = (a: string, b: string) =>
  latinLetters(a).toSorted().join(' ') === latinLetters(b).toSorted().join(' ') || normaliseName(a) === normaliseName(b)

/** Words in plain letters; passports write lü as LYU, keyboards as lv. */
const latinLetters = (name: string): string[] =>
  name
    .normalize('NFKD')
    .replace(/u\u0308/gi, 'v')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/([ln])(?:yu|u:)/g, '$1v')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/**
 * The terms under which a person is found, all lower case without blanks: each name, for a Chinese one its pinyin and
 * initials (陈桂芳: chenguifang, cgf), for another one each order of its words.
 */
export function searchTermsOf(names: readonly fhir4.HumanName[] | undefined): string[] {
  const terms = nameTexts(shortNames(names))
    .map((name) => name.slice(0, longest))
    .flatMap((name) => {
      if (!isHan(name)) return latinTerms(name)
      const syllables = syllablesOf(name)
      return [normaliseName(name), syllables.join(''), syllables.map((syllable) => syllable.charAt(0)).join('')]
    })
  return [...new Set(terms)].filter((term) => term !== '')
}

function latinTerms(name: string): string[] {
  const words = latinLetters(name)
  const [first, ...rest] = words
  const last = words.at(-1) ?? ''
  const orders = [words, [...rest, first ?? ''], [last, ...words.slice(0, -1)]].map((order) => order.join(''))
  return [...orders, words.map((word) => word.charAt(0)).join('')]
}

/** What a person typed, in the form of search terms. */
export const searchText = (text: string): string => (isHan(text) ? normaliseName(text) : latinLetters(text).join(''))
