import type { CodeableConcept, ObservationComponent } from '../../../src/model/fhir'
import { told, type Row } from '../row'
import type { Measurement } from '../tables'
import { tellGlucose } from './glucose'
import { codeOf, effectiveOf, missing, observation, performers, valueOf, type Category } from './observation'
import type { Visit } from './visit'

/** What the form measures: vital signs at the visit, glucose, and laboratory values that the form quotes. */
export function tellMeasurements(visit: Visit): void {
  tellBloodPressure(visit)
  const signs = visit.table === 'MDC_HypertensionVisit'
    ? ['weight', 'bmi', 'heartRate', 'waistLine', 'bloodOxygen', 'temperature']
    : ['weight', 'bmi']
  for (const column of signs) tellMeasured(visit, column, 'vital-signs', visit.date)
  if (visit.table !== 'MDC_DiabetesVisit') return
  tellGlucose(visit)
  const quoted = ['tc', 'hdl', 'ldl', 'hbA1c', 'bloodFat']
  // Found elsewhere, at testDate (检查日期): the visit's own day says nothing of when.
  const tested = visit.row.date('testDate')?.value
  for (const column of quoted) tellMeasured(visit, column, 'laboratory', tested)
}

function tellMeasured(visit: Visit, column: string, category: Category, effective?: string): void {
  const { row } = visit
  const value = row.number(column)
  if (value === undefined) return
  const measurement = row.tables.measurements[column] ?? { text: column }
  row.tell(told({
    ...observation(visit, { column, category, code: codeOf(row, visit.table, column, measurement) }),
    ...effectiveOf(effective, category),
    ...(category === 'vital-signs' ? performers(visit) : {}),
    ...valueOf(row, column, value, measurement),
  }))
}

/** Systolic and diastolic are one panel (FHIR R4 blood pressure profile); the half that is missing is said to be. */
function tellBloodPressure(visit: Visit): void {
  const { row } = visit
  const halves = ['constriction', 'diastolic'].map(column => (
    { column, value: row.number(column), measurement: row.tables.measurements[column] ?? { text: column } }
  ))
  if (halves.every(half => half.value === undefined)) return
  const [systolic, diastolic] = halves.map(half => (typeof half.value === 'number' ? half.value : undefined))
  if (systolic !== undefined && diastolic !== undefined && diastolic >= systolic) {
    row.issue('implausible-value', 'diastolic', 'not below the systolic pressure; kept as told')
  }
  const notes = halves.filter(half => typeof half.value === 'string')
    .map(({ value, measurement }) => ({ text: `${measurement.text} ${value}` }))
  row.tell(told({
    ...observation(visit, { column: 'bloodPressure', category: 'vital-signs', code: bloodPressureCode }),
    ...effectiveOf(visit.date, 'vital-signs'),
    ...performers(visit),
    note: notes.length > 0 ? notes : undefined,
    component: halves.map(({ column, value, measurement }): ObservationComponent => ({
      code: codeOf(row, visit.table, column, measurement),
      ...(value === undefined ? missing('unknown') : componentValue(row, column, value, measurement)),
    })),
  }))
}

const bloodPressureCode: CodeableConcept = {
  coding: [{ system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure panel with all children optional' }],
  text: '血压',
}

type ComponentValue = Pick<ObservationComponent, 'valueQuantity' | 'dataAbsentReason'>

function componentValue(row: Row, column: string, value: number | string, measurement: Measurement): ComponentValue {
  const { valueQuantity, dataAbsentReason } = valueOf(row, column, value, measurement)
  return told({ valueQuantity, dataAbsentReason })
}
