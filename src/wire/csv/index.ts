import { HutongError } from '../../model/errors'
import type { CsvRow, SourceRecord, UploadContext } from '../../model/record'
import type { Source } from '../../model/source'
import type { Grammar } from '../grammar'
import { checkSize, largeRecordBytes } from '../limits'
import { readCells } from './cells'
import type { Table } from './cells'
import { decodeRow } from './charset'
import { Row, indexColumns } from './row'
import { splitRows, tableOf } from './split'

/** Tables as text: one row is one record, and the upload's name and header say what table it is of. */
export const csv: Grammar = {
  name: 'csv',
  split: (bytes, options) => splitRows({ bytes, ...options }),
  read,
  isHeavy: bytes => bytes.byteLength > largeRecordBytes,
}

function read(bytes: Uint8Array, { source, context }: { source: Source; context: UploadContext }): SourceRecord<CsvRow> {
  checkSize(bytes)
  const shared = sharedTable(context)
  if (!shared) throw new HutongError('UNSUPPORTED', 'A row cannot be read without its table\'s columns.', context.name)
  const { table, positions } = shared
  const charset = context.shared?.['charset']
  const { text, issues } = decodeRow(bytes, { charset, charsets: source.charsets, place: table.name })
  const row = readCells(text, table)
  const body = new Row(table.name, table.columns, positions, row.cells)
  return { grammar: 'csv', body, issues: [...issues, ...row.issues] }
}

interface SharedTable { readonly table: Table; readonly positions: ReadonlyMap<string, number> }

/** The rows of an upload come one by one with equal contexts: the last few tables are kept parsed. */
const tables = new Map<string, SharedTable>()
const keptTables = 64

function sharedTable({ shared }: UploadContext): SharedTable | undefined {
  const key = `${shared?.['table']}\n${shared?.['delimiter']}\n${shared?.['columns']}`
  const known = tables.get(key)
  if (known) return known
  const table = tableOf(shared)
  if (!table) return undefined
  const parsed = { table, positions: indexColumns(table.columns) }
  if (tables.size >= keptTables) tables.clear()
  tables.set(key, parsed)
  return parsed
}
