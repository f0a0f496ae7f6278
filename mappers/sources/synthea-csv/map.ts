/**
 * Synthea's own CSV export: one table an upload (`conditions.csv`), one row a record. Codes are SNOMED CT, LOINC, RxNorm and
 * CVX without a word of their systems; times are in UTC, and days are those of the place where the export was made
 * (`timeZone`). https://github.com/synthetichealth/synthea/wiki/CSV-File-Data-Dictionary
 */
import { HutongError } from '../../../src/model/errors'
import { resourceId } from '../../../src/model/ids'
import type { Dialect, Mapper } from '../../../src/model/mapping'
import type { CsvRow } from '../../../src/model/record'
import { mapOrganization, mapProvider } from './directory'
import { mapEncounter } from './encounters'
import { mapObservation } from './observations'
import { mapPatient } from './patients'
import { mapAllergy, mapCondition, mapImmunization, mapMedication, mapProcedure } from './records'
import { SyntheaRow } from './row'

interface TableRules {
  /** The column that names the patient; absent for a directory. */
  readonly patient?: string
  readonly map: (row: SyntheaRow) => void
}

const tables: Readonly<Record<string, TableRules>> = {
  patients: { patient: 'Id', map: mapPatient },
  encounters: { patient: 'PATIENT', map: mapEncounter },
  conditions: { patient: 'PATIENT', map: mapCondition },
  observations: { patient: 'PATIENT', map: mapObservation },
  medications: { patient: 'PATIENT', map: mapMedication },
  immunizations: { patient: 'PATIENT', map: mapImmunization },
  procedures: { patient: 'PATIENT', map: mapProcedure },
  allergies: { patient: 'PATIENT', map: mapAllergy },
  organizations: { map: mapOrganization },
  providers: { map: mapProvider },
}

const rulesOf = ({ table }: CsvRow): TableRules | undefined => (Object.hasOwn(tables, table) ? tables[table] : undefined)

/** Throws UNSUPPORTED for another table, PATIENT_MISSING for a row that names no patient. */
const map: Mapper = (record, source) => {
  const cells = record.body as CsvRow
  const rules = rulesOf(cells)
  if (!rules) throw new HutongError('UNSUPPORTED', 'no such table is mapped', cells.table)
  const person = rules.patient && cells.get(rules.patient)
  if (rules.patient && person === undefined) {
    throw new HutongError('PATIENT_MISSING', 'the row names no patient', cells.place(rules.patient))
  }
  const row = new SyntheaRow(cells, source, person)
  rules.map(row)
  return { tellings: row.tellings, issues: row.issues, unmapped: cells.unread().map(column => cells.place(column)) }
}

const route: Dialect['route'] = (record, source) => {
  const cells = record.body as CsvRow
  const rules = rulesOf(cells)
  if (!rules) {
    return { refuse: { severity: 'error', code: 'unsupported-table', place: cells.table, message: 'no such table is mapped' } }
  }
  const person = rules.patient && cells.get(rules.patient)
  return person === undefined ? {} : { patient: resourceId(source, 'Patient', person) }
}

export const dialect: Dialect = { map, route }
