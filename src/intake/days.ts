const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of an instant in a time zone, `2026-11-20`. */
export function dayIn(timeZone: string, instant: string): string {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format.format(new Date(instant))
}
