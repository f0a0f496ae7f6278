/** Changes as operations of MongoDB, inside a transaction. */
import type { ClientSession, mongo } from 'mongoose'
import type { Change } from '../port'
import type { PackedChange } from '../writes'
import type { Database, Kept } from './database'
import { isDuplicate } from './errors'
import { documentOf, whereKey, type Document } from './layout'

/** A change with what it becomes; made at the call of `commit`, so that later changes of the row do not reach it. */
export interface Operation {
  readonly change: PackedChange
  readonly kept: Kept
  readonly filter: Document
  readonly document?: Document
}

type Write = mongo.AnyBulkWriteOperation<Document>

export function operationOf(database: Database, change: PackedChange, asked: Change): Operation {
  const kept = database.collection(asked.collection)
  const document = change.row && asked.verb !== 'remove' ? { document: documentOf(kept, change.row, asked.row) } : {}
  return { change, kept, filter: whereKey(kept, change.key), ...document }
}

/**
 * In their order within each collection; many at a time, but for those whose version is asked. Returns the one that lost, if
 * one did: the transaction is then of no use any more.
 */
export async function applyAll(operations: readonly Operation[], session: ClientSession): Promise<Operation | undefined> {
  for (const kept of new Set(operations.map(operation => operation.kept))) {
    for (const run of runsOf(operations.filter(operation => operation.kept === kept))) {
      const lost = run.length === 1 && run[0] && isVersioned(run[0]) ? await applyVersioned(run[0], session) : await applyRun(run, session)
      if (lost) return lost
    }
  }
  return undefined
}

const isVersioned = ({ change }: Operation): boolean => typeof change.version === 'number'

function runsOf(operations: readonly Operation[]): Operation[][] {
  const runs: Operation[][] = []
  for (const operation of operations) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (!run || !before || isVersioned(operation) || isVersioned(before)) runs.push([operation])
    else run.push(operation)
  }
  return runs
}

async function applyVersioned(operation: Operation, session: ClientSession): Promise<Operation | undefined> {
  const { kept, filter, document, change } = operation
  const { matchedCount } = await kept.model.collection.updateOne({ ...filter, version: change.version }, replacement(kept, document), { session })
  return matchedCount === 1 ? undefined : operation
}

async function applyRun(run: readonly Operation[], session: ClientSession): Promise<Operation | undefined> {
  const [first] = run
  try {
    await first?.kept.model.collection.bulkWrite(run.map(writeOf), { session, ordered: true })
    return undefined
  } catch (error) {
    const lost = run[(error as { writeErrors?: readonly { index: number }[] }).writeErrors?.[0]?.index ?? 0]
    if (isDuplicate(error) && lost && lost.change.verb !== 'put') return lost
    throw error
  }
}

function writeOf({ change, kept, filter, document }: Operation): Write {
  if (!document) return { deleteOne: { filter } }
  if (change.verb !== 'put') return { insertOne: { document } }
  return { updateOne: { filter, update: replacement(kept, document), upsert: true } }
}

/** The whole row anew; a lease stays. */
const replacement = ({ spec }: Kept, document: Document = {}): Document[] => [{
  $replaceWith: spec.leased
    ? { $mergeObjects: [{ $literal: document }, { _leaseToken: '$_leaseToken', _leaseUntil: '$_leaseUntil' }] }
    : { $literal: document },
}]
