import type { Fact } from '../model/fact'
import type { ServedEncounter } from '../model/served'

/** A further reason for which an institution has a resident in its care (an accepted referral to it). */
export type RelationSource = (asked: {
  readonly patients: readonly string[]
  readonly institution: string
  /** Only what was in force at or after this instant counts. */
  readonly since: string
}) => Promise<boolean>

const begun = new Set(['arrived', 'triaged', 'in-progress', 'onleave'])
/** What never took place is no care. `planned` is none yet. */
const notCare = new Set(['planned', 'cancelled', 'entered-in-error'])

/**
 * Whether encounters show that the institution has the resident in its care: one there that is still open, or that
 * ended (or, with no end told, began) at or after `since`.
 */
export function isInCare(encounters: readonly Fact[], institution: string, since: string): boolean {
  return encounters.some((fact) => fact.type === 'Encounter' && fact.institution === institution
    && isRecent(fact, fact.record as ServedEncounter, since))
}

function isRecent(fact: Fact, encounter: ServedEncounter, since: string): boolean {
  if (notCare.has(encounter.status)) return false
  const end = encounter.period?.end
  if (end === undefined) return begun.has(encounter.status) || fact.time >= since
  // A partial end stands for its whole day; a calendar day counts as over a day late at most.
  const ended = end.length > 10 ? new Date(end).toISOString() : `${end}~`
  return ended >= since
}
