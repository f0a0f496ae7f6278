/**
 * What stewards ask of intake. `graphql` decides who may ask; intake answers: `openQuarantine(…)`, `traceRecords(…, query)`
 * and `readAccount({ store, …query })` fit as they are.
 */
import type { MappingIssue } from '../model/mapping'

export interface Reason { readonly code: string; readonly place?: string; readonly message: string }

export interface QuarantinedRecord {
  readonly entry: string
  readonly source: string
  readonly arrival: string
  readonly receivedAt: string
  readonly workedAt?: string
  readonly controlId?: string
  readonly attempts: number
  readonly reason: Reason
  /** Source patients whom it is about, as far as that could be read. */
  readonly patients: readonly string[]
}

export interface TracedRecord {
  readonly entry: string
  readonly source: string
  readonly status: 'received' | 'pending' | 'mapped' | 'quarantined'
  readonly receivedAt: string
  readonly workedAt?: string
  readonly controlId?: string
  readonly attempts: number
  readonly mapper?: { readonly name: string; readonly hash: string }
  readonly reason?: Reason
  readonly issues: readonly MappingIssue[]
  readonly unmapped: readonly string[]
  readonly resources: readonly string[]
  readonly patients: readonly string[]
}

export interface DayAccount {
  readonly source: string
  readonly day: string
  readonly received: number
  readonly mapped: number
  readonly pending: number
  readonly quarantined: number
}

export interface Stewardship {
  readonly quarantine: {
    /** Oldest first. */
    list(query: { readonly source: string; readonly after?: { readonly arrival: string; readonly entry: string }; readonly limit: number }):
      Promise<readonly QuarantinedRecord[]>
    /** Of these sources. */
    count(sources: readonly string[]): Promise<number>
    /** Without its bytes. Throws NOT_FOUND. */
    describe(entry: string): Promise<QuarantinedRecord & { readonly issues: readonly MappingIssue[] }>
    /** As it came. Throws NOT_FOUND. */
    show(entry: string): Promise<{ readonly bytes: Uint8Array }>
    /** With every value masked. Throws NOT_FOUND. */
    masked(entry: string): Promise<{ readonly bytes: Uint8Array }>
    /** Back to work. Throws NOT_FOUND. */
    replay(which: { readonly entry: string }): Promise<number>
  }
  /** By a journal entry, a control id, or the source's own identifier of a patient. Throws UNKNOWN_SOURCE. */
  trace(query: { readonly source: string; readonly text: string }): Promise<readonly TracedRecord[]>
  /** One row per source and day with records; days as `2026-11-20`, both included. */
  account(query: { readonly sources: readonly string[]; readonly from?: string; readonly to?: string }): Promise<readonly DayAccount[]>
}
