import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { ClientSession, mongo } from 'mongoose'
import type { Change, CommitOutcome } from '../port'
import type { PackedCommit } from '../writes'
import { applyAll, operationOf, type Operation } from './changes'
import type { Database } from './database'
import { hasLabel, isAway, isDuplicate } from './errors'
import { whereKey, type Document } from './layout'
import type { Turns } from './turns'

/** Durable on a majority, and of one instant. */
const transaction: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true }, readPreference: 'primary',
}
/** Milliseconds for which a commit is tried against others' writes of the same rows. */
const conflictPatience = 30_000
const longestPause = 200

interface Work {
  readonly commit: PackedCommit
  readonly operations: readonly Operation[]
  /** Tells this call from others with the same id. */
  readonly by: string
}

/** One transaction, again as long as it fails by others' writes or by a lost connection: its id makes that safe. */
export function commit(database: Database, turns: Turns, packed: PackedCommit, changes: readonly Change[]): Promise<CommitOutcome> {
  const operations = packed.changes.flatMap((change, i) => {
    const asked = changes[i]
    return asked ? [operationOf(database, change, asked)] : []
  })
  const work: Work = { commit: packed, operations, by: randomBytes(8).toString('hex') }
  return turns.take(keysOf(work), () => persist(database, work))
}

function keysOf({ commit: { id, fence }, operations }: Work): Set<string> {
  const rows = operations.map(({ change, filter }) => `${change.collection} ${String(filter['_id'])}`)
  return new Set([...rows, `id ${id}`, ...fence ? [`fence ${fence.collection} ${JSON.stringify(fence.key)}`] : []])
}

async function persist(database: Database, work: Work): Promise<CommitOutcome> {
  const began = Date.now()
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await database.session(session => attemptOnce(database, work, session))
    } catch (error) {
      const again = hasLabel(error, 'TransientTransactionError') || hasLabel(error, 'UnknownTransactionCommitResult') || isDuplicate(error)
      const patience = isAway(error) ? database.patience : conflictPatience
      if (!again || Date.now() - began >= patience) throw error
      await wait(Math.random() * Math.min(longestPause, 2 ** Math.min(attempt, 8)))
    }
  }
}

async function attemptOnce(database: Database, work: Work, session: ClientSession): Promise<CommitOutcome> {
  session.startTransaction(transaction)
  const { id } = work.commit
  try {
    if (!await isFirst(database, work, session)) {
      await session.abortTransaction()
      const known = await database.applied.findOne({ _id: id }).session(session).lean<Document>()
      return { ok: true, repeated: known?.['by'] !== work.by }
    }
    const outcome = await apply(database, work, session)
    if (outcome.ok) await session.commitTransaction()
    else await session.abortTransaction()
    return outcome
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
    throw error
  }
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
