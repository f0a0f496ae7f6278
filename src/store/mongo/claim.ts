import { planWhere } from '../plan'
import type { PackedClaim } from '../writes'
import { filterOf } from './conditions'
import { readTime, type Database, type Kept } from './database'
import { hintOf, orderOf, projectionOf, rowsOf, type Document } from './layout'
import { persist } from './persist'
import { isConflict, transact } from './transaction'
import { rowTurn, type Turns } from './turns'

const parallelWrites = 16

interface Claiming {
  readonly database: Database
  readonly turns: Turns
  readonly kept: Kept
  readonly asked: PackedClaim
}

/**
 * First renews what the token holds, then takes what nobody holds, in the order of the index, `n` in all. Rows are picked and
 * then written where they still are as picked: each goes to one of many that want it, and the others pick again.
 */
export async function claim<R extends object>(database: Database, turns: Turns, kept: Kept, asked: PackedClaim): Promise<R[]> {
  const claiming: Claiming = { database, turns, kept, asked }
  const documents = await turns.take([`claim ${kept.spec.name}`], () => persist(database.patience, () => claimOnce(claiming)))
  return rowsOf<R>(kept, documents)
}

async function claimOnce(claiming: Claiming): Promise<readonly Document[]> {
  const { token, now, n } = claiming.asked
  const mine = { _leaseToken: token }
  const free = { $or: [{ _leaseToken: { $exists: false } }, { _leaseToken: { $ne: token }, _leaseUntil: { $lte: now } }] }
  /** Rows that someone is writing just now. */
  const busy = new Set<unknown>()
  const held = n === 0 ? [] : await renew(claiming, await pick(claiming, mine, n))
  while (held.length < n) {
    const picked = await pick(claiming, { ...free, _id: { $nin: [...busy] } }, n - held.length)
    if (picked.length === 0) break
    held.push(...await take(claiming, picked, free, busy))
  }
  return held
}

async function pick({ database, kept, asked }: Claiming, condition: Document, limit: number): Promise<Document[]> {
  const plan = planWhere(kept.spec, asked.where)
  if (plan.equal.some(({ values }) => values.length === 0)) return []
  const fields = { ...projectionOf(kept, true), ...Object.fromEntries(kept.spec.shardKey.map(field => [kept.column(field), 1])), _id: 1 }
  const sort = orderOf(kept, plan.fields, false)
  return database.read(session => kept.model
    .find({ $and: [filterOf(kept, plan), condition] }, fields, { sort, ...database.hint(hintOf(kept, plan)), limit, session, maxTimeMS: readTime })
    .lean<Document[]>())
}

/**
 * What the token holds needs nobody's turn, or a lane's renewal would wait for all commits in it. A row that is written just now
 * keeps the lease that it has: the next renewal comes long before its end.
 */
async function renew(claiming: Claiming, picked: readonly Document[]): Promise<Document[]> {
  const mine = { _leaseToken: claiming.asked.token }
  const all = picked.length === 0 ? [] : await write(claiming, picked, mine)
  if (all !== 'conflict') return [...all]
  const each = await writeEach(claiming, picked, mine)
  return picked.filter((_, i) => each[i] !== 'gone')
}

/** What became of each, some at a time. */
async function writeEach(claiming: Claiming, picked: readonly Document[], condition: Document): Promise<('taken' | 'conflict' | 'gone')[]> {
  const became: ('taken' | 'conflict' | 'gone')[] = []
  for (let at = 0; at < picked.length; at += parallelWrites) {
    became.push(...await Promise.all(picked.slice(at, at + parallelWrites).map(async one => {
      const own = await write(claiming, [one], condition)
      return own === 'conflict' ? own : own.length > 0 ? 'taken' : 'gone'
    })))
  }
  return became
}

const amongOf = (kept: Kept, picked: readonly Document[]): Document =>
  Object.fromEntries(['_id', ...kept.spec.shardKey.map(kept.column)].map(field => [field, { $in: [...new Set(picked.map(document => document[field]))] }]))

/**
 * Those that could be written. Within a transaction a row that someone else is writing is known at once, and left: of a gateway
 * that died in the middle of a commit, the server keeps the rows of that commit for a while, which must not hold up the others.
 */
async function take(claiming: Claiming, picked: readonly Document[], condition: Document, busy: Set<unknown>): Promise<Document[]> {
  const { turns, kept } = claiming
  if (picked.length === 0) return []
  return turns.take(picked.map(({ _id }) => rowTurn(kept.spec.name, _id)), async () => {
    const all = await write(claiming, picked, condition)
    if (all !== 'conflict') return [...all]
    const each = await writeEach(claiming, picked, condition)
    for (const [i, one] of picked.entries()) if (each[i] === 'conflict') busy.add(one['_id'])
    return picked.filter((_, i) => each[i] === 'taken')
  })
}

async function write({ database, kept, asked }: Claiming, picked: readonly Document[], condition: Document): Promise<readonly Document[] | 'conflict'> {
  const { collection } = kept.model
  const among = amongOf(kept, picked)
  const lease = { $set: { _leaseToken: asked.token, _leaseUntil: asked.until } }
  try {
    const { taken } = await transact(database, async session => {
      const { matchedCount } = await collection.updateMany({ ...among, ...condition }, lease, { session })
      if (matchedCount === picked.length) return { keep: true, taken: picked }
      const mine = await collection.find({ ...among, _leaseToken: asked.token }, { session, projection: { _id: 1 } }).toArray()
      const ids = new Set<unknown>(mine.map(({ _id }) => _id))
      return { keep: true, taken: picked.filter(({ _id }) => ids.has(_id)) }
    })
    return taken
  } catch (error) {
    if (isConflict(error)) return 'conflict'
    throw error
  }
}
