import type { UploadContext } from '../../model/record'
import type { Source } from '../../model/source'
import { splitCells } from './cells'
import type { Table } from './cells'

type Columns = readonly string[]

/** `settings.tables` of a source: the columns of each table, [] where the configuration does not name them. */
export function configuredTables({ settings }: Source): ReadonlyMap<string, Columns> {
  const tables = isRecord(settings['tables']) ? settings['tables'] : {}
  return new Map(Object.entries(tables).map(([name, table]) => {
    const columns = isRecord(table) && Array.isArray(table['columns']) ? table['columns'] : []
    return [name, columns.filter(column => typeof column === 'string')] as const
  }))
}

/**
 * Says which table an upload holds, and its columns in order, from the upload's name and its first row.
 * The table: the configured one that the name names (`MDC_HypertensionVisit.csv`, `mdc_hypertensionvisit-202611.csv`);
 * where the first row is another's header, or the name names none, the one whose header it is. A header is a row of which at
 * least half the cells are column names. Without one, the columns are the configured ones. Where a source configures no
 * columns, the first row is the header.
 */
export function recogniseTable(
  firstRow: string, { source, context, delimiter }: { source: Source; context: UploadContext; delimiter: string },
): { table: Table; hasHeader: boolean } {
  const tables = configuredTables(source)
  const cells = headerCells(firstRow, delimiter)
  const named = tableOfName(baseName(context.name ?? ''), tables)
  const own = named !== undefined && isHeaderOf(cells, tables.get(named) ?? [])
  const name = own ? named : tableOfHeader(cells, tables) ?? named
  if (name !== undefined) {
    const columns = tables.get(name) ?? []
    const hasHeader = columns.length === 0 || isHeaderOf(cells, columns)
    return { table: { name, columns: hasHeader ? spellAs(cells, columns) : columns, delimiter }, hasHeader }
  }
  const free = { name: baseName(context.name ?? '') || 'table', delimiter }
  return tables.size === 0
    ? { table: { ...free, columns: cells }, hasHeader: true }
    : { table: { ...free, columns: [] }, hasHeader: false }
}

function headerCells(row: string, delimiter: string): string[] {
  try {
    return splitCells(row, delimiter).map(cell => cell.trim())
  } catch {
    return row.split(delimiter).map(cell => cell.replaceAll('"', '').trim())
  }
}

function isHeaderOf(cells: Columns, columns: Columns): boolean {
  const named = cells.filter(cell => cell !== '').length
  return named > 0 && countKnown(cells, columns) * 2 >= named
}

function countKnown(cells: Columns, columns: Columns): number {
  const known = new Set(columns.map(column => column.toLowerCase()))
  return cells.filter(cell => known.has(cell.toLowerCase())).length
}

function tableOfHeader(cells: Columns, tables: ReadonlyMap<string, Columns>): string | undefined {
  const fitting = [...tables].filter(([, columns]) => isHeaderOf(cells, columns))
  return fitting.toSorted(([, one], [, other]) => countKnown(cells, other) - countKnown(cells, one))[0]?.[0]
}

function tableOfName(name: string, tables: ReadonlyMap<string, Columns>): string | undefined {
  const plain = name.toLowerCase()
  const names = [...tables.keys()].toSorted((one, other) => other.length - one.length)
  return names.find(each => plain === each.toLowerCase())
    ?? names.find(each => plain.startsWith(each.toLowerCase()) && /^[^a-z]/.test(plain.slice(each.length)))
}

/** Column names as the configuration spells them, because the mapper asks for them so. */
function spellAs(cells: Columns, columns: Columns): Columns {
  const spelling = new Map(columns.map(column => [column.toLowerCase(), column]))
  return cells.map(cell => spelling.get(cell.toLowerCase()) ?? cell)
}

const baseName = (name: string): string => name.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
