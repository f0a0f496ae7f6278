/** A name in the parts by which people are told apart. Pure. */
import type { PersonName } from '../../model/features'
import type * as fhir4 from '../../model/fhir'
import { nameTexts, normaliseName, syllablesOf } from '../names'
import { isNobody } from './placeholders'
import { plain } from './text'
import tables from './names.json'

const compounds = new Set(tables.compoundSurnames)
const variants = new Map(Object.entries(tables.variantCharacters))
const suffixes = new Set(['jr', 'sr', 'ii', 'iii', 'iv', 'v'])
const isHan = (text: string) => /\p{Script=Han}/u.test(text)

/** Every name that says something; at most six, as some systems gather dozens. */
export function readNames(names: readonly fhir4.HumanName[] | undefined): PersonName[] {
  const found = (names ?? []).flatMap((name) => readName(name) ?? [])
  return [...new Map(found.map((name) => [JSON.stringify(name), name])).values()].slice(0, 6)
}

export function readName(name: fhir4.HumanName): PersonName | undefined {
  const [text] = nameTexts([name])
  const parts = [...(name.given ?? []), name.family ?? '']
  if (text === undefined || isNobody(text) || (parts.some(Boolean) && isNobody(parts.join(' ')))) return undefined
  if (isHan(text)) return hanName(text, name.family !== undefined && isHan(name.family) ? normaliseName(name.family) : undefined)
  return latinName(name.family ?? '', (name.given ?? []).join(' '), text)
}

/** One character for all ways to write it: 峯 → 峰. */
export const standard = (name: string): string => [...name].map((character) => variants.get(character) ?? character).join('')

function hanName(text: string, toldFamily?: string): PersonName | undefined {
  const whole = standard(normaliseName(text).replace(/\P{Script=Han}+/gu, '')).slice(0, 24)
  if (whole.length < 2)
    return whole === '' ? undefined : { script: 'han', family: whole, familySound: syllablesOf(whole).join('') }
  const length =
    toldFamily !== undefined && toldFamily.length < whole.length
      ? toldFamily.length
      : whole.length > 2 && compounds.has(whole.slice(0, 2))
        ? 2
        : 1
  const [family, given, sounds] = [whole.slice(0, length), whole.slice(length), syllablesOf(whole)]
  return {
    script: 'han',
    family,
    given,
    familySound: sounds.slice(0, length).join(''),
    givenSound: sounds.slice(length).join(''),
  }
}

/** One syllable of pinyin, loosely: what no word of it can be is `smith`. */
const syllable = '(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:i?ang|i?ong|[uü]?eng|uang|i?an|uan|[iuvü]?en|ing|in|[uv]n|i?ao|i?ou|iu|uai|ai|ei|ui|ua|uo|ia|i?e|[uv]e|er|[aoeiuv])'
const pinyinWord = new RegExp(`^(?:${syllable}){1,3}$`)
const pinyinSurnames = new Set(tables.pinyinSurnames)

/** A Latin name that reads as a Chinese one: two to four syllables, and a Chinese surname at one end. */
export function isPinyin({ script, family, given }: PersonName): boolean {
  if (script !== 'latin') return false
  const all = [...(given ?? '').split(' '), ...(family ?? '').split(' ')].filter((word) => word !== '')
  return (
    all.length > 1 &&
    all.length < 5 &&
    all.every((word) => pinyinWord.test(word)) &&
    [all[0], all.at(-1), family, given].some((word) => pinyinSurnames.has(word ?? ''))
  )
}

const words = (part: string) =>
  plain(part)
    .split(' ')
    .filter((word) => word !== '' && !suffixes.has(word))

function latinName(family: string, given: string, text: string): PersonName | undefined {
  const told = { family: words(family).join(' '), given: words(given).join(' ') }
  const [known, all] = [told.family !== '' || told.given !== '', words(text)]
  const last = all.length > 1 ? (all.at(-1) ?? '') : ''
  const parts = known ? told : { family: last, given: all.slice(0, last === '' ? undefined : -1).join(' ') }
  const [f, g] = [parts.family, parts.given].map((part) => (part === '' || isNobody(part) ? undefined : part.slice(0, 60)))
  return f === undefined && g === undefined ? undefined : { script: 'latin', ...(f && { family: f }), ...(g && { given: g }) }
}

/** Sr and I, Jr and II stand for one generation; undefined where none is told. */
export function generationOf(names: readonly fhir4.HumanName[] | undefined): string | undefined {
  const told = (names ?? [])
    .flatMap(({ suffix, text }) => [...(suffix ?? []), ...(text ?? '').split(/[\s,]+/).slice(1)])
    .map((word) => word.toLowerCase().replace(/[^a-z]/g, ''))
    .find((word) => suffixes.has(word))
  return told
}
