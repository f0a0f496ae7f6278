import type { FhirResource } from './fhir'
import type { MapperSource } from './source'
import type { SourceRecord } from './record'

/**
 * Something a mapper or a grammar noticed. It never holds the value itself where that may be an identity number, a name
 * or a phone: `place` tells a steward where to look in the kept bytes.
 */
export interface MappingIssue {
  readonly severity: 'information' | 'warning' | 'error'
  /** Stable, kebab-case: `unknown-code`, `invalid-date`, `identity-number-check-digit` … */
  readonly code: string
  /** `PID-7`, `OBX[3]-6`, `MDC_DiabetesVisit.fbs`, `Bundle.entry[4].resource.subject` */
  readonly place: string
  readonly message: string
}

/** What one record says of one resource. Tellings are kept for ever; what is current is composed from them. */
export interface Telling<R extends FhirResource = FhirResource> {
  /** Valid R4 with its `id`; references between mapped resources are relative (`Patient/<id>`). */
  readonly resource: R
  /** The id of the source patient in whose compartment the resource lies; absent for Organization, Practitioner, Location. */
  readonly patient?: string
  /** The source's own version time as an instant in UTC (message time, update stamp); absent: the time of arrival. */
  readonly versionTime?: string
  /**
   * `whole`: this is all of the resource (a FHIR update, a result); `part`: only the elements named are told, silence
   * deletes nothing; `deleted`: the source takes the resource back.
   */
  readonly manner: 'whole' | 'part' | 'deleted'
  /** With `part`: paths of elements that the source explicitly empties (HL7 `""`, A13's `period.end`). */
  readonly removed?: readonly string[]
}

export interface MappingResult {
  readonly tellings: readonly Telling[]
  readonly issues: readonly MappingIssue[]
  /** Places of source fields that held something and were not used. */
  readonly unmapped: readonly string[]
}

/** What intake must know of a record before it is worked. */
export interface Route {
  /** Id of the source patient (`resourceId(source, 'Patient', …)`): records of one patient are worked in order. */
  readonly patient?: string
  /** The sender's own number for the message (MSH-10, Bundle.identifier). */
  readonly controlId?: string
  /** Why the sender is to be refused (an HL7 AR), where the record is of a kind the source may not send. */
  readonly refuse?: MappingIssue
}

/** A pure function: no clock, no random, no store. Throws HutongError where nothing at all can be mapped. */
export type Mapper = (record: SourceRecord, source: MapperSource) => MappingResult

/** What a folder of `mappers/` (or a source's own `map.ts`) exports. */
export interface Dialect {
  readonly map: Mapper
  readonly route: (record: SourceRecord, source: MapperSource) => Route
}

/** A configured source with the dialect that maps it, and the hash of that dialect's code and tables. */
export interface SourceMapping {
  readonly source: MapperSource
  readonly dialect: Dialect
  readonly mapper: { readonly name: string; readonly hash: string }
}
