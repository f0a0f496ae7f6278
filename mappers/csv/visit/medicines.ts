import type { Dosage, MedicationStatement, Timing } from '../../../src/model/fhir'
import { conceptExtension, extensionUrls } from '../extensions'
import { told, type Row } from '../row'
import type { Visit } from './visit'

/** A form has room for five medicines: drugNames1, medicineType1, everyDayTime1, oneDosage1, medicineUnit1 … 5. */
const lines = [1, 2, 3, 4, 5]

/**
 * What the form lists is what the resident takes, as it was said at the visit: MedicationStatement, no order. Where the
 * form says that the resident takes none of it (服药依从性 3 不服药, 4 拒绝服药), each is not taken.
 */
export function tellMedicines(visit: Visit): void {
  const { row } = visit
  const notTaken = ['3', '4'].includes(row.text('medicine') ?? '')
  for (const line of lines) {
    const name = row.text(`drugNames${line}`)
    if (name !== undefined) row.tell(statement(visit, { line, name, notTaken }))
  }
}

interface Line { readonly line: number; readonly name: string; readonly notTaken: boolean }

function statement(visit: Visit, { line, name, notTaken }: Line): MedicationStatement {
  const { row, table, visitId, encounter, date } = visit
  const dictionary = table === 'MDC_DiabetesVisit' ? 'medicineTypeTNB' : 'medicineTypeGXY'
  const medicineClass = conceptExtension(extensionUrls.medicineClass, row.concept(`medicineType${line}`, dictionary))
  const dosage = dosageOf(row, line)
  return told({
    resourceType: 'MedicationStatement',
    id: row.id('MedicationStatement', `${table}/${visitId}/${line}`),
    extension: medicineClass.length > 0 ? medicineClass : undefined,
    status: notTaken ? 'not-taken' as const : 'active' as const,
    medicationCodeableConcept: { text: name },
    subject: row.subject,
    context: encounter,
    effectiveDateTime: date,
    dateAsserted: date,
    informationSource: row.subject,
    dosage: dosage ? [dosage] : undefined,
  })
}

/** everyDayTime is how many times a day, oneDosage how much each time, in medicineUnit. */
function dosageOf(row: Row, line: number): Dosage | undefined {
  const times = row.text(`everyDayTime${line}`)
  const dose = row.text(`oneDosage${line}`)
  const unit = unitOf(row, `medicineUnit${line}`)
  if (times === undefined && dose === undefined) return undefined
  const amount = dose === undefined ? undefined : `${dose}${/\d$/.test(dose) ? (unit?.text ?? '') : ''}`
  const text = [
    times === undefined ? undefined : isNumber(times) ? `每日${times}次` : times,
    amount === undefined ? undefined : `每次${amount}`,
  ]
  return told({
    text: text.filter(Boolean).join('，'),
    timing: times !== undefined && /^[1-9]\d?$/.test(times) ? timesADay(Number(times)) : undefined,
    doseAndRate: dose !== undefined && isNumber(dose) ? [{ doseQuantity: doseQuantity(Number(dose), unit) }] : undefined,
  })
}

const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text)
const timesADay = (frequency: number): Timing => ({ repeat: { frequency, period: 1, periodUnit: 'd' } })

interface Unit { readonly text: string; readonly ucum?: string }

function doseQuantity(value: number, unit: Unit | undefined): { value: number; unit?: string; system?: string; code?: string } {
  return told({ value, unit: unit?.text, ...(unit?.ucum ? { system: 'http://unitsofmeasure.org', code: unit.ucum } : {}) })
}

function unitOf(row: Row, column: string): Unit | undefined {
  const code = row.text(column)
  if (code === undefined) return undefined
  const unit = row.tables.maps.medicineUnitMB[code]
  if (unit) return unit
  row.issue('unknown-code', column, 'a unit that the table does not have; kept as text')
  return { text: code }
}
