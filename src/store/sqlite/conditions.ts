/** A plan's restrictions as SQL with its parameters. */
import type { Plan, Segment } from '../plan'
import type { KeyValue } from '../port'
import { quoted } from './tables'

export interface Clause { readonly sql: string; readonly values: readonly KeyValue[] }

/** The bounds of the plan's range, each beginning with ` AND `. A bound holds for values of its own type. */
export function rangeClause(plan: Plan): Clause {
  if (!plan.range) return { sql: '', values: [] }
  const { field, bounds } = plan.range
  const column = quoted(field)
  const has = (side: string): boolean => bounds.some(({ op }) => op.startsWith(side))
  const text = typeof bounds[0]?.value === 'string'
  const bracket = text && !has('>') ? ` AND ${column} >= ''` : !text && has('>') && !has('<') ? ` AND ${column} < ''` : ''
  return { sql: bounds.map(({ op }) => ` AND ${column} ${op} ?`).join('') + bracket, values: bounds.map(({ value }) => value) }
}

export function segmentClause({ equal, beyond }: Segment): Clause {
  const same = equal.map(({ field }) => ` AND ${quoted(field)} = ?`).join('')
  return {
    sql: `${same} AND ${quoted(beyond.field)} ${beyond.op} ?`,
    values: [...equal.map(({ value }) => value), beyond.value],
  }
}

/** All of the plan's restrictions as one clause, for questions that are not answered value by value. */
export function whereClause(plan: Plan): Clause {
  const range = rangeClause(plan)
  const same = plan.equal.map(({ field, values }) => `${quoted(field)} IN (${values.map(() => '?').join(', ')})`)
  return {
    sql: [...same, '1'].join(' AND ') + range.sql,
    values: [...plan.equal.flatMap(({ values }) => values), ...range.values],
  }
}
