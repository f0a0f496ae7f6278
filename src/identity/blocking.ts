/** Keys under which people who may be one are found: few, and each selective. Pure. */
import type { Features } from '../model/features'
import type { PersonName } from '../model/features'
import { soundex } from './features/text'

/**
 * A block with more members than this finds nobody: what so many share is no evidence, and each of its members is found by its
 * other keys or not at all. So one giant block costs one short read, and starves no other.
 */
export const mostMembers = 60

/** Of the identity number alone: where too many different persons stand in its block, it is quarantined, and joins nobody. */
export const numberKey = (number: string) => `number|${number}`

/**
 * So many different persons (by name and birth date) may stand under one identity number: the owner's own spellings and slips,
 * and a parent's children. A resident's charts are as many as they are: what is counted is persons.
 */
export const mostPersons = 20

/**
 * Persons of different names or birth dates. A chart that tells neither is nobody beside those who are told (a laboratory sends
 * the number alone); where nobody is, each may be another, as under a number that stands for `unknown`.
 */
export function personsAmong(people: readonly Features[]): number {
  const told = people.map(({ names, birthDate }) =>
    [names.map((name) => wordsOf(name).whole ?? name.family ?? '').toSorted()[0] ?? '', birthDate ?? ''].join('|'),
  )
  const persons = new Set(told.filter((each) => each !== '|'))
  return persons.size > 0 ? persons.size : told.length
}

export function blockingKeys(person: Features): string[] {
  const { numbers, nationalId, identifiers, birthDate, phones, emails, kin } = person
  const day = birthDate?.length === 10 ? birthDate : undefined
  const words = person.names.slice(0, 3).map(wordsOf)
  const isChinese = person.names.some(({ script }) => script === 'han')
  const spots = spotsOf(person, isChinese)
  const keys = [
    ...numbers.map(({ number }) => numberKey(number)),
    ...keyed('national', nationalId),
    ...identifiers.map(({ authority, value }) => `id|${authority}|${value}`),
    ...emails.flatMap((email) => [`mail|${email}`, `user|${email.split('@')[0] ?? ''}`]),
    ...(isChinese ? [] : keyed('day', day)),
    ...words.flatMap((each) => [...keysOfName(each, birthDate), ...(isChinese ? [] : looseKeys(each, birthDate))]),
    ...words.flatMap(({ whole }) => phones.flatMap((phone) => keyed(`np|${phone}`, whole))),
    ...words.flatMap(({ whole, sounds }) =>
      spots.flatMap((spot) => (isChinese ? keyed(`na|${spot}`, whole) : sounds.map((sound) => `as|${sound}|${spot}`))),
    ),
    ...(day === undefined
      ? []
      : [...phones, ...(isChinese && phones.length > 0 ? [] : spots)].map((spot) => `da|${day}|${spot}`)),
    ...(day === undefined
      ? []
      : (kin ?? []).flatMap(({ name, keys: own }) => [
          ...keyed(`parent|${day}`, name),
          ...(own ?? []).map((key) => `child|${day}|${key}`),
        ])),
  ]
  return [...new Set(keys)].slice(0, mostKeys)
}

const mostKeys = 32
const keyed = (kind: string, value: string | undefined) => (value === undefined ? [] : [`${kind}|${value}`])

/** Where somebody may be found, by what tells places apart best: a Chinese locality may be a whole county. */
function spotsOf({ places, birthPlace }: Features, isChinese: boolean): string[] {
  const spots = places
    .slice(0, 2)
    .flatMap(({ line, postcode, locality }) => [line, ...(isChinese && line !== undefined ? [] : [postcode ?? locality])])
  return [...new Set([...spots, birthPlace].filter((spot) => spot !== undefined))].slice(0, 4)
}

function keysOfName({ whole, sounds }: Words, birthDate: string | undefined): string[] {
  const day = birthDate?.length === 10 ? birthDate.slice(5) : undefined
  return [
    ...(whole === undefined || birthDate === undefined ? [] : [`ny|${whole}|${birthDate.slice(0, 4)}`]),
    ...(whole === undefined || day === undefined ? [] : [`nd|${whole}|${day}`]),
    ...(day === undefined ? [] : sounds.map((sound) => `ds|${sound}|${birthDate}`)),
  ]
}

/** For names of many kinds and records that tell little. A Chinese name alone is shared by too many. */
function looseKeys({ whole, sounds }: Words, birthDate: string | undefined): string[] {
  const both = sounds.length === 2 ? sounds.toSorted().join('') : undefined
  const year = birthDate?.slice(0, 4)
  return [
    ...keyed('name', whole),
    ...keyed('s', both),
    ...(both === undefined || year === undefined ? [] : [`sy|${both}|${year}`]),
  ]
}

interface Words {
  readonly whole?: string
  readonly sounds: readonly string[]
}

/** Pinyin for Chinese names, so that one in Latin letters meets them. */
function wordsOf({ family, given, familySound, givenSound }: PersonName): Words {
  const parts = [givenSound ?? given ?? '', familySound ?? family ?? '']
    .map((part) => part.replaceAll(' ', ''))
    .filter((part) => part !== '')
  const whole = parts.length === 2 ? parts.toSorted().join('') : undefined
  return { ...(whole === undefined ? {} : { whole }), sounds: parts.map(soundex) }
}
