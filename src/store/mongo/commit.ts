import { randomBytes } from 'node:crypto'
import type { ClientSession, mongo } from 'mongoose'
import type { Change, CommitOutcome } from '../port'
import type { PackedCommit } from '../writes'
import { applyAll, operationOf, type Operation } from './changes'
import type { Database } from './database'
import { isDuplicate, RolledBack } from './errors'
import { idOf, whereKey, type Document } from './layout'
import { persist } from './persist'
import { transact } from './transaction'
import { rowTurn, type Turns } from './turns'

/** Milliseconds: far less than a lease, since what waits behind a commit in one lane is as late. */
const fencedPatience = 3_000

interface Work {
  readonly commit: PackedCommit
  readonly operations: readonly Operation[]
  /** Tells this call from others with the same id. */
  readonly by: string
}

/** One transaction, in which the id is kept: so it may be tried again whatever became of the last try. */
export function commit(database: Database, turns: Turns, packed: PackedCommit, changes: readonly Change[]): Promise<CommitOutcome> {
  const operations = packed.changes.flatMap((change, i) => {
    const asked = changes[i]
    return asked ? [operationOf(database, change, asked)] : []
  })
  const work: Work = { commit: packed, operations, by: randomBytes(8).toString('hex') }
  return turns.take(turnsOf(database, work), () => persist(database.patience, () => attempt(database, work), packed.fence ? fencedPatience : undefined))
}

function turnsOf(database: Database, { commit: { id, fence }, operations }: Work): string[] {
  const rows = operations.map(({ change, filter }) => rowTurn(change.collection, filter['_id']))
  const fenced = fence ? [rowTurn(fence.collection, idOf(database.collection({ name: fence.collection }), fence.key))] : []
  return [`id ${id}`, ...rows, ...fenced]
}

async function attempt(database: Database, work: Work): Promise<CommitOutcome> {
  const { outcome } = await transact(database, async session => {
    const applied = await isFirst(database, work, session) ? await apply(database, work, session) : undefined
    return { keep: applied?.ok === true, outcome: applied }
  })
  if (outcome) return outcome
  const known = await database.read(session => database.applied.findOne({ _id: work.commit.id }).session(session).lean<Document>())
  if (!known) throw new RolledBack('A try of a commit was seen, and is gone.')
  return { ok: true, repeated: known['by'] !== work.by }
}

async function isFirst({ applied }: Database, { commit: { id }, by }: Work, session: ClientSession): Promise<boolean> {
  const row: mongo.Document = { _id: id, at: new Date(), by }
  try {
    await applied.collection.insertOne(row, { session })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

async function apply(database: Database, { commit: { id, fence }, operations }: Work, session: ClientSession): Promise<CommitOutcome> {
  if (fence && !await isHeld(database, fence, id, session)) {
    return { ok: false, reason: 'lease-lost', collection: fence.collection, key: fence.key }
  }
  const lost = await applyAll(operations, session)
  return lost
    ? { ok: false, reason: 'conflict', collection: lost.change.collection, key: lost.change.key }
    : { ok: true, repeated: false }
}

/**
 * A lease holds as long as nobody else took it. The leased row is written, so that whoever takes it over at this moment and this
 * commit meet: one of them fails and starts again.
 */
async function isHeld(database: Database, fence: NonNullable<PackedCommit['fence']>, id: string, session: ClientSession): Promise<boolean> {
  const kept = database.collection({ name: fence.collection })
  const { matchedCount } = await kept.model.collection.updateOne(
    { ...whereKey(kept, fence.key), _leaseToken: fence.token }, { $set: { _fencedBy: id } }, { session })
  return matchedCount === 1
}
