import type { Fact } from '../model/fact'
import type { ServedPatient } from '../model/served'

/**
 * Whether a fact lies behind the resident's death. A day of death counts to its end, in its own offset or, where it has
 * none, in the latest zone on earth: only what is certainly later is flagged. The basic data are never.
 */
export function isAfterDeath(fact: Pick<Fact, 'type' | 'time'>, person: Pick<ServedPatient, 'deceasedDateTime'>): boolean {
  const death = person.deceasedDateTime
  if (death === undefined || fact.time === '' || fact.type === 'Patient') return false
  return Date.parse(fact.time) > endOf(death)
}

/** The last millisecond that a FHIR dateTime may mean. */
function endOf(dateTime: string): number {
  if (dateTime.includes('T')) return Date.parse(dateTime)
  const [year = 0, month, day] = dateTime.split('-').map(Number)
  const next = Date.UTC(day === undefined && month === undefined ? year + 1 : year, day === undefined ? month ?? 0 : (month ?? 1) - 1, day === undefined ? 1 : day + 1)
  return next - 1 + 12 * 3_600_000
}
