import { planWhere } from '../plan'
import type { Tallied, Tally } from '../port'
import { indexedFields } from '../row'
import { whereClause } from './conditions'
import type { Connection } from './connection'
import { quoted, source, type Table } from './tables'

/** Counts and sums by group, in the order of the groups' values; no rows, no group. What is no number adds nothing to a sum. */
export function tally(connection: Connection, table: Table, asked: Tally): Tallied[] {
  const plan = planWhere(table.spec, asked.where, asked.by)
  if (plan.equal.some(({ values }) => values.length === 0)) return []
  const where = whereClause(plan)
  const groups = asked.by.map(quoted).join(', ')
  const sql = `SELECT ${[groups, 'count(*) AS "_count"', `${sumOf(table, asked.sum)} AS "_sum"`].filter(Boolean).join(', ')}
    FROM ${source(table, plan)} WHERE ${where.sql}${groups && ` GROUP BY ${groups} ORDER BY ${groups}`}`
  return connection.all(sql, where.values).filter(({ _count }) => _count !== 0).map(found => ({
    by: Object.fromEntries(asked.by.map(field => [field, found[field]])),
    count: Number(found['_count']),
    sum: Number(found['_sum']),
  }))
}

function sumOf(table: Table, field: string | undefined): string {
  if (field === undefined) return '0'
  const indexed = indexedFields(table.spec).includes(field)
  const value = indexed ? quoted(field) : `json_extract(_doc, '$."${field.replaceAll(/['"]/g, '')}"')`
  return `coalesce(sum(CASE WHEN typeof(${value}) IN ('integer', 'real') THEN ${value} END), 0)`
}
