import { HutongError } from '../../model/errors'
import type { MappingIssue } from '../../model/mapping'
import { maxCells, maxText, tooMany } from '../limits'

/** What the rows of one upload share, as it stands in `UploadContext.shared`. */
export interface Table {
  readonly name: string
  /** In the order of the cells; '' is a column without a name. Empty where the table is not known. */
  readonly columns: readonly string[]
  readonly delimiter: string
}

/**
 * The cells of a row's text, as many as the table has columns. Throws SYNTAX, with `table[row].column` for its place,
 * where a quote does not close, a NUL stands in a cell, or there are too many or too few cells (empty ones at the end
 * are not too many); UNSUPPORTED where the table is not known; RECORD_TOO_LARGE.
 */
export function readCells(text: string, table: Table, row?: number): { cells: readonly string[]; issues: MappingIssue[] } {
  const where = row === undefined ? table.name : `${table.name}[${row}]`
  const place = (column: number): string => table.columns[column] ? `${where}.${table.columns[column]}` : where
  if (table.columns.length === 0) throw new HutongError('UNSUPPORTED', 'The table or its columns are not known.', where)
  const strays: number[] = []
  const cells = splitCells(text, table.delimiter, { onStray: column => strays.push(column), place })
  const nul = text.includes('\0') ? cells.findIndex(cell => cell.includes('\0')) : -1
  if (nul >= 0) throw new HutongError('SYNTAX', 'A cell holds a NUL.', place(nul), details(row, nul))
  if (cells.length > maxCells) throw tooMany('cells in the row', maxCells, where)
  const long = text.length > maxText ? cells.findIndex(cell => cell.length > maxText) : -1
  if (long >= 0) throw tooMany('characters in the cell', maxText, place(long))
  const expected = table.columns.length
  const surplus = cells.length > expected && cells.slice(expected).some(cell => cell.trim() !== '')
  if (surplus || cells.length < expected) {
    const problem = surplus ? 'many' : 'few'
    const message = `The row has too ${problem} cells: ${cells.length}, and the table has ${expected} columns.`
    const at = surplus ? where : place(cells.length)
    throw new HutongError('SYNTAX', message, at, details(row, Math.min(cells.length, expected)))
  }
  const issues = strays.map(column => ({
    severity: 'warning', code: 'stray-quote', place: place(column), message: 'A quote inside the cell was read as it stands.',
  } as const))
  return { cells, issues }
}

const details = (row: number | undefined, column: number): Record<string, number> =>
  ({ ...row !== undefined && { row }, column: column + 1 })

/** The cells of a row, without their quotes. Throws SYNTAX where a quoted cell does not end before a delimiter. */
export function splitCells(
  text: string,
  delimiter: string,
  { onStray, place }: { onStray?: (column: number) => void; place?: (column: number) => string } = {},
): string[] {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    let cell: string
    if (text.charAt(at) === '"') {
      const close = closingQuote(text, at + 1)
      const after = text.charAt(close + 1)
      if (close < 0 || after !== '' && after !== delimiter && after !== '\r') {
        throw new HutongError('SYNTAX', 'A quote does not close its cell.', place?.(cells.length))
      }
      cell = text.slice(at + 1, close).replaceAll('""', '"')
      at = close + 1
      if (after === '\r') at++
    } else {
      const end = text.indexOf(delimiter, at)
      cell = text.slice(at, end < 0 ? undefined : end)
      if (cell.includes('"')) onStray?.(cells.length)
      at = end < 0 ? text.length : end
    }
    cells.push(cell)
    if (at >= text.length) return cells
    at++
  }
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2)
  return at
}
