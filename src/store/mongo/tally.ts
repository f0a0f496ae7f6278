import { planWhere } from '../plan'
import type { Row, Tallied, Tally } from '../port'
import { filterOf } from './conditions'
import { readTime, type Database, type Kept } from './database'
import { hintOf } from './layout'

interface Group { readonly _id: Row | null; readonly count: number; readonly sum: number }

/** Counts and sums by group, in the order of the groups' values; no rows, no group. What is no number adds nothing to a sum. */
export async function tally(database: Database, kept: Kept, asked: Tally): Promise<Tallied[]> {
  const plan = planWhere(kept.spec, asked.where, asked.by)
  if (plan.equal.some(({ values }) => values.length === 0)) return []
  const by = asked.by.map(field => [field, `$${kept.column(field)}`] as const)
  const order = asked.by.map(field => [`_id.${field}`, 1] as const)
  const groups = await database.read(session => kept.model.aggregate<Group>([
    { $match: filterOf(kept, plan) },
    { $group: {
      _id: by.length > 0 ? Object.fromEntries(by) : null,
      count: { $sum: 1 },
      sum: { $sum: asked.sum === undefined ? 0 : `$${kept.column(asked.sum)}` },
    } },
    ...order.length > 0 ? [{ $sort: Object.fromEntries(order) }] : [],
  ]).session(session).option({ maxTimeMS: readTime, ...database.hint(hintOf(kept, plan)) }))
  return groups.map(({ _id, count, sum }) => ({ by: _id ?? {}, count, sum }))
}
