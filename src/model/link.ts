/** How sure the identity step is that a source patient is a resident. */
export type Grade = 'certain' | 'possible' | 'none'

/** One appended link of a source patient to a resident; the newest per patient is in force. */
export interface ResidentLink {
  readonly patient: string
  readonly resident: string
  /** Instant (UTC) from which it is in force. */
  readonly at: string
  readonly grade: Grade
  /** The rule and its version, e.g. `identity-number/1`. */
  readonly rule: string
  /** `machine`, or the steward's id. */
  readonly by: string
  /** What agreed and what did not: names of features, never values. */
  readonly evidence: readonly string[]
  /** Where a score decided: bits for and against, by field and level (`family:same`). */
  readonly weights?: readonly { readonly feature: string; readonly weight: number }[]
  /** Why a steward decided so. */
  readonly reason?: string
}
