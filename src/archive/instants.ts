/** FHIR dates and times as sortable UTC instants (`2026-11-04T08:20:00.000Z`). Partial dates stand in China's time, +08:00. */

const zone = 8 * 3_600_000
const shape = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** The instant at which a date or time begins; '' where there is none or it is malformed. */
export function startOf(value: string | undefined): string {
  const bounds = value === undefined ? undefined : boundsOf(value)
  return bounds === undefined ? '' : iso(bounds.start)
}

/** The instant at which it is over (exclusive): of a day, the next midnight; '' where there is none or it is malformed. */
export function endOf(value: string | undefined): string {
  const bounds = value === undefined ? undefined : boundsOf(value)
  return bounds === undefined ? '' : iso(bounds.end)
}

/** The value to the minute (UTC) where a time is told, else the date as told; '' where there is none. Tells facts apart. */
export function precise(value: string | undefined): string {
  if (value === undefined || !value.includes('T')) return value ?? ''
  return startOf(value).slice(0, 16)
}

/**
 * The calendar day as its teller's clock showed it: of a time with an offset the date as written; of a time in UTC, which is
 * nobody's clock, the day in +08:00. '' where the day is not told.
 */
export function dayOf(value: string | undefined): string {
  if (value === undefined || value.length < 10) return ''
  if (!value.includes('T')) return value
  const bounds = boundsOf(value)
  if (bounds !== undefined && !/(?:Z|[+-]00:00)$/.test(value)) return value.slice(0, 10)
  return bounds === undefined ? '' : iso(bounds.start + zone).slice(0, 10)
}

const isDay = (year: number, month: number, day: number) => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const iso = (time: number) => new Date(time).toISOString()

function boundsOf(value: string): { start: number; end: number } | undefined {
  const [matched, year, month, day, time, offset] = shape.exec(value) ?? []
  if (matched === undefined || !isDay(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined
  if (time !== undefined) {
    const start = Date.parse(offset === undefined ? `${value}+08:00` : value)
    return Number.isNaN(start) ? undefined : { start, end: start }
  }
  const parts = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)] as const
  const start = Date.UTC(...parts)
  const [y, m, d] = parts
  const end = day !== undefined ? Date.UTC(y, m, d + 1) : month !== undefined ? Date.UTC(y, m + 1, 1) : Date.UTC(y + 1, 0, 1)
  return { start: start - zone, end: end - zone }
}
