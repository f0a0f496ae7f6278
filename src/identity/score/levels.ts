/** How each field of two people agrees: the name of a level, or undefined where either is blank. Pure. */
import type { Features, Kin } from '../../model/features'
import { compareBirths } from '../features/births'
import { edits, similarity } from '../features/text'
import { both, exact, told, type Agreement, type Comparison } from './agreement'
import { compareNames } from './nameLevels'
import { comparePlaces, town } from './placeLevels'

export { fieldNames, fields, type Agreement, type Comparison, type Field } from './agreement'

/** Compares two people field by field; family and given name also in each other's place. */
export function compare(a: Features, b: Features): Comparison {
  return {
    ...told('number', identityNumbers(a, b)),
    ...told('nationalId', both(a.nationalId, b.nationalId, unchecked)),
    ...told('identifier', identifiers(a, b)),
    ...compareNames(a.names, b.names),
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
    ...comparePlaces(a.places, b.places),
    ...told('birthPlace', both(a.birthPlace, b.birthPlace, town)),
    ...told('occupation', both(a.occupation, b.occupation, exact)),
    ...told('kin', kin(a.kin ?? [], b.kin ?? [])),
  }
}

const near = (a: string, b: string, most: number): Agreement =>
  a === b ? { level: 'same', value: a } : { level: edits(a, b, most) <= most ? 'close' : 'different' }
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

/** 居民健康卡: a resident has one; charts and archives there may be several of one person. */
const healthCardSystem = 'urn:oid:2.16.156.10011.1.19'

function identifiers(a: Features, b: Features): Agreement | undefined {
  const authorities = new Map(a.identifiers.map(({ authority, value }) => [`${authority}|${value}`, authority]))
  const same = b.identifiers.find(({ authority, value }) => authorities.has(`${authority}|${value}`))
  if (same !== undefined) return { level: 'same', value: `${same.authority}|${same.value}` }
  const known = new Set(a.identifiers.map(({ authority }) => authority))
  const shared = b.identifiers.filter(({ authority }) => known.has(authority))
  if (shared.some(({ authority }) => authority === healthCardSystem)) return { level: 'other-card' }
  return shared.length > 0 ? { level: 'different' } : undefined
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
