/** A plan's restrictions as filters. MongoDB compares a value with those of its type only, which is what a bound means. */
import type { Bound, Plan, Segment } from '../plan'
import type { KeyValue } from '../port'
import type { Document, Layout } from './layout'

const operators = { '>': '$gt', '>=': '$gte', '<': '$lt', '<=': '$lte' } as const

/** All of the plan's restrictions; `values`: one of each field's, for one combination of the lists of `in`. */
export function filterOf(layout: Layout, plan: Plan, values?: readonly KeyValue[]): Document {
  const equal = plan.equal.map(({ field, values: [first, ...others] }, i) =>
    [layout.column(field), values ? values[i] : others.length > 0 ? { $in: [first, ...others] } : first])
  if (!plan.range || plan.range.bounds.length === 0) return Object.fromEntries(equal)
  return Object.fromEntries([...equal, [layout.column(plan.range.field), boundsOf(plan.range.bounds)]])
}

/** Rows behind a place: of any type, as numbers stand before strings. */
export function behindFilter({ column }: Layout, { equal, beyond: { field, op, value } }: Segment): Document {
  const crosses = (op === '>') === (typeof value === 'number')
  const beyond = crosses ? { $not: { [op === '>' ? '$lte' : '$gte']: value } } : { [operators[op]]: value }
  return { ...Object.fromEntries(equal.map(each => [column(each.field), each.value])), [column(field)]: beyond }
}

const boundsOf = (bounds: readonly Bound[]): Document => Object.fromEntries(bounds.map(({ op, value }) => [operators[op], value]))
