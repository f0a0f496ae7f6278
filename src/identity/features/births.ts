/** Birth dates. Pure. */
import { isFillerDate } from './placeholders'

/**
 * FHIR date (perhaps partial), or any of `20240601`, `2024/6/1`, `2024-6-1`, `6/1/2024`. A day that no calendar has stays: a
 * digit may be wrong.
 */
export function readBirthDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const told = text.normalize('NFKC').trim()
  const whole = /^(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?)?(?:[T ].*)?$/.exec(told)
  const turned = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(told)
  const [year, month, day] = whole ? whole.slice(1) : turned ? [inFull(turned[3] ?? ''), turned[1], turned[2]] : []
  if (year === undefined) return undefined
  const date = [
    year,
    ...(month === undefined ? [] : [month.padStart(2, '0')]),
    ...(day === undefined ? [] : [day.padStart(2, '0')]),
  ].join('-')
  return isFillerDate(date) ? undefined : date
}

/** Two digits stand for the years from 1930 to 2029. */
const inFull = (year: string) => (year.length === 4 ? year : `${Number(year) < 30 ? '20' : '19'}${year}`)

export type BirthAgreement = 'same' | 'swapped' | 'close' | 'two-parts' | 'compatible' | 'year' | 'different'

/** `1956` and `1956-03-02` are compatible; 03-02 for 02-03 is swapped; one digit or two neighbours changed is close. */
export function compareBirths(a: string, b: string): BirthAgreement {
  if (a === b) return a.length === 10 ? 'same' : 'compatible'
  if (a.startsWith(b) || b.startsWith(a)) return 'compatible'
  if (a.length < 10 || b.length < 10) return a.slice(0, 4) === b.slice(0, 4) ? 'year' : 'different'
  const [ya, ma, da] = a.split('-')
  const [yb, mb, db] = b.split('-')
  if (ya === yb && ma === db && da === mb) return 'swapped'
  const wrong = [0, 1, 2, 3, 5, 6, 8, 9].filter((at) => a[at] !== b[at])
  const [first, second] = wrong
  if (wrong.length === 1) return 'close'
  const neighbours =
    wrong.length === 2 && first !== undefined && second !== undefined && a[first] === b[second] && a[second] === b[first]
  if (neighbours) return 'close'
  if ((ya === yb ? 1 : 0) + (ma === mb ? 1 : 0) + (da === db ? 1 : 0) >= 2) return 'two-parts'
  return ya === yb || wrong.length === 2 ? 'year' : 'different'
}
