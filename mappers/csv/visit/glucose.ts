import type { Specimen } from '../../../src/model/fhir'
import { told, type Row } from '../row'
import type { Measurement } from '../tables'
import { codeOf, effectiveOf, observation, performers, valueOf } from './observation'
import type { Visit } from './visit'

const specimens: Readonly<Record<string, string>> = { 1: '末梢血', 2: '血浆' }
const units: Readonly<Record<string, NonNullable<Measurement['unit']>>> = {
  1: { text: 'mmol/L', ucum: 'mmol/L' },
  2: { text: 'mg/dL', ucum: 'mg/dL' },
}

/**
 * Fasting, after a meal and random (fbs, pbs, rbs), each with how it was taken (末梢血 a finger-stick, 血浆 plasma) and one
 * unit for the form. A finger-stick is no venous glucose: LOINC stands only beside a plasma value in mmol/L.
 */
export function tellGlucose(visit: Visit): void {
  const { row } = visit
  const unit = unitOf(row)
  for (const column of ['fbs', 'pbs', 'rbs']) {
    const value = row.number(column)
    const taken = specimenOf(row, `${column}Test`)
    if (value === undefined) continue
    if (!unit) row.issue('unit-missing', column, 'the form names no unit')
    const measurement = { ...(row.tables.measurements[column] ?? { text: column }), unit }
    const inMoles = unit?.ucum === 'mmol/L'
    const inPlasma = inMoles && taken?.code === '2'
    const code = codeOf(row, visit.table, column, { ...measurement, loinc: inPlasma ? measurement.loinc : undefined })
    row.tell(told({
      ...observation(visit, { column, category: 'laboratory', code }),
      contained: taken ? [contained(row, `${visit.table}.${column}Test`, taken)] : undefined,
      ...effectiveOf(visit.date, 'laboratory'),
      ...(taken?.code === '1' ? performers(visit) : {}),
      ...valueOf(row, column, value, inMoles ? measurement : { ...measurement, plausible: undefined }),
      specimen: taken ? { reference: '#specimen', display: taken.text } : undefined,
    }))
  }
}

function unitOf(row: Row): Measurement['unit'] {
  const code = row.text('unit')
  if (code === undefined) return undefined
  const unit = units[code]
  if (unit) return unit
  row.issue('unknown-code', 'unit', 'neither mmol/L (1) nor mg/dl (2); kept as text')
  return { text: code }
}

interface Taken { readonly code?: string; readonly text: string }

function specimenOf(row: Row, column: string): Taken | undefined {
  const code = row.text(column)
  if (code === undefined) return undefined
  const text = specimens[code]
  if (text !== undefined) return { code, text }
  row.issue('unknown-code', column, 'neither 末梢血 (1) nor 血浆 (2); kept as text')
  return { text: code }
}

function contained(row: Row, system: string, { code, text }: Taken): Specimen {
  const coding = code === undefined ? undefined : [{ system: row.system(system), code, display: text }]
  return { resourceType: 'Specimen', id: 'specimen', type: told({ coding, text }), subject: row.subject }
}
