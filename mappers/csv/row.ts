import { resourceId } from '../../src/model/ids'
import type { CodeableConcept, Coding, FhirResource, Reference } from '../../src/model/fhir'
import type { MappingIssue, Telling } from '../../src/model/mapping'
import type { CsvRow } from '../../src/model/record'
import type { Institution, MapperSource } from '../../src/model/source'
import { readDate, type DateReading } from '../../src/terminology/dates'
import { readTables, type Codes, type CommunityTables } from './tables'

type ReadDate = Extract<DateReading, { valid: true }>

/** What a code of the source's own is in other systems. */
type Equivalents = Readonly<Record<string, readonly Coding[]>>

export type CodedAnswer = { readonly coding?: Coding; readonly text: string }

/** One row on its way to FHIR: its cells read as what they mean, what was noticed, and what it tells so far. */
export class Row {
  readonly tables: CommunityTables
  readonly issues: MappingIssue[] = []
  readonly tellings: Telling[] = []
  /** The institution that tells the row, once it is known. */
  institution?: Institution
  versionTime?: string
  private readonly dates = new Map<string, ReadDate | null>()

  constructor(
    readonly cells: CsvRow,
    readonly source: MapperSource,
    readonly patient: string,
  ) {
    this.tables = readTables(source)
  }

  id(type: string, identifier: string): string {
    return resourceId(this.source, type, identifier)
  }

  /** A URI under which the source's own codes and numbers stand: `urn:hutong:community-health:visitWay`. */
  system(name: string): string {
    return `urn:hutong:${this.source.id}:${name}`
  }

  get subject(): Reference {
    return { reference: `Patient/${this.patient}` }
  }

  issue(code: string, column: string, message: string, severity: MappingIssue['severity'] = 'warning'): void {
    this.issues.push({ severity, code, place: this.cells.place(column), message })
  }

  text(column: string): string | undefined {
    return this.cells.get(column)?.normalize('NFC')
  }

  /** A number as told; what is none raises `invalid-number` and comes back as its text. */
  number(column: string): number | string | undefined {
    const text = this.cells.get(column)?.normalize('NFKC').trim()
    if (text === undefined) return undefined
    if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text)
    this.issue('invalid-number', column, 'not a number; kept as text')
    return text
  }

  /** A date in FHIR's form; what is none raises `invalid-date`, what the source writes for "unknown" is absent. */
  date(column: string): ReadDate | undefined {
    const known = this.dates.get(column)
    if (known !== undefined) return known ?? undefined
    const date = this.readDate(column)
    this.dates.set(column, date ?? null)
    return date
  }

  private readDate(column: string): ReadDate | undefined {
    const text = this.cells.get(column)?.normalize('NFKC')
    if (text === undefined) return undefined
    const reading = readDate(text, { timeZone: this.source.timeZone, unknownDates: this.tables.unknownDates })
    if (reading.valid) return reading
    if (reading.reason === 'unknown') {
      this.issue('unknown-date', column, 'a date that the source writes for "unknown"', 'information')
    } else this.issue('invalid-date', column, reading.reason === 'shape' ? 'not a date' : 'no such day in the calendar')
    return undefined
  }

  /** Whether the cell holds what the source writes for "unknown". */
  isUnknownDate(column: string): boolean {
    const text = this.cells.get(column)
    if (text === undefined) return false
    const reading = readDate(text, { timeZone: this.source.timeZone, unknownDates: this.tables.unknownDates })
    return !reading.valid && reading.reason === 'unknown'
  }

  /** The day of a date or time. */
  day(column: string): string | undefined {
    return this.date(column)?.value.slice(0, 10)
  }

  /** `y` and `n`, as the product's yes-or-no dictionary has them; anything else raises `unknown-code`. */
  yes(column: string): boolean | undefined {
    const code = this.cells.get(column)?.toLowerCase()
    if (code === undefined) return undefined
    if (code === 'y' || code === 'n') return code === 'y'
    this.issue('unknown-code', column, 'neither y nor n')
    return undefined
  }

  /** A cell of one code or of several (`1,4`) by a table; unknown codes keep their text and raise `unknown-code`. */
  codes(column: string, codes: Codes, system: string): readonly CodedAnswer[] {
    const text = this.text(column)
    if (text === undefined) return []
    if (codes[text] !== undefined) return [coded(text, codes, system)]
    const parts = text.split(/[,，;；、|]/).map(part => part.trim()).filter(part => part !== '')
    const answers = parts.map(part => coded(part, codes, system))
    if (answers.every(answer => answer.coding)) return answers
    this.issue('unknown-code', column, 'a code that the table does not have; kept as text')
    return answers.some(answer => answer.coding) ? answers : [{ text }]
  }

  /** One code of a shared dictionary as a concept: the source's own coding, then what a map adds to it. */
  concept(column: string, dictionary: string, map: Equivalents = {}): CodeableConcept | undefined {
    const [answer] = this.codes(column, this.tables.dictionaries[dictionary] ?? {}, this.system(dictionary))
    if (!answer) return undefined
    if (!answer.coding) return { text: answer.text }
    return { coding: [...(map[answer.coding.code ?? ''] ?? []), answer.coding], text: answer.text }
  }

  /** Adds a telling; every resource says which institution tells it, where the row names one. */
  tell(resource: FhirResource, telling: Partial<Omit<Telling, 'resource'>> = {}): void {
    const marked = this.institution
      ? { ...resource, meta: { extension: [{ url: 'urn:hutong:institution', valueString: this.institution.id }] } }
      : resource
    this.tellings.push({
      manner: 'whole',
      patient: this.patient,
      ...(this.versionTime ? { versionTime: this.versionTime } : {}),
      ...telling,
      resource: marked,
    })
  }
}

function coded(code: string, codes: Codes, system: string): CodedAnswer {
  const display = codes[code]
  return display === undefined ? { text: code } : { coding: { system, code, display }, text: display }
}

/** The object without the keys whose value is undefined: FHIR knows no undefined, and goldens compare JSON. */
export function told<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, element]) => element !== undefined)) as T
}
