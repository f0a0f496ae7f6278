/** One upload as a system sends it, with the instant at which the gateway would have received it. */
export interface SeedUpload {
  readonly source: string
  /** The name it comes under: a file's name for tables, the message's control id for HL7, a bundle's name for FHIR. */
  readonly name: string
  /** Instant in UTC, `2026-07-06T01:10:02.000Z`. */
  readonly arrivedAt: string
  readonly bytes: Uint8Array
}

/** An upload on its way out: `arrived` sorts. */
export interface Sent {
  readonly source: string
  readonly name: string
  readonly arrived: number
  readonly bytes: Uint8Array
  /** A source patient of whom no happening tells, and whose resident it is (`Person.key`). */
  readonly about?: { readonly key: string; readonly identifier: string }
}
