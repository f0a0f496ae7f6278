const formats = new Map<string, Intl.DateTimeFormat>()

/** An instant as the clocks of a zone showed it, to the second, with their offset: `2014-05-06T04:34:30-04:00`. */
export function inZone(instant: string, timeZone: string): string {
  const time = Math.floor(Date.parse(instant) / 1000) * 1000
  const parts = Object.fromEntries(formatOf(timeZone).formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  const offset = Math.round((local - time) / 60_000)
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map(part => String(part).padStart(2, '0'))
  return `${new Date(local).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${hours}:${minutes}`
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  formats.set(timeZone, known)
  return known
}
