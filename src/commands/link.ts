import { Command } from 'commander'
import { parse } from 'csv-parse/sync'
import { createReadStream, createWriteStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { featuresOfRow, linkTable, tableColumns } from '../identity'
import type { LinkedTable, TablePerson } from '../identity'
import { HutongError } from '../model/errors'
import { detect } from '../wire'
import { print } from './output'

interface LinkOptions { readonly from: string; readonly to: string; readonly columns: string; readonly id?: string; readonly estimate?: boolean }

const mostRows = 200_000

/** The gateway's own model over any table, so that others can check it. */
export function linkCommand(): Command {
  return new Command('link')
    .description('who is whom in a table: the gateway\'s own model over any CSV file, without a store')
    .requiredOption('--from <file>', 'a CSV file in UTF-8 or GB18030, with a header')
    .requiredOption('--columns <list>', `which column says what, e.g. given=first_name,family=surname,birthDate=dob; of: ${tableColumns.join(', ')}`)
    .requiredOption('--to <file>', 'the CSV file to write: row, group, grade, probability and evidence of each link and of each question')
    .option('--id <column>', 'the column that names a row; without it rows are numbered from 1')
    .option('--estimate', 'estimate the parameters from the table itself, without labels, and do not take the shipped ones')
    .action(link)
}

async function link({ from, to, columns, id, estimate }: LinkOptions): Promise<void> {
  const told = readColumns(columns)
  const rows = await readRows(from)
  for (const column of [...told.values(), ...(id === undefined ? [] : [id])]) {
    if (rows[0] !== undefined && !(column in rows[0])) throw new HutongError('BAD_ARGUMENT', `The table has no column ${column}.`, 'columns')
  }
  const people = rows.map(row => featuresOfRow(Object.fromEntries([...told].map(([field, column]) => [field, row[column]])) as TablePerson))
  const linked = linkTable(people, { parameters: estimate ? 'estimated' : 'shipped' })
  const names = rows.map((row, at) => (id === undefined ? String(at + 1) : row[id] ?? ''))
  await write(to, linesOf(linked, names))
  const groups = new Set(linked.groups).size
  print(`${rows.length} rows are ${groups} people; ${linked.review.length} pairs are for a person to decide`)
}

/** `given=first_name,family=surname` by field. */
function readColumns(text: string): Map<string, string> {
  const told = new Map(text.split(',').map(each => {
    const [field = '', ...column] = each.split('=')
    return [field.trim(), column.join('=').trim()] as const
  }))
  const known: readonly string[] = tableColumns
  for (const [field, column] of told) {
    if (!known.includes(field) || column === '') throw new HutongError('BAD_ARGUMENT', `Write field=column, with a field of: ${known.join(', ')}.`, 'columns')
  }
  return told
}

async function readRows(file: string): Promise<Record<string, string>[]> {
  const bytes = await buffer(createReadStream(file)).catch(() => {
    throw new HutongError('NOT_FOUND', 'The file cannot be read.', 'from')
  })
  const decoded = detect(bytes, ['gb18030'], true)
  if (decoded === undefined) throw new HutongError('SYNTAX', 'The file is neither UTF-8 nor GB18030.', 'from')
  try {
    const rows: Record<string, string>[] = parse(decoded.text, {
      bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, columns: (header: string[]) => header.map(name => name.trim()),
    })
    if (rows.length <= mostRows) return rows
  } catch {
    throw new HutongError('SYNTAX', 'The file is no CSV with a header.', 'from')
  }
  throw new HutongError('BAD_ARGUMENT', `The table has more than ${mostRows} rows.`, 'from')
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A line for each row with its group's first row, and one for each pair that is a question. */
function* linesOf({ groups, review, judged }: LinkedTable, names: readonly string[]): Generator<string> {
  const line = (row: number, other: number, grade: string) => {
    const { probability, evidence, against } = judged(row, other)
    const why = [...evidence.map(({ feature, weight }) => `${feature} ${weight}`), ...against].join('; ')
    return [names[row] ?? '', names[other] ?? '', grade, probability.toFixed(6), why].map(cell).join(',')
  }
  yield 'row,group,grade,probability,evidence'
  for (const [row, first] of groups.entries()) yield row === first ? [names[row] ?? '', names[row] ?? '', 'certain', '1', ''].map(cell).join(',') : line(row, first, 'certain')
  for (const { a, b } of review) yield line(a, b, 'possible')
}

async function write(file: string, lines: Iterable<string>): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 })
  const done = new Promise<void>((resolve, reject) => stream.once('finish', resolve).once('error', () => reject(new HutongError('BAD_ARGUMENT', 'The file cannot be written.', 'to'))))
  for (const text of lines) stream.write(`${text}\n`)
  stream.end()
  await done
}
