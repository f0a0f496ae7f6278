import { readDate, type DateReading } from '../../../src/terminology/dates'
import type { Mapping } from '../mapping'

/**
 * HL7 v2-to-FHIR, data types TS[dateTime] and DTM[dateTime]: what is partial stays partial, a time without an offset is
 * the source's local time. A date that is none, or that stands for "not known", is left out with an issue.
 */
export function TS_dateTime(mapping: Mapping, text: string | undefined, place: string): string | undefined {
  const reading = readTime(mapping, text, place)
  return reading?.value
}

/** As TS_dateTime, cut to the day: FHIR `date`. */
export function TS_date(mapping: Mapping, text: string | undefined, place: string): string | undefined {
  return TS_dateTime(mapping, text, place)?.slice(0, 10)
}

/** FHIR `instant`, which must be known to the second; a partial one is left out (the sender said less than an instant). */
export function TS_instant(mapping: Mapping, text: string | undefined, place: string): string | undefined {
  const reading = readTime(mapping, text, place)
  return reading?.precision === 'time' ? reading.value : undefined
}

/** FHIR `time` of HL7's TM, `HHMM[SS[.s]]`; undefined where it is none. */
export function TM_time(text: string): string | undefined {
  const clock = /^(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?(?:[+-]\d{4})?$/
  const [, hours = '', minutes = '', seconds = '00'] = clock.exec(text) ?? []
  const exists = hours !== '' && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60
  return exists ? `${hours}:${minutes}:${seconds}` : undefined
}

function readTime(mapping: Mapping, text: string | undefined, place: string): (DateReading & { valid: true }) | undefined {
  if (text === undefined) return undefined
  const reading = mapping.readDate(text)
  if (reading.valid) return reading
  if (reading.reason === 'unknown') {
    mapping.note('information', 'unknown-date', place, 'A date that the source writes for "not known" was left out.')
  } else mapping.note('warning', 'invalid-date', place, 'There is no such date; it was left out.')
  return undefined
}

/**
 * The source's version time is MSH-7, the instant at which the sender put this state into words. OBR-22 does not override
 * it: one message carries many reports, each with its own OBR-22, which names when a result changed and not when the
 * message was true; senders resend old results with an old OBR-22 and a corrected patient, and a correction must win by
 * the moment it was sent. An MSH-7 that is missing, impossible or less precise than a minute gives no version time (the
 * time of arrival stands in), with an issue.
 */
export function versionTimeOf(mapping: Mapping): string | undefined {
  const text = mapping.message.first('MSH')?.text(7)
  const reading = text === undefined ? undefined : readDate(text, { timeZone: mapping.source.timeZone })
  if (reading?.valid && reading.precision === 'time') return reading.instant
  const what = text === undefined ? 'missing' : reading?.valid ? 'less precise than a minute' : 'no date'
  mapping.note('warning', 'version-time', 'MSH-7', `The message's time is ${what}: the time of arrival stands in.`)
  return undefined
}
