import type { CommitOutcome } from '../port'
import type { PackedChange, PackedCommit } from '../writes'
import type { Connection } from './connection'
import { tableFor, valuesOf, type Tables } from './tables'

/** Applies one commit inside the group's transaction, a change at a step; whoever calls takes it back where the outcome is not ok. */
export function* applyCommit(connection: Connection, tables: Tables, { id, changes, fence }: PackedCommit): Generator<undefined, CommitOutcome, undefined> {
  if (connection.run('INSERT INTO hutong_applied (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', [id, Date.now()]) === 0) {
    return { ok: true, repeated: true }
  }
  if (fence && !isHeld(connection, tables, fence)) {
    return { ok: false, reason: 'lease-lost', collection: fence.collection, key: fence.key }
  }
  for (const change of changes) {
    if (!applyChange(connection, tables, change)) {
      return { ok: false, reason: 'conflict', collection: change.collection, key: change.key }
    }
    yield
  }
  return { ok: true, repeated: false }
}

/** Forgets the ids of commits before an instant (milliseconds), so many at once; false: there are more. */
export function pruneApplied(connection: Connection, before: number, atOnce: number): boolean {
  return connection.run(`DELETE FROM hutong_applied WHERE n IN (SELECT n FROM hutong_applied ORDER BY n LIMIT ?) AND at < ?`,
    [atOnce, before]) < atOnce
}

/** A lease holds as long as nobody else took it: one that ran out unnoticed has harmed nobody. */
function isHeld(connection: Connection, tables: Tables, fence: NonNullable<PackedCommit['fence']>): boolean {
  const table = tableFor(tables, { name: fence.collection })
  const held = `SELECT 1 AS held FROM ${table.name} WHERE ${table.isKey} AND leaseToken = ?`
  return connection.first(held, [...fence.key, fence.token]) !== undefined
}

/** False: someone else was first. */
function applyChange(connection: Connection, tables: Tables, { verb, collection, key, row, version }: PackedChange): boolean {
  const table = tableFor(tables, { name: collection })
  if (!row) {
    connection.run(table.remove, key)
    return true
  }
  const values = valuesOf(table, row)
  if (verb === 'put') connection.run(table.put, values)
  else if (verb === 'putIf' && typeof version === 'number') return connection.run(table.putIf, [...values, ...key, version]) === 1
  else return connection.run(table.insert, values) === 1
  return true
}
