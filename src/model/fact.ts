import type { Served } from './served'

/** What an archive serves, by kind. Observations are told apart by their category. */
export const factTypes = [
  'Patient', 'Encounter', 'Condition', 'LaboratoryResult', 'VitalSign', 'Observation', 'DiagnosticReport',
  'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance', 'Immunization', 'Procedure', 'FollowUp',
] as const
export type FactType = (typeof factTypes)[number]

/**
 * What an archive serves of one resource, computed once, when it is written. `record` has the fields of its GraphQL
 * type, already of the right types, so that execution reads plain properties.
 */
export interface Fact<Record extends Served = Served> {
  /** The source patient whose compartment this is. */
  readonly patient: string
  readonly type: FactType
  /** Place in time as a sortable instant, `2026-11-04T08:20:00.000Z`; a partial date stands at its start; '' where unknown. */
  readonly time: string
  /** The resource's id. */
  readonly id: string
  /** Version of the projection that made it; stale ones are recomputed. */
  readonly projection: number
  readonly source: string
  /** Institution (its id) that tells the fact. */
  readonly institution?: string
  /** The key by which two tellers' same fact is known; absent: the fact is like no other. docs/same-fact.md */
  readonly same?: string
  /** What keeps facts of one key apart where both tell it and it is not the same (who did it, the dose); '' is not told. */
  readonly apart?: readonly string[]
  /** Codes to filter by, `system|code` (system may be empty), where they are worked out already; the archive takes them from the record. */
  readonly codes?: readonly string[]
  readonly record: Record
}
