/** How a collection lies in MongoDB: a document's `_id` and fields, its indexes, and the row in and out of it. */
import { fieldsOf, indexFields, type Plan, type PlannedField } from '../plan'
import type { CollectionSpec, KeyValue } from '../port'
import type { PackedRow } from '../row'

export type Document = Readonly<Record<string, unknown>>
/** Fields of a document in order, 1 or -1: a declared index, an order, or a hint. */
export type Pattern = Readonly<Record<string, 1 | -1>>

/**
 * A document has what MongoDB must see as fields of its own (the key, indexed fields, numbers at the top of the row, bytes), and
 * the row as JSON in `_json`, as it is in SQLite: no row grows by being kept, nor meets BSON's limits of depth and names, and
 * 140 facts are read in half of the time that nested documents take.
 */
export interface Layout {
  readonly spec: CollectionSpec
  /** The field of a document in which a field of the row is: a key of one field is `_id` itself. */
  column(field: string): string
  /** The key's index, then the declared ones by name. */
  readonly key: Pattern
  readonly indexes: ReadonlyMap<string, Pattern>
}

export const layoutOf = (spec: CollectionSpec): Layout => {
  const [only, ...others] = fieldsOf(spec.key)
  const column = (field: string): string => others.length === 0 && field === only?.name ? '_id' : field
  const pattern = (fields: readonly PlannedField[]): Pattern =>
    Object.fromEntries(fields.map(({ name, descending }) => [column(name), descending ? -1 : 1]))
  return {
    spec, column,
    key: others.length === 0 ? { _id: 1 } : pattern(fieldsOf(spec.key)),
    indexes: new Map(Object.entries(spec.indexes ?? {}).map(([name, index]) => [name, pattern(indexFields(spec, index))])),
  }
}

/** The index that was planned and no other. */
export const hintOf = ({ key, indexes }: Layout, { index }: Plan): Pattern =>
  (index === undefined ? undefined : indexes.get(index)) ?? key

/** The order of some of an index's fields, or against it. */
export const orderOf = ({ column }: Layout, fields: readonly PlannedField[], backward: boolean): Pattern =>
  Object.fromEntries(fields.map(({ name, descending }) => [column(name), descending === backward ? 1 : -1]))

/**
 * A key of several fields as its JSON. It holds the shard key, and rows of one shard key are on one shard, where an `_id` is
 * unique: so the key is unique in the cluster. As text it keeps the rows of a compartment together in its index.
 */
export const idOf = ({ spec }: Layout, key: readonly KeyValue[]): KeyValue =>
  spec.key.length === 1 ? key[0] ?? '' : JSON.stringify(key)

/** What finds the row of a key: its fields stand beside the `_id`, so that a cluster, however it is sharded by them, asks one shard. */
export function whereKey(layout: Layout, key: readonly KeyValue[]): Document {
  return { ...Object.fromEntries(keyFields(layout).map(({ name, at }) => [name, key[at]])), _id: idOf(layout, key) }
}

export function whereKeys(layout: Layout, keys: readonly (readonly KeyValue[])[]): Document {
  const shards = keyFields(layout).filter(({ name }) => layout.spec.shardKey.includes(name)).map(({ name, at }) => [name, { $in: [...new Set(keys.map(key => key[at]))] }])
  return { ...Object.fromEntries(shards), _id: { $in: keys.map(key => idOf(layout, key)) } }
}

/** `row` is what `packed` was made of. */
export function documentOf(layout: Layout, packed: PackedRow, row: object): Document {
  const { spec, column } = layout
  const numbers = Object.entries(row).filter(([, value]) => typeof value === 'number' && Number.isFinite(value))
  const bytes = (spec.bytes ?? []).flatMap((field, i) => {
    const value = packed.bytes[i]
    return value ? [[field, Buffer.from(value.buffer, value.byteOffset, value.byteLength)]] : []
  })
  const fields = Object.entries({ ...Object.fromEntries(numbers), ...packed.indexed }).map(([name, value]) => [column(name), value])
  return { ...Object.fromEntries([...fields, ...bytes]), _id: idOf(layout, packed.key), _json: packed.doc }
}

/** What a read brings of a document. */
export const projectionOf = ({ spec }: Layout, withBytes: boolean): Readonly<Record<string, 0 | 1>> =>
  Object.fromEntries([['_id', 0], ['_json', 1], ...withBytes ? (spec.bytes ?? []).map(field => [field, 1]) : []])

/** All JSON is parsed at once. */
export function rowsOf<R extends object>({ spec }: Layout, documents: readonly Document[]): R[] {
  const rows = JSON.parse(`[${documents.map(({ _json }) => String(_json)).join()}]`) as Record<string, unknown>[]
  for (const field of spec.bytes ?? []) {
    for (const [i, document] of documents.entries()) {
      const value = document[field]
      const row = rows[i]
      if (row && value instanceof Uint8Array) row[field] = new Uint8Array(value)
    }
  }
  return rows as R[]
}

/** Fields of the key that are not the `_id`, with their places. */
const keyFields = ({ spec, column }: Layout): { name: string; at: number }[] =>
  fieldsOf(spec.key).map(({ name }, at) => ({ name, at })).filter(({ name }) => column(name) !== '_id')
