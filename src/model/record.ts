/** How one upload was cut, and what the entries in it share. */
export interface UploadContext {
  /** The name the upload came under (a file's name, a query parameter): some grammars read the table from it. */
  readonly name?: string
  /** What every entry of the upload needs to be read and does not itself hold (a CSV's table, columns and charset). */
  readonly shared?: Readonly<Record<string, string>>
  /** Rows of the upload that came before this window: errors name a row by its number. No entry needs it to be read. */
  readonly rows?: number
}

/** One decoded record of a source: what wire hands to a mapper. `body` is the grammar's own tree. */
export interface SourceRecord<Body = unknown> {
  readonly grammar: string
  readonly body: Body
  /** Things that wire noticed and got over (a wrong MSH-18, LF for CR). */
  readonly issues: readonly import('./mapping').MappingIssue[]
}

/** An HL7 v2 message: HL7's numbering everywhere, text decoded and unescaped, trimmed; '' is told as absent. */
export interface Hl7Message {
  /** MSH-12, e.g. 2.5.1 */
  readonly version: string
  /** MSH-10 */
  readonly controlId: string
  /** MSH-9.1, e.g. ADT */
  readonly code: string
  /** MSH-9.2, e.g. A01 */
  readonly trigger: string
  readonly segments: readonly Hl7Segment[]
  first(name: string): Hl7Segment | undefined
  all(name: string): readonly Hl7Segment[]
  /** Places of non-empty fields that nobody read so far, as `OBX-14`, each once, sorted. */
  unread(): string[]
}

export interface Hl7Segment {
  readonly name: string
  /** Which of the message's segments this is, from 0. */
  readonly index: number
  /** `PID-5`, or `OBX[3]-6` for the third OBX of the message. */
  place(field: number): string
  /** The field's repetitions; an absent or empty field has none. Marks the field as read. */
  field(field: number): readonly Hl7Field[]
  /** Component (and subcomponent) of the first repetition. Marks the field as read. */
  text(field: number, component?: number, subcomponent?: number): string | undefined
  /** HL7's `""`: the sender deletes the value. */
  isNull(field: number): boolean
}

export interface Hl7Field {
  /** Decoded text of a component, or of its first subcomponent; undefined when empty or `""`. */
  text(component?: number, subcomponent?: number): string | undefined
  /** The whole repetition, as it stood between the separators, in decoded characters but with escapes kept. */
  readonly raw: string
  readonly isNull: boolean
}

/** One row of a CSV table. */
export interface CsvRow {
  readonly table: string
  readonly columns: readonly string[]
  /** The trimmed cell; undefined when the column is absent or the cell is empty. Marks the column as read. */
  get(column: string): string | undefined
  /** `MDC_DiabetesVisit.fbs` */
  place(column: string): string
  /** Non-empty columns that nobody read so far, sorted. */
  unread(): string[]
}

/** One JSON value: a FHIR resource or bundle, or a vendor's own object. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
