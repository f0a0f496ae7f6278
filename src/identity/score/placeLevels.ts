/** How the places of two people agree. Pure. */
import type { Place } from '../../model/features'
import { edits, isScrambled, similarity } from '../features/text'
import { both, exact, told, type Agreement, type Comparison } from './agreement'
import { worth } from './nameLevels'

/** A Chinese place may be told with its province and city or without: 福建厦门湖里区, 湖里区. */
export function town(a: string, b: string): Agreement {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short === long || (short.length > 2 && /\p{Script=Han}/u.test(short) && long.endsWith(short)))
    return { level: 'same', value: short }
  const isClose = similarity(a, b) >= 0.9 || (edits(a, b) <= 2 && a.length > 4) || isScrambled(a, b)
  return { level: isClose ? 'close' : 'different' }
}

export function comparePlaces(a: readonly Place[], b: readonly Place[]): Comparison {
  const found = a.flatMap((x) =>
    b.map((y) => ({
      ...told('line', both(x.line, y.line, line)),
      ...told('locality', both(x.locality, y.locality, town)),
      ...told('postcode', both(x.postcode, y.postcode, postcode)),
      ...told('region', both(x.region, y.region, exact)),
      ...(x.shared === true || y.shared === true ? { isShared: true } : {}),
    })),
  )
  return found.toSorted((x, y) => worthOf(y) - worthOf(x))[0] ?? {}
}

const worthOf = (comparison: Comparison) =>
  Object.values(comparison).reduce((sum, each) => sum + (typeof each === 'object' ? (worth[each.level] ?? 0) : 0), 0)

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
