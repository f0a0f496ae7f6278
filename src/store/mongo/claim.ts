import { planWhere } from '../plan'
import type { PackedClaim } from '../writes'
import { filterOf } from './conditions'
import type { Database, Kept } from './database'
import { hintOf, orderOf, projectionOf, rowsOf, type Document } from './layout'

/**
 * First renews what the token holds, then takes what nobody holds, in the order of the index, `n` in all. What is taken is
 * picked first and then written where it is still free: a row goes to one of many that want it, and the others pick again.
 */
export async function claim<R extends object>(database: Database, kept: Kept, asked: PackedClaim): Promise<R[]> {
  const plan = planWhere(kept.spec, asked.where)
  if (plan.equal.some(({ values }) => values.length === 0)) return []
  const { token, until, now, n } = asked
  const mine = { _leaseToken: token }
  const free = { $or: [{ _leaseToken: { $exists: false } }, { _leaseToken: { $ne: token }, _leaseUntil: { $lte: now } }] }
  const lease = { $set: { _leaseToken: token, _leaseUntil: until } }
  const order = orderOf(kept, plan.fields, false)

  const pick = (condition: Document, limit: number): Promise<Document[]> => database.session(session => kept.model
    .find({ $and: [filterOf(kept, plan), condition] }, { ...projectionOf(kept, true), ...shardFields(kept), _id: 1 },
      { sort: order, hint: hintOf(kept, plan), limit, session, maxTimeMS: database.patience })
    .lean<Document[]>())
  const write = (picked: readonly Document[], condition: Document): Promise<unknown> => database.session(session =>
    kept.model.collection.updateMany({ ...among(kept, picked), ...condition }, lease, { session, maxTimeMS: database.patience }))
  const stillMine = (picked: readonly Document[]): Promise<Document[]> => pick({ ...among(kept, picked), ...mine }, picked.length)

  if (n === 0) return []
  let held = await pick(mine, n)
  if (held.length > 0) {
    await write(held, mine)
    held = await stillMine(held)
  }
  while (held.length < n) {
    const wanted = await pick(free, n - held.length)
    if (wanted.length === 0) break
    await write(wanted, free)
    held = [...held, ...await stillMine(wanted)]
  }
  return rowsOf<R>(kept, held)
}

const shardFields = ({ spec, column }: Kept): Readonly<Record<string, 1>> =>
  Object.fromEntries(spec.shardKey.map(field => [column(field), 1]))

/** Picked documents, by their ids and the shards they are on. */
const among = ({ spec, column }: Kept, picked: readonly Document[]): Document => Object.fromEntries(
  ['_id', ...spec.shardKey.map(column)].map(field => [field, { $in: [...new Set(picked.map(document => document[field]))] }]))
