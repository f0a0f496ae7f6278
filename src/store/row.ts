/** What a row must be before an adapter keeps it. Shared by all adapters, so that all refuse alike. */
import { HutongError } from '../model/errors'
import { fieldsOf, keyValue } from './plan'
import type { CollectionSpec, KeyValue } from './port'

/** The most that a row may take, as UTF-8 JSON and bytes together: MongoDB's 16 MiB less room for what an adapter adds. */
export const largestRow = 16 * 1024 * 1024 - 64 * 1024

export interface PackedRow {
  readonly key: readonly KeyValue[]
  /** Key and indexed fields. */
  readonly indexed: Readonly<Record<string, KeyValue>>
  /** JSON of the row without the fields that hold bytes. */
  readonly doc: string
  /** In the order of the collection's `bytes`. */
  readonly bytes: readonly (Uint8Array | null)[]
  readonly size: number
}

/** Checks a row and takes a copy of it that later changes of the object do not reach. Throws BAD_ARGUMENT or VALUE_TOO_LARGE. */
export function packRow(spec: CollectionSpec, row: object): PackedRow {
  const fields = row as Readonly<Record<string, unknown>>
  const indexed = Object.fromEntries(indexedFields(spec).map(field => [field, keyValue(spec, field, fields[field])]))
  const bytes = (spec.bytes ?? []).map(field => bytesOf(spec, field, fields[field]))
  const doc = JSON.stringify(spec.bytes ? withoutFields(fields, spec.bytes) : fields)
  const size = bytes.reduce((sum, value) => sum + (value?.byteLength ?? 0), Buffer.byteLength(doc))
  if (size > largestRow) {
    const message = `A row of ${spec.name} would take ${size} bytes.`
    throw new HutongError('VALUE_TOO_LARGE', message, spec.name, { size, most: largestRow })
  }
  return { key: fieldsOf(spec.key).map(({ name }) => indexed[name] ?? ''), indexed, doc, bytes, size }
}

/** The key as given, checked against the collection's. Throws BAD_ARGUMENT. */
export function checkKey(spec: CollectionSpec, key: readonly KeyValue[]): readonly KeyValue[] {
  if (key.length !== spec.key.length) {
    throw new HutongError('BAD_ARGUMENT', `The key of ${spec.name} has ${spec.key.length} fields, not ${key.length}.`, spec.name)
  }
  return fieldsOf(spec.key).map(({ name }, i) => keyValue(spec, name, key[i]))
}

const known = new WeakMap<CollectionSpec, readonly string[]>()

/** Names of the key's fields and of all indexed ones, the key's first. */
export function indexedFields(spec: CollectionSpec): readonly string[] {
  const names = known.get(spec) ?? [...new Set([spec.key, ...Object.values(spec.indexes ?? {})].flatMap(fieldsOf).map(({ name }) => name))]
  known.set(spec, names)
  return names
}

function bytesOf(spec: CollectionSpec, field: string, value: unknown): Uint8Array | null {
  if (value === undefined || value === null) return null
  if (value instanceof Uint8Array) return new Uint8Array(value)
  throw new HutongError('BAD_ARGUMENT', 'A field of bytes must be a Uint8Array.', `${spec.name}.${field}`)
}

function withoutFields(row: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}
