/** Rows as they come out of SQLite. */
import type { CollectionSpec } from '../port'
import type { Columns } from './connection'

/** Rows joined by commas in SQL. */
export const parseRows = <R extends object>(docs: unknown): R[] => typeof docs === 'string' ? JSON.parse(`[${docs}]`) as R[] : []

/** One row from `_doc` and its columns of bytes, which the driver gives as Buffer or ArrayBuffer. */
export function rowOf<R extends object>(spec: CollectionSpec, columns: Columns): R {
  const row = JSON.parse(String(columns['_doc'])) as Record<string, unknown>
  for (const field of spec.bytes ?? []) {
    const value = columns[field]
    if (value instanceof Uint8Array) row[field] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    else if (value instanceof ArrayBuffer) row[field] = new Uint8Array(value)
  }
  return row as R
}
