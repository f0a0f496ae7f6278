import { isHutongError } from '../../model/errors'
import type { UploadContext } from '../../model/record'
import type { Source } from '../../model/source'
import { encodingOf, decodeStrict } from '../charset'
import type { Encoding } from '../charset'
import type { Piece, Split } from '../grammar'
import { maxCells, sizeError, tooMany } from '../limits'
import { readCells } from './cells'
import type { Table } from './cells'
import { uploadEncoding } from './charset'
import { findRow } from './lines'
import type { RowSpan } from './lines'
import { recogniseTable } from './table'

/** Delimiters that are never part of a character; `|` can be a GB18030 second byte. */
const delimiters = [',', '\t', ';']

interface Window {
  readonly bytes: Uint8Array
  readonly source: Source
  readonly context: UploadContext
  readonly last: boolean
}

/**
 * Cuts a window of a table's export into rows; each piece is one row without its line break. Rows are numbered from 1, the
 * header and blank ones included, as a spreadsheet shows them.
 */
export function splitRows(window: Window): Split {
  const { bytes, last } = window
  const opening = openTable(window)
  if (!opening) return { context: window.context, pieces: [], consumed: 0 }
  const { context, table, encoding } = opening
  const columns = table.columns.length
  const options = { delimiter: table.delimiter.charCodeAt(0), ...columns > 0 && { columns }, last }
  const pieces: Piece[] = []
  let { at, rows } = opening
  while (at < bytes.length) {
    const row = findRow(bytes, at, options)
    if (!row) break
    rows++
    at = row.next
    if (!row.isBlank) pieces.push(pieceOf(bytes, row, { table, encoding, number: rows }))
  }
  return { context: { ...context, rows }, pieces, consumed: at }
}

export function tableOf(shared: UploadContext['shared']): Table | undefined {
  const { table: name, columns, delimiter = ',' } = shared ?? {}
  if (name === undefined || columns === undefined) return undefined
  const parsed: unknown = JSON.parse(columns)
  return { name, delimiter, columns: Array.isArray(parsed) ? parsed.map(String) : [] }
}

interface Opening { context: UploadContext; table: Table; encoding: Encoding | undefined; at: number; rows: number }

/** Reads what the rows share from the context, or from the upload's first row; undefined where that is not complete yet. */
function openTable({ bytes, source, context, last }: Window): Opening | undefined {
  const known = tableOf(context.shared)
  if (known) return openKnown(known, { bytes, source, context, last })
  if (bytes.length < 3 && !last) return undefined
  const hasMark = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF
  let at = hasMark ? 3 : 0
  let rows = 0
  for (;;) {
    const delimiter = chooseDelimiter(bytes, at, source)
    const row = findRow(bytes, at, { delimiter: delimiter.charCodeAt(0), last })
    if (!row) return undefined
    if (row.isBlank && row.next < bytes.length) {
      at = row.next
      rows++
      continue
    }
    const encoding = uploadEncoding(wholeLines(bytes, last), source.charsets, hasMark)
    const firstRow = lenientText(bytes.subarray(row.start, row.end), encoding)
    const recognised = { source, context, delimiter }
    const { table, hasHeader } = row.cells > maxCells ? tableWithoutHeader(recognised) : recogniseTable(firstRow, recognised)
    const shared = { ...context.shared, table: table.name, columns: JSON.stringify(table.columns), delimiter }
    const begun = { context: withCharset({ ...context, shared }, encoding), table, encoding }
    return hasHeader ? { ...begun, at: row.next, rows: rows + 1 } : { ...begun, at, rows }
  }
}

/** A row that is over its bounds heads no table: it is a record, which says so. */
function tableWithoutHeader(options: Parameters<typeof recogniseTable>[1]): ReturnType<typeof recogniseTable> {
  const { table, hasHeader } = recogniseTable('', options)
  return { table: hasHeader ? { ...table, columns: [] } : table, hasHeader: false }
}

/** A later window: the rows before it may all have been ASCII, so that the character set shows only now. */
function openKnown(table: Table, { bytes, source, context, last }: Window): Opening {
  const told = context.shared?.['charset']
  const encoding = told === undefined ? uploadEncoding(wholeLines(bytes, last), source.charsets, false) : encodingOf(told)
  return { context: withCharset(context, encoding), table, encoding, at: 0, rows: context.rows ?? 0 }
}

/** Where more is to come, the last line may be cut within a character. */
const wholeLines = (bytes: Uint8Array, last: boolean): Uint8Array => last ? bytes : bytes.subarray(0, bytes.lastIndexOf(0x0A) + 1)

const withCharset = (context: UploadContext, charset: Encoding | undefined): UploadContext =>
  charset ? { ...context, shared: { ...context.shared, charset } } : context

function pieceOf(
  bytes: Uint8Array,
  { start, end, cells, isSuspect }: RowSpan,
  row: { table: Table; encoding: Encoding | undefined; number: number },
): Piece {
  const tooLarge = sizeError(start, end)
  if (tooLarge.error) return { start, end, ...tooLarge }
  if (cells > maxCells) return { start, end, error: tooMany('cells in the row', maxCells, `${row.table.name}[${row.number}]`) }
  if (!isSuspect && cells === row.table.columns.length) return { start, end }
  try {
    readCells(lenientText(bytes.subarray(start, end), row.encoding), row.table, row.number)
    return { start, end }
  } catch (error) {
    if (isHutongError(error)) return { start, end, error }
    throw error
  }
}

/** The delimiter that the source configures, or the one that cuts the first line into most cells. */
function chooseDelimiter(bytes: Uint8Array, start: number, source: Source): string {
  const told = source.settings['delimiter']
  if (typeof told === 'string' && delimiters.includes(told)) return told
  const end = bytes.indexOf(0x0A, start)
  const line = bytes.subarray(start, end < 0 ? bytes.length : end)
  const count = (delimiter: string): number => line.reduce((sum, byte) => byte === delimiter.charCodeAt(0) ? sum + 1 : sum, 0)
  const counted = delimiters.map(delimiter => ({ delimiter, cells: count(delimiter) }))
  return counted.toSorted((one, other) => other.cells - one.cells)[0]?.delimiter ?? ','
}

function lenientText(bytes: Uint8Array, encoding: Encoding | undefined): string {
  return decodeStrict(bytes, encoding ?? 'ascii') ?? Buffer.from(bytes).toString('latin1')
}
