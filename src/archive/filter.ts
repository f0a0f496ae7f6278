/** What of an archive is asked for. Pure. */
import { HutongError } from '../model/errors'
import type { Fact } from '../model/fact'
import type { ArchiveFact, FactFilter } from './api'
import { endOf, startOf } from './instants'
import { codesOfFact } from './project'

/** Instants, `from` inclusive, `below` exclusive. */
export interface Range { readonly from?: string; readonly below?: string }

/** The period as instants: a day or month that is named as its end is in it. Throws BAD_ARGUMENT. */
export function rangeOf({ period }: FactFilter): Range | undefined {
  if (period?.from === undefined && period?.to === undefined) return undefined
  const from = instant(period.from, startOf, 'period.from')
  const below = instant(period.to, endOfInclusive, 'period.to')
  if (from !== undefined && below !== undefined && from >= below) {
    throw new HutongError('BAD_ARGUMENT', 'The period ends before it begins.', 'period')
  }
  return { ...(from === undefined ? {} : { from }), ...(below === undefined ? {} : { below }) }
}

/** An instant as given by a client. Throws BAD_ARGUMENT. */
export function instant(value: string | undefined, read: (value: string) => string, place: string): string | undefined {
  if (value === undefined) return undefined
  const found = read(value)
  if (found !== '') return found
  throw new HutongError('BAD_ARGUMENT', 'This is no date or time of FHIR: 2026-11, 2026-11-04, 2026-11-04T16:20:00+08:00.', place)
}

/** A time that is named as the end is in the period, too. */
function endOfInclusive(value: string): string {
  const end = endOf(value)
  return end !== '' && value.includes('T') ? new Date(Date.parse(end) + 1).toISOString() : end
}

const day = 86_400_000
const shift = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString()

/** A day wider at both ends, so that tellers who place one fact a little apart are read together before they are merged. */
export function widened(range: Range | undefined): Range | undefined {
  if (range === undefined) return undefined
  return {
    ...(range.from === undefined ? {} : { from: shift(range.from, -day) }),
    ...(range.below === undefined ? {} : { below: shift(range.below, day) }),
  }
}

export const isWithin = ({ time }: Pick<Fact, 'time'>, range: Range): boolean =>
  time !== '' && (range.from === undefined || time >= range.from) && (range.below === undefined || time < range.below)

/** By place in time of what is served; by code and institution of any teller. */
export function filterFacts(facts: readonly ArchiveFact[], filter: FactFilter, range: Range | undefined): readonly ArchiveFact[] {
  const { code, institution } = filter
  if (range === undefined && code === undefined && institution === undefined) return facts
  return facts.filter(({ fact, tellers }) => (range === undefined || isWithin(fact, range))
    && (code === undefined || tellers.some((teller) => hasCode(teller, code)))
    && (institution === undefined || tellers.some((teller) => teller.institution === institution)))
}

const hasCode = (fact: Fact, code: string): boolean =>
  codesOfFact(fact).some((known) => (code.includes('|') ? known === code : known.slice(known.indexOf('|') + 1) === code))
