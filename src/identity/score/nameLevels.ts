/** How the names of two people agree, part by part. Pure. */
import type { PersonName } from '../../model/features'
import tables from '../features/names.json'
import { edits, isScrambled, similarity } from '../features/text'
import type { Agreement } from './agreement'

export interface NameAgreement {
  readonly family?: Agreement
  readonly given?: Agreement
  readonly turned?: boolean
}
export const worth: Readonly<Record<string, number>> = { same: 10, variant: 8, close: 6, initial: 4, similar: 3, different: -6 }
const worthOf = ({ family, given, turned }: NameAgreement) =>
  (worth[family?.level ?? ''] ?? 0) + (worth[given?.level ?? ''] ?? 0) - (turned === true ? 2 : 0)

/** The pair of names that agrees best, with the words of either in any order. */
export function compareNames(a: readonly PersonName[], b: readonly PersonName[]): NameAgreement {
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
