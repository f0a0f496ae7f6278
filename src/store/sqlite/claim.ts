import { planWhere } from '../plan'
import type { KeyValue } from '../port'
import type { PackedClaim } from '../writes'
import { whereClause } from './conditions'
import type { Connection, Value } from './connection'
import { ordered, quoted, source, tableFor, type Table, type Tables } from './tables'

/**
 * First renews what the token holds, then takes what nobody holds, in the order of the index, `n` in all: whoever asks for
 * less than it holds lets go of the rest when that runs out.
 */
export function applyClaim(connection: Connection, tables: Tables, claim: PackedClaim): readonly (readonly KeyValue[])[] {
  const table = tableFor(tables, { name: claim.collection })
  const held = keysWhere(connection, table, claim, 'leaseToken = ?', [claim.token], claim.n)
  const free = keysWhere(connection, table, claim,
    '(leaseToken IS NULL OR (leaseToken <> ? AND leaseUntil <= ?))', [claim.token, claim.now], claim.n - held.length)
  const keys = [...held, ...free]
  const lease = `UPDATE ${table.name} SET leaseToken = ?, leaseUntil = ? WHERE ${table.isKey}`
  for (const key of keys) connection.run(lease, [claim.token, claim.until, ...key])
  return keys
}

function keysWhere(
  connection: Connection, table: Table, claim: PackedClaim, lease: string, leaseValues: readonly Value[], limit: number,
): readonly (readonly KeyValue[])[] {
  const plan = planWhere(table.spec, claim.where)
  if (limit === 0 || plan.equal.some(({ values }) => values.length === 0)) return []
  const where = whereClause(plan)
  const sql = `SELECT ${table.key.map(quoted).join(', ')} FROM ${source(table, plan)}
    WHERE ${where.sql} AND ${lease} ORDER BY ${ordered(plan.fields)} LIMIT ?`
  return connection.all(sql, [...where.values, ...leaseValues, limit])
    .map(row => table.key.map(field => row[field] as KeyValue))
}
