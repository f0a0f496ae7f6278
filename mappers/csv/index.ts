/**
 * The community health system's CSV export (社康系统): one table an upload, one record a row. Field names, labels and code
 * tables are the product's own; the tables of a source hold them.
 */
import { HutongError } from '../../src/model/errors'
import { resourceId } from '../../src/model/ids'
import type { Dialect, Mapper } from '../../src/model/mapping'
import type { CsvRow, SourceRecord } from '../../src/model/record'
import { mapHealthRecord } from './EHR_HealthRecord'
import { mapDemographicInfo } from './MPI_DemographicInfo'
import { Row } from './row'
import { mapVisit } from './visit'

const tables: Readonly<Record<string, (row: Row) => void>> = {
  MPI_DemographicInfo: mapDemographicInfo,
  EHR_HealthRecord: mapHealthRecord,
  MDC_HypertensionVisit: row => mapVisit(row, 'MDC_HypertensionVisit'),
  MDC_DiabetesVisit: row => mapVisit(row, 'MDC_DiabetesVisit'),
}

/** Throws UNSUPPORTED for another table, PATIENT_MISSING for a row that names no person (empiId). */
const map: Mapper = (record, source) => {
  const cells = rowOf(record)
  const mapTable = tables[cells.table]
  if (!mapTable) throw new HutongError('UNSUPPORTED', 'no such table is mapped', cells.table)
  const person = cells.get('empiId')
  if (person === undefined) throw new HutongError('PATIENT_MISSING', 'the row names no person', cells.place('empiId'))
  const row = new Row(cells, source, resourceId(source, 'Patient', person))
  mapTable(row)
  return {
    tellings: row.tellings,
    issues: row.issues,
    unmapped: cells.unread().map(column => cells.place(column)),
  }
}

const route: Dialect['route'] = (record, source) => {
  const cells = rowOf(record)
  const person = cells.get('empiId')
  return {
    ...(person === undefined ? {} : { patient: resourceId(source, 'Patient', person) }),
    ...(tables[cells.table] ? {} : {
      refuse: { severity: 'error' as const, code: 'unsupported-table', place: cells.table, message: 'no such table is mapped' },
    }),
  }
}

const rowOf = (record: SourceRecord): CsvRow => record.body as CsvRow

export const dialect: Dialect = { map, route }
