/** What the archive promises to `graphql` (reading) and to `intake` (writing). */
import type { Fact, FactType } from '../model/fact'
import type { FhirResource } from '../model/fhir'
import type { Telling } from '../model/mapping'
import type { Asker } from '../model/viewer'
import type { ServedPatient } from '../model/served'
import type { Change, Fence } from '../store/port'
import type { Work } from './work'

export interface Period { readonly from?: string; readonly to?: string }

/** One fact with all who tell it: `tellers[0]` is preferred (docs/same-fact.md) and is what is served. */
export interface ArchiveFact {
  readonly fact: Fact
  readonly tellers: readonly Fact[]
  /** It stands later than the resident's death: the archive was closed by then. */
  readonly afterDeath?: true
}

export interface FactFilter {
  readonly period?: Period
  /** `code` or `system|code` */
  readonly code?: string
  /** Institution id. */
  readonly institution?: string
}

export interface Page<T> {
  readonly items: readonly { readonly cursor: string; readonly item: T }[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly totalCount: number
}
export interface PageArguments {
  readonly first?: number
  readonly after?: string
  readonly last?: number
  readonly before?: string
}

export interface Version {
  /** Version time, then journal order. */
  readonly version: string
  readonly versionTime: string
  readonly committedAt: string
  readonly manner: 'whole' | 'part' | 'deleted'
  /** The resource as it was composed at this version; absent where it was deleted. */
  readonly resource?: FhirResource
  readonly provenance: Provenance
}

export interface Provenance {
  readonly source: string
  readonly institution?: string
  /** The journal's entry: `hutong trace` and stewards find the bytes by it. */
  readonly entry: string
  readonly mapper: { readonly name: string; readonly hash: string }
  readonly receivedAt: string
}

export interface SourceCompleteness {
  readonly source: string
  readonly title: string
  /** The source knows this resident. */
  readonly linked: boolean
  /** It spoke within the hours after which its configuration calls it silent. */
  readonly connected: boolean
  readonly lastSpokeAt?: string
  /** This resident's records that wait in the journal, or for the patient's own record. */
  readonly waiting: number
  readonly quarantined: number
  /** The same over all of the source's records. */
  readonly sourceWaiting: number
  readonly sourceQuarantined: number
  readonly withheld: boolean
}

export interface Look {
  readonly when: string
  readonly who: { readonly role: string; readonly id: string }
  readonly institution?: string
  readonly purpose: string
  readonly asked: readonly string[]
  readonly outcome: 'shown' | 'denied'
  /** Equal looks of one asker within a minute; refused ones: of one day. */
  readonly count: number
  /** Refused looks of that day by others, of which only the number is kept. */
  readonly others: number
}

/** One page of lines. */
export interface LookPage extends Omit<Page<Look>, 'totalCount'> {
  /** Lines in all pages; absent where there are more than this page. */
  readonly totalCount?: number
  /** Where the next page goes on, where that is not the last line's own cursor. */
  readonly endCursor?: string
  readonly startCursor?: string
}

/** One resident's archive, opened by one asker. Every method is one bounded number of store calls for all loads of a tick. */
export interface OpenArchive {
  readonly resident: string
  readonly asOf?: string
  /** Resolves when the look is in the ledger. Every other method waits for it; who shows anything without them must, too. */
  audited(): Promise<void>
  /** The resident's basic data, composed from all linked source patients; each patient's own stays readable beside it. */
  person(): Promise<{ readonly served: ServedPatient; readonly patients: readonly Fact<ServedPatient>[] }>
  /** Merged facts of the asked types, newest first, filtered and paged. Throws ARCHIVE_TOO_LARGE, BAD_CURSOR, BAD_ARGUMENT. */
  facts(types: readonly FactType[], filter: FactFilter, page: PageArguments): Promise<Page<ArchiveFact>>
  /** The merged fact of which one teller has this id. Throws NOT_FOUND. */
  node(type: FactType, patient: string, id: string): Promise<ArchiveFact>
  resource(fact: Fact): Promise<FhirResource>
  provenance(fact: Fact): Promise<Provenance>
  versions(fact: Fact): Promise<readonly Version[]>
  completeness(): Promise<readonly SourceCompleteness[]>
  looks(page: PageArguments): Promise<LookPage>
}

export interface ResidentSummary { readonly resident: string; readonly person: ServedPatient }

export interface Archive {
  /**
   * Decides access once and audits. One who may not look gets the same NOT_FOUND as for a resident who does not exist. `field`:
   * which asks, for the asker's own ledger; `resident`.
   */
  open(asker: Asker, who: { readonly resident: string } | { readonly identifier: string; readonly system?: string },
    options?: { readonly asOf?: string; readonly operation?: string; readonly field?: string; readonly work?: Work }): Promise<OpenArchive>
  /**
   * Writes into the ledgers that who these residents are was shown, or refused, where no archive was opened: into each
   * resident's, and always, though nobody was found, into the asker's own, by the last of `asked`. Rejects where it cannot be
   * written: then nothing may be shown.
   */
  looked(asker: Asker, residents: readonly string[], asked: readonly string[], outcome?: Look['outcome']): Promise<void>
  /** Residents whom the asker may see, by name, pinyin, initials or identifier; at most `limit`. */
  search(asker: Asker, text: string, limit: number): Promise<readonly ResidentSummary[]>
  /**
   * One fact by the parts of its global id, with the archive that it was read from, of which provenance and versions are asked.
   * `open`: how the asker opens a resident's archive, so that many facts of one are one look and one read.
   */
  fact(asker: Asker, node: { readonly type: FactType; readonly patient: string; readonly id: string }, open?: (resident: string) => Promise<OpenArchive>):
    Promise<ArchiveFact & { readonly archive: OpenArchive }>
}

/** A telling on its way into the store. */
export interface RecordedTelling extends Telling {
  readonly entry: string
  readonly source: string
  /** Journal order of the entry. */
  readonly arrival: string
  readonly receivedAt: string
  readonly committedAt: string
  readonly mapper: { readonly name: string; readonly hash: string }
}

export interface WriteCompartment {
  /** The source patient, or `directory:<source>`. */
  readonly patient: string
  readonly tellings: readonly RecordedTelling[]
  readonly lane: number
  /** First change sequence to use in this lane. */
  readonly sequence: number
  readonly fence?: Fence
  /** Makes the commit idempotent: the same entries under the same mapper have the same id. */
  readonly commitId: string
}

export interface WrittenCompartment {
  readonly patient: string
  /** The composed Patient, where one is known after this write: identity links by it. */
  readonly person?: FhirResource & { readonly resourceType: 'Patient' }
  /** Whether any current resource is different now. */
  readonly changed: boolean
  /** Goes into the commit of what is made of `person`, which fails where the compartment was written since. */
  readonly turn?: Change
}

export interface ArchiveWriter {
  /** Stores tellings, facts, search keys and the change row of one compartment in one commit. Throws LEASE_LOST, CONFLICT. */
  write(compartment: WriteCompartment): Promise<WrittenCompartment>
}
