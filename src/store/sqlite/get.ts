import type { KeyValue } from '../port'
import { checkKey } from '../row'
import type { Connection } from './connection'
import { parseRows, rowOf } from './parse'
import { quoted, type Table } from './tables'

const atOnce = 256

export function get<R extends object>(connection: Connection, table: Table, key: readonly KeyValue[]): R | undefined {
  const bytes = (table.spec.bytes ?? []).map(field => `, ${quoted(field)}`).join('')
  const found = connection.first(`SELECT _doc${bytes} FROM ${table.name} WHERE ${table.isKey}`, checkKey(table.spec, key))
  return found && rowOf<R>(table.spec, found)
}

/** In the order of the keys, joined to one JSON array in SQL and parsed once; rows with bytes one by one. */
export function getMany<R extends object>(connection: Connection, table: Table, keys: readonly (readonly KeyValue[])[]): R[] {
  if (table.spec.bytes) return keys.flatMap(key => get<R>(connection, table, key) ?? [])
  const checked = keys.map(key => checkKey(table.spec, key))
  const chunks = Array.from({ length: Math.ceil(checked.length / atOnce) }, (_, i) => checked.slice(i * atOnce, (i + 1) * atOnce))
  return chunks.flatMap(chunk => getSome<R>(connection, table, chunk))
}

function getSome<R extends object>(connection: Connection, table: Table, keys: readonly (readonly KeyValue[])[]): R[] {
  const padded = padding(keys.length)
  const tuple = `(${table.key.map(() => '?').join(', ')})`
  const isKey = table.key.map((field, i) => `${quoted(field)} = k.column${i + 1}`).join(' AND ')
  const sql = `SELECT group_concat(_doc, ',') AS docs FROM (
    SELECT (SELECT _doc FROM ${table.name} WHERE ${isKey}) AS _doc FROM (VALUES ${Array(padded).fill(tuple).join(', ')}) k)`
  const none = Array<null>((padded - keys.length) * table.key.length).fill(null)
  return parseRows<R>(connection.first(sql, [...keys.flat(), ...none])?.['docs'])
}

/** Lists are filled up with nulls, which equal nothing, to the next power of two, so that few statements serve all lengths. */
export const padding = (length: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, length)))
