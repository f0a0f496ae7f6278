/** What stewards ask of intake: `graphql` decides who may, the implementation (src/intake) what the answer is. */
import type { Page } from '../archive/api'
import type { MappingIssue } from '../model/mapping'

export interface QuarantineReason { readonly code: string; readonly place?: string; readonly message: string }

export interface QuarantinedEntry {
  /** The journal's key. */
  readonly id: string
  readonly source: string
  readonly receivedAt: string
  readonly controlId?: string
  readonly attempts: number
  readonly reason: QuarantineReason
  /** Bytes of the entry. */
  readonly size: number
}

export interface TracedEntry {
  readonly id: string
  readonly source: string
  readonly controlId?: string
  readonly status: 'received' | 'pending' | 'mapped' | 'quarantined'
  readonly receivedAt: string
  readonly workedAt?: string
  readonly attempts: number
  readonly reason?: QuarantineReason
  readonly mapper?: { readonly name: string; readonly hash: string }
  readonly issues: readonly MappingIssue[]
  readonly unmapped: readonly string[]
  /** `Type/id` of what it told. */
  readonly resources: readonly string[]
}

/** received = mapped + pending + quarantined + waiting. */
export interface Account {
  readonly source: string
  readonly day: string
  readonly received: number
  readonly mapped: number
  readonly pending: number
  readonly quarantined: number
  readonly waiting: number
}

export interface Stewardship {
  /** Oldest first. Throws BAD_CURSOR, UNKNOWN_SOURCE. */
  quarantine(filter: { readonly source?: string }, page: { readonly first: number; readonly after?: string }): Promise<Page<QuarantinedEntry>>
  quarantinedEntry(id: string): Promise<QuarantinedEntry | undefined>
  /** The bytes of an entry in quarantine. */
  bytes(id: string): Promise<Uint8Array | undefined>
  /** Works an entry again and says what became of it. Throws NOT_FOUND. */
  replay(id: string, by: string): Promise<TracedEntry>
  /** One row per source and day with records, days as `2026-11-20`, both included. */
  accounts(asked: { readonly source?: string; readonly from: string; readonly to: string }): Promise<readonly Account[]>
  /** Entries of a source by control id or by the journal's key, newest first. */
  trace(source: string, key: string): Promise<readonly TracedEntry[]>
}
