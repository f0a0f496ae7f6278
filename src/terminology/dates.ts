export type DateReading =
  | {
    readonly valid: true
    /** FHIR date or dateTime: `2024`, `2024-06`, `2024-06-01` or `2024-06-01T10:20:00+08:00`. */
    readonly value: string
    readonly precision: 'year' | 'month' | 'day' | 'time'
    /** The same as a UTC instant; a partial date stands at its start in the zone. */
    readonly instant: string
  }
  /** `shape`: no date at all; `no-such-date`: month 13, 29 February of 2023; `unknown`: a date that stands for none. */
  | { readonly valid: false; readonly reason: 'shape' | 'no-such-date' | 'unknown' }

export interface DateOptions {
  /** IANA zone of times that name no offset, e.g. Asia/Shanghai. */
  readonly timeZone: string
  /** Calendar dates that the source writes for "not known", e.g. `1900-01-01`. */
  readonly unknownDates?: readonly string[]
}

type Parts = Partial<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'zone', string>>

const separated = new RegExp('^(?<year>\\d{4})(?:[-/.年](?<month>\\d{1,2})(?:[-/.月](?<day>\\d{1,2})日?'
  + '(?:[T\\s]\\s*(?<hour>\\d{1,2}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2})(?:\\.(?<fraction>\\d+))?)?\\s*'
  + '(?<zone>Z|[+-]\\d{2}:?\\d{2})?)?)?)?$', 'i')
const compact = new RegExp('^(?<year>\\d{4})(?:(?<month>\\d{2})(?:(?<day>\\d{2})(?:(?<hour>\\d{2})(?:(?<minute>\\d{2})'
  + '(?:(?<second>\\d{2})(?:\\.(?<fraction>\\d+))?)?)?)?)?)?(?<zone>[+-]\\d{2}:?\\d{2})?$')

/**
 * Reads a date as Chinese systems, CSV exports and HL7 v2 (TS/DTM) write it: `2024-6-1`, `2024/06/01`, `2024年6月1日`,
 * `20240601`, `202406`, `2024`, `2024-06-15 10:20:00.0`, `2024-06-15T10:20:00Z`, `20240615102000.123+0800`.
 * What is partial stays partial; a time without an offset gets the zone's; seconds that were not said are `00`, as FHIR
 * asks; an hour without minutes is no FHIR dateTime: its day is the value, and the instant keeps the hour. Never throws.
 */
export function readDate(text: string, options: DateOptions): DateReading {
  const given = text.trim()
  const groups = (compact.exec(given) ?? separated.exec(given))?.groups as Parts | undefined
  if (!groups?.year) return { valid: false, reason: 'shape' }
  const { year, month, day, hour, minute, second = '00' } = groups
  const date = [year, month, day].filter(part => part !== undefined).map(twoDigits).join('-')
  if (!isCalendarDate(`${date}${'-01'.repeat(3 - date.split('-').length)}`)) return { valid: false, reason: 'no-such-date' }
  if (options.unknownDates?.includes(date)) return { valid: false, reason: 'unknown' }
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second) > 59) return { valid: false, reason: 'no-such-date' }
  const clockHand = [hour ?? 0, minute ?? 0, second].map(Number)
  const start = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1), ...clockHand)
  const offset = groups.zone ? offsetOf(groups.zone) : zoneOffset(start, options.timeZone)
  const milliseconds = Number((groups.fraction ?? '').slice(0, 3).padEnd(3, '0'))
  const instant = new Date(start - offset * 60_000 + milliseconds).toISOString()
  if (minute === undefined) {
    return { valid: true, value: date, precision: day ? 'day' : month ? 'month' : 'year', instant }
  }
  const clock = [hour ?? '', minute, second].map(twoDigits).join(':')
  const fraction = milliseconds > 0 ? `.${String(milliseconds).padStart(3, '0')}` : ''
  return { valid: true, value: `${date}T${clock}${fraction}${formatOffset(offset)}`, precision: 'time', instant }
}

/** Whether `2023-02-29` and its like is a day of the calendar. */
export function isCalendarDate(date: string): boolean {
  const [year, month, day] = date.split('-').map(Number)
  if (!year || !month || !day || month > 12) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** Minutes east of UTC of `Z`, `+0800`, `+08:00`. */
function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone.startsWith('-') ? -minutes : minutes
}

function formatOffset(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

const twoDigits = (part: string | number): string => String(part).padStart(2, '0')

const formats = new Map<string, Intl.DateTimeFormat>()
/** Zone and year to the offset that holds all year, or `null` where clocks were changed (China: 1986 to 1991). */
const steadyYears = new Map<string, number | null>()

/** Minutes east of UTC at a local wall-clock time, given as if it were UTC; between two clocks, the earlier reading. */
function zoneOffset(local: number, timeZone: string): number {
  const year = new Date(local).getUTCFullYear()
  const key = `${timeZone} ${year}`
  let steady = steadyYears.get(key)
  if (steady === undefined) {
    const samples = Array.from({ length: 26 }, (_, i) => offsetAt(Date.UTC(year, 0, -3) + i * 15 * 86_400_000, timeZone))
    const first = samples[0] ?? 0
    steady = samples.every(sample => sample === first) ? first : null
    steadyYears.set(key, steady)
  }
  if (steady !== null) return steady
  const guess = offsetAt(local, timeZone)
  return offsetAt(local - guess * 60_000, timeZone)
}

function offsetAt(instant: number, timeZone: string): number {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone, hourCycle: 'h23', era: 'short',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(part => [part.type, Number(part.value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000) / 60_000)
}
