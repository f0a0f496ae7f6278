/** Rows as they come out of SQLite. */
import { HutongError } from '../../model/errors'
import type { CollectionSpec } from '../port'
import type { Columns } from './connection'

/** Rows joined by commas in SQL. */
export const parseRows = <R extends object>(docs: unknown): R[] => typeof docs === 'string' ? parsed<R[]>(`[${docs}]`) : []

/** One row from `_doc` and its columns of bytes, which the driver gives as Buffer or ArrayBuffer. */
export function rowOf<R extends object>(spec: CollectionSpec, columns: Columns): R {
  const row = parsed<Record<string, unknown>>(String(columns['_doc']))
  for (const field of spec.bytes ?? []) {
    const value = columns[field]
    if (value instanceof Uint8Array) row[field] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    else if (value instanceof ArrayBuffer) row[field] = new Uint8Array(value)
  }
  return row as R
}

/** What was written was JSON: where it is none any more, the file is damaged. */
function parsed<T>(json: string): T {
  try {
    return JSON.parse(json) as T
  } catch {
    throw new HutongError('STORE_UNAVAILABLE', 'The database cannot be read: a row is damaged.', undefined, { cause: 'ROW_DAMAGED' })
  }
}
