import type { CodeableConcept, Coding, Observation, Quantity } from '../../../src/model/fhir'
import type { Row } from '../row'
import type { Measurement } from '../tables'
import type { Visit } from './visit'

const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'

export type Category = 'vital-signs' | 'laboratory'

interface Measured { readonly column: string; readonly category: Category; readonly code: CodeableConcept }

/** What all Observations of a visit share. `column` tells them apart within it. */
export function observation(visit: Visit, measured: Measured): Observation {
  const { row, table, visitId, encounter } = visit
  return {
    resourceType: 'Observation',
    id: row.id('Observation', `${table}/${visitId}/${measured.column}`),
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: measured.category }] }],
    code: measured.code,
    subject: row.subject,
    encounter,
  }
}

/** LOINC where the form's field is one, always with the form's own field beside it. */
export function codeOf(row: Row, table: string, column: string, { text, loinc }: Measurement): CodeableConcept {
  const own: Coding = { system: row.system(table), code: column, display: text }
  return { coding: loinc ? [{ system: 'http://loinc.org', ...loinc }, own] : [own], text }
}

export function performers({ institution, doctor }: Visit): Partial<Observation> {
  const performer = [institution, doctor].filter(reference => reference !== undefined)
  return performer.length > 0 ? { performer } : {}
}

/** The value as told: beyond what is plausible it raises an issue; a text that is no number stays as a note. */
export function valueOf(row: Row, column: string, value: number | string, measurement: Measurement): Partial<Observation> {
  const { text, unit, plausible } = measurement
  if (typeof value === 'string') return { ...missing('error'), note: [{ text: `${text} ${value}` }] }
  if (plausible && (value < plausible[0] || value > plausible[1])) {
    row.issue('implausible-value', column, 'beyond what can be measured in a living person; kept as told')
  }
  return { valueQuantity: quantity(value, unit) }
}

export function quantity(value: number, unit: Measurement['unit']): Quantity {
  if (!unit) return { value }
  return { value, unit: unit.text, ...(unit.ucum ? { system: 'http://unitsofmeasure.org', code: unit.ucum } : {}) }
}

/** The vital signs profile asks for a time: where none can be read, it is said to be unknown. */
export function effectiveOf(date: string | undefined, category: Category): Partial<Observation> {
  if (date !== undefined) return { effectiveDateTime: date }
  return category === 'vital-signs' ? { _effectiveDateTime: { extension: [{ url: absent, valueCode: 'unknown' }] } } : {}
}

/** Why a value is not there: `error` where what stands in the cell is no number. */
export const missing = (code: 'unknown' | 'error'): { dataAbsentReason: CodeableConcept } =>
  ({ dataAbsentReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code }] } })
