/**
 * Instants are milliseconds since 1970 (UTC). The district lives at +08:00 all year (China has had no summer time since
 * 1991); each system writes local time in its own way.
 */
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
const offset = 8 * hour

/** `2026-07-06T09:10` or `2026-07-06` of local time as an instant. */
export function at(local: string): number {
  const instant = Date.parse(local.length === 10 ? `${local}T00:00:00Z` : `${local}${local.length === 16 ? ':00' : ''}Z`)
  if (Number.isNaN(instant)) throw new RangeError(`Not a local time: ${local}`)
  return instant - offset
}

const local = (instant: number) => new Date(instant + offset)
const two = (value: number) => (value < 10 ? `0${value}` : `${value}`)

/** `2026-07-06` */
export const dateOf = (instant: number) => local(instant).toISOString().slice(0, 10)
/** `2026-07-06T09:10:00+08:00` */
export const isoOf = (instant: number) => `${local(instant).toISOString().slice(0, 19)}+08:00`
/** `20260706091000` */
export function stampOf(instant: number): string {
  const date = local(instant)
  return (
    `${date.getUTCFullYear()}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}` +
    `${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}`
  )
}
/** `20260706` */
export const dayStampOf = (instant: number) => stampOf(instant).slice(0, 8)

export const yearOf = (instant: number) => local(instant).getUTCFullYear()
/** Month of the year, from 1. */
export const monthOf = (instant: number) => local(instant).getUTCMonth() + 1
/** Local midnight that begins the instant's day. */
export const dayOf = (instant: number) => Math.floor((instant + offset) / day) * day - offset
/** Local midnight of the first of a month; months beyond 12 run into the next years. */
export const firstOf = (year: number, month: number) => Date.UTC(year, month - 1, 1) - offset

/** Whole years from a birth date (`1956-03-04`) to an instant. */
export function ageAt(birth: string, instant: number): number {
  const today = dateOf(instant)
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4))
  return today.slice(5) < birth.slice(5) ? years - 1 : years
}
