import type { CodeableConcept, Extension, FhirResource, Reference } from '../../../src/model/fhir'
import { resourceId } from '../../../src/model/ids'
import type { MappingIssue, Telling } from '../../../src/model/mapping'
import type { CsvRow } from '../../../src/model/record'
import type { MapperSource } from '../../../src/model/source'
import { readDate } from '../../../src/terminology/dates'
import { inZone } from './zone'

export const systems = {
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  ucum: 'http://unitsofmeasure.org',
} as const

/** One row on its way to FHIR. */
export class SyntheaRow {
  readonly issues: MappingIssue[] = []
  readonly tellings: Telling[] = []

  constructor(
    readonly cells: CsvRow,
    readonly source: MapperSource,
    readonly person: string | undefined,
  ) {}

  text(column: string): string | undefined {
    return this.cells.get(column)?.normalize('NFC')
  }

  /** The first of the columns that holds something: Synthea spelt some otherwise in other versions. */
  either(...columns: readonly string[]): string | undefined {
    return columns.map(column => this.text(column)).find(text => text !== undefined)
  }

  issue(code: string, column: string, message: string): void {
    this.issues.push({ severity: 'warning', code, place: this.cells.place(column), message })
  }

  id(type: string, ...key: readonly (string | undefined)[]): string {
    return resourceId(this.source, type, key.map(part => part ?? '').join('|'))
  }

  /** A date, or a time as the clocks of the source's zone showed it; what is none raises `invalid-date`. */
  date(column: string): string | undefined {
    const text = this.text(column)
    if (text === undefined) return undefined
    const reading = readDate(text, { timeZone: this.source.timeZone })
    if (reading.valid) return reading.precision === 'time' ? inZone(reading.instant, this.source.timeZone) : reading.value
    this.issue('invalid-date', column, reading.reason === 'shape' ? 'not a date' : 'no such day in the calendar')
    return undefined
  }

  /** A number, or its text where it is none (with `invalid-number`). */
  number(column: string): number | string | undefined {
    const text = this.text(column)
    if (text === undefined || /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return text === undefined ? undefined : Number(text)
    this.issue('invalid-number', column, 'not a number; kept as text')
    return text
  }

  /** CODE and DESCRIPTION, or columns of other names, as a concept of a system. */
  concept(system: string, code = 'CODE', description = 'DESCRIPTION'): CodeableConcept | undefined {
    const [value, display] = [this.text(code), this.text(description)]
    if (value === undefined) return display === undefined ? undefined : { text: display }
    return { coding: [told({ system, code: value, display })], ...(display === undefined ? {} : { text: display }) }
  }

  get subject(): Reference {
    return { reference: `Patient/${this.id('Patient', this.person)}` }
  }

  get encounter(): Reference | undefined {
    const visit = this.text('ENCOUNTER')
    return visit === undefined ? undefined : { reference: `Encounter/${this.id('Encounter', visit)}` }
  }

  tell(resource: FhirResource, telling: Partial<Omit<Telling, 'resource'>> = {}): void {
    const patient = this.person === undefined ? {} : { patient: this.id('Patient', this.person) }
    this.tellings.push({ manner: 'whole', ...patient, ...telling, resource })
  }
}

/** Who did it, in the words of another source that knows the institution by the same identifier. */
export const institutionMark = (row: SyntheaRow, organization: string): { extension: Extension[] } => ({
  extension: [{
    url: 'urn:hutong:institution-identifier', valueString: `${row.source.assigningAuthorities['']?.system}|${organization}`,
  }],
})

/** The object without the keys whose value is undefined. */
export function told<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, element]) => element !== undefined)) as T
}
