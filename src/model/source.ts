/** A health institution, as a source's configuration knows it. */
export interface Institution {
  /** Unified social credit code (GB 32100), or a stable local id where none is known: the identity across sources. */
  readonly id: string
  readonly name: string
  /** e.g. 三级甲等, 二级, 社康 */
  readonly level?: string
  /**
   * A platform, or a system that many share: it passes on what others did, and where its record names no institution, it is
   * not known who did it.
   */
  readonly platform?: boolean
  /** The codes by which this source names the institution in its records. */
  readonly codes?: readonly string[]
}

/** One of the identifiers that a source issues or quotes, and the FHIR system it becomes. */
export interface AssigningAuthority {
  /** FHIR `Identifier.system`, a URI. */
  readonly system: string
  /** Code of http://terminology.hl7.org/CodeSystem/v2-0203 (MR, NI, HC, VN …), if one fits. */
  readonly type?: string
}

/** A system that sends records: the parsed `mappers/sources/<id>/source.json`. */
export interface Source {
  readonly id: string
  readonly title: string
  readonly format: string
  /** The institution that speaks where a record names none. */
  readonly institution: Institution
  /** Every institution that this source's records may name, the default one included. */
  readonly institutions: readonly Institution[]
  /** Character sets that the source may send, in the order in which they are tried when a record does not say. */
  readonly charsets: readonly string[]
  /** IANA zone of local times, e.g. Asia/Shanghai. */
  readonly timeZone: string
  /** By the name that the records use (HL7 CX-4 namespace or CX-5 type, a CSV column); '' is the source's own chart number. */
  readonly assigningAuthorities: Readonly<Record<string, AssigningAuthority>>
  /** Hours of silence after which the source counts as not connected. */
  readonly silentAfterHours: number
  /** What it may send in an hour over the network, where that is not as for all (`--quota-entries`, `--quota-mb`). */
  readonly quota?: { readonly entriesPerHour?: number; readonly bytesPerHour?: number }
  /** Whatever else the dialect's mapper understands; documented beside it. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What a mapper gets: the source, the deployment's key for ids, and the source's own code tables (`tables/*.json`). */
export interface MapperSource extends Source {
  readonly idKey: string
  readonly tables: Readonly<Record<string, unknown>>
}
