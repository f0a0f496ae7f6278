/** Keys under which people who may be one are found: few, and each selective. Pure. */
import type { Features } from './features/person'
import type { PersonName } from './features/personNames'
import { soundex } from './features/text'

/**
 * A block with more members than this finds nobody: what so many share is no evidence, and each of its members is found by its
 * other keys or not at all. So one giant block costs one short read, and starves no other.
 */
export const mostMembers = 60

/** Of the identity number alone: a block of it is quarantined when it is too large, and its number then joins nobody. */
export const numberKey = (number: string) => `number|${number}`

export function blockingKeys(person: Features): string[] {
  const { numbers, nationalId, identifiers, birthDate, phones, emails, places, birthPlace } = person
  const words = person.names.flatMap((name) => wordsOf(name)).slice(0, 3)
  const day = birthDate?.length === 10 ? birthDate : undefined
  const keys = [
    ...numbers.map(({ number }) => numberKey(number)),
    ...(nationalId === undefined ? [] : [`national|${nationalId}`]),
    ...identifiers.map(({ authority, value }) => `id|${authority}|${value}`),
    ...emails.map((email) => `mail|${email}`),
    ...words.flatMap(({ whole, first, last, sounds }) => [
      ...(whole === undefined ? [] : [...(birthDate === undefined ? [] : [`ny|${whole}|${birthDate.slice(0, 4)}`]), ...(day === undefined ? [] : [`nd|${whole}|${day.slice(5)}`]),
        ...phones.map((phone) => `np|${whole}|${phone}`), ...places.flatMap(({ postcode, locality, line }) => [postcode, locality, line].flatMap((part) => (part === undefined ? [] : [`na|${whole}|${part}`]))),
        ...(birthPlace === undefined ? [] : [`na|${whole}|${birthPlace}`])]),
      ...(day === undefined ? [] : sounds.map((sound) => `ds|${sound}|${day}`)),
      ...places.flatMap(({ line, postcode }) => [line, postcode].flatMap((part) => (part === undefined ? [] : [first, last].flatMap((sound) => (sound === undefined ? [] : [`as|${sound}|${part}`]))))),
    ]),
    ...(day === undefined ? [] : [...phones.map((phone) => `dp|${day}|${phone}`), ...places.flatMap(({ line, postcode, locality }) =>
      [line, postcode ?? locality].flatMap((part) => (part === undefined ? [] : [`da|${day}|${part}`])))]),
    ...(day === undefined || person.parent === undefined ? [] : [`parent|${person.parent}|${day}`]),
  ]
  return [...new Set(keys)].slice(0, 40)
}

interface Words { readonly whole?: string; readonly first?: string; readonly last?: string; readonly sounds: readonly string[] }

/** Pinyin for Chinese names, so that one in Latin letters meets them. */
function wordsOf({ family, given, familySound, givenSound }: PersonName): Words[] {
  const parts = [givenSound ?? given, familySound ?? family].map((part) => part?.replaceAll(' ', '')).filter((part) => part !== undefined && part !== '')
  const sounds = parts.map((part) => soundex(part ?? ''))
  const whole = parts.length === 2 ? parts.toSorted().join('') : undefined
  return parts.length === 0 ? [] : [{ ...(whole && { whole }), ...(sounds[0] && { first: sounds[0] }), ...(sounds[1] && { last: sounds[1] }), sounds }]
}
