import { behind, planFind, type Plan } from '../plan'
import type { Find, KeyValue } from '../port'
import { rangeClause, segmentClause, type Clause } from './conditions'
import type { Connection, Value } from './connection'
import { padding } from './get'
import { parseRows, rowOf } from './parse'
import { ordered, quoted, source, type Table } from './tables'

/** Above so many values, a list is padded: until then a statement for each length is cheaper than asking for nothing. */
const longList = 16

/** Rows are joined to one JSON array in SQL and parsed once; only rows with bytes are read one by one. */
export function find<R extends object>(connection: Connection, table: Table, asked: Find<R>): R[] {
  const plan = planFind(table.spec, asked)
  const backward = asked.order === 'backward'
  if (asked.limit === 0 || plan.equal.some(({ values }) => values.length === 0)) return []
  const order = ordered(plan.fields.slice(plan.equal.length), backward)
  const withBytes = table.spec.bytes !== undefined && !asked.withoutBytes
  const ask: Question<R> = { connection, table, plan, order: order && ` ORDER BY ${order}`, withBytes }
  if (!asked.after) return read(ask, asked.limit)
  return behind(table.spec, plan, asked.after, backward).reduce<R[]>((rows, segment) =>
    rows.length < asked.limit ? rows.concat(read(ask, asked.limit - rows.length, segmentClause(segment))) : rows, [])
}

interface Question<R extends object> {
  readonly connection: Connection
  readonly table: Table
  readonly plan: Plan
  readonly order: string
  readonly withBytes: boolean
  /** Carries the row's type; never set. */
  readonly row?: R
}

function read<R extends object>(ask: Question<R>, limit: number, behindIt: Clause = { sql: '', values: [] }): R[] {
  const range = rangeClause(ask.plan)
  const rest: Clause = { sql: range.sql + behindIt.sql, values: [...range.values, ...behindIt.values] }
  if (ask.withBytes) return combinations(ask.plan).flatMap(values => readBytes(ask, values, rest, limit))
  return readJoined(ask, rest, limit)
}

/** One statement: the lists of `in` are the outer loops, the rows of each combination are joined inside. */
function readJoined<R extends object>({ connection, table, plan, order }: Question<R>, rest: Clause, limit: number): R[] {
  const lists: { sql: string; values: readonly Value[] }[] = []
  const single: KeyValue[] = []
  const same = plan.equal.map(({ field, values: [value, ...others], values }) => {
    if (others.length > 0) return `${quoted(field)} = l${lists.push(listOf(values, lists.length))}.column1`
    if (value !== undefined) single.push(value)
    return `${quoted(field)} = ?`
  })
  const rows = `SELECT group_concat(_doc, ',') AS docs FROM (
    SELECT _doc FROM ${source(table, plan)} WHERE ${[...same, '1'].join(' AND ')}${rest.sql}${order} LIMIT ?)`
  const values: Value[] = [...single, ...rest.values, limit]
  if (lists.length === 0) return parseRows<R>(connection.first(rows, values)?.['docs'])
  const loops = lists.map(list => list.sql).join(' CROSS JOIN ')
  const sql = `SELECT group_concat(docs, ',') AS docs FROM (SELECT (${rows}) AS docs FROM ${loops})`
  return parseRows<R>(connection.first(sql, [...values, ...lists.flatMap(list => list.values)])?.['docs'])
}

function listOf(values: readonly KeyValue[], before: number): { sql: string; values: readonly Value[] } {
  const length = values.length > longList ? padding(values.length) : values.length
  return {
    sql: `(VALUES ${Array(length).fill('(?)').join(', ')}) l${before + 1}`,
    values: [...values, ...Array<null>(length - values.length).fill(null)],
  }
}

function readBytes<R extends object>(ask: Question<R>, values: readonly KeyValue[], rest: Clause, limit: number): R[] {
  const { connection, table, plan, order } = ask
  const columns = ['_doc', ...(table.spec.bytes ?? [])].map(quoted).join(', ')
  const same = [...plan.equal.map(({ field }) => `${quoted(field)} = ?`), '1'].join(' AND ')
  const sql = `SELECT ${columns} FROM ${source(table, plan)} WHERE ${same}${rest.sql}${order} LIMIT ?`
  return connection.all(sql, [...values, ...rest.values, limit]).map(row => rowOf<R>(table.spec, row))
}

/** Every way to pick one value for each field, the last field's changing fastest. */
function combinations(plan: Plan): readonly (readonly KeyValue[])[] {
  return plan.equal.reduce<readonly (readonly KeyValue[])[]>(
    (begun, { values }) => begun.flatMap(head => values.map(value => [...head, value])), [[]])
}
