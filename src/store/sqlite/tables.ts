/** How a collection lies in SQLite: its columns, its statements, and the tables and indexes as they should be. */
import { createHash } from 'node:crypto'
import { HutongError } from '../../model/errors'
import { fieldsOf, indexFields, type Plan, type PlannedField } from '../plan'
import type { CollectionSpec } from '../port'
import { indexedFields, type PackedRow } from '../row'
import { inAscii } from './ascii'
import type { Connection, Value } from './connection'

/**
 * A column for each key and indexed field, `_doc` with the JSON of the whole row without bytes, a column for each field of
 * bytes, and the lease. The key's fields stand in `_doc` too: leaving them out saves 30 % of the file, but puts 10 to 35 %
 * on the time of a find, which then has to put each row together.
 */
export interface Table {
  readonly spec: CollectionSpec
  readonly name: string
  readonly key: readonly string[]
  readonly insert: string
  readonly put: string
  /** Takes the columns and then the version that must be stored. */
  readonly putIf: string
  readonly remove: string
  /** The key's columns, each compared with a parameter. */
  readonly isKey: string
}

export type Tables = ReadonlyMap<string, Table>

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const ordered = (fields: readonly PlannedField[], backward = false): string =>
  fields.map(({ name, descending }) => `${quoted(name)}${descending === backward ? '' : ' DESC'}`).join(', ')

/** The table, read by the index that was planned and no other. */
export const source = ({ name, spec }: Table, { index }: Plan): string =>
  index === undefined ? name : `${name} INDEXED BY ${quoted(indexName(spec, index))}`

export const tablesOf = (collections: readonly CollectionSpec[]): Tables =>
  new Map(collections.map(spec => [spec.name, tableOf(spec)]))

export function tableFor(tables: Tables, spec: { readonly name: string }): Table {
  const table = tables.get(spec.name)
  if (!table) throw new HutongError('INTERNAL', `The store keeps no collection ${spec.name}.`, spec.name)
  return table
}

/** The values of a row in the order of the table's columns. */
export const valuesOf = (table: Table, row: PackedRow): Value[] =>
  [...indexedFields(table.spec).map(field => row.indexed[field] ?? null), table.spec.appended ? row.doc : inAscii(row.doc), ...row.bytes]

/** A hash of how everything lies: two processes on one file must agree on it. */
export const layoutOf = (tables: Tables): string => createHash('sha256')
  .update(JSON.stringify([...tables.values()].map(({ spec: { name, key, indexes, bytes, leased, appended } }) =>
    [name, key, indexes, bytes, leased, appended])))
  .digest('hex').slice(0, 16)

/**
 * Makes or completes tables and then indexes; an index of a big table takes its time, and is told of. Broken off, the next
 * call goes on. A table whose key was declared differently is refused.
 */
export function prepareTables(connection: Connection, tables: Tables, tell: (index: string, done: number, of: number) => void = () => undefined): void {
  connection.exec('BEGIN IMMEDIATE')
  connection.exec('CREATE TABLE IF NOT EXISTS hutong_applied (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL)')
  for (const table of tables.values()) prepareTable(connection, table)
  const missing = [...tables.values()].flatMap(table => missingIndexes(connection, table))
  connection.exec('COMMIT')
  for (const [done, { name, sql }] of missing.entries()) {
    tell(name, done, missing.length)
    connection.exec(sql)
  }
}

function tableOf(spec: CollectionSpec): Table {
  const name = quoted(spec.name)
  const key = fieldsOf(spec.key).map(field => field.name)
  const columns = [...indexedFields(spec), '_doc', ...(spec.bytes ?? [])]
  const target = `(${key.map(quoted).join(', ')})`
  const isKey = key.map(field => `${quoted(field)} = ?`).join(' AND ')
  const insert = `INSERT INTO ${name} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  const renewed = columns.filter(column => !key.includes(column))
  const fromNew = renewed.map(column => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')
  return {
    spec, name, key, isKey,
    insert: `${insert} ON CONFLICT ${target} DO NOTHING`,
    put: `${insert} ON CONFLICT ${target} DO UPDATE SET ${fromNew}`,
    putIf: `UPDATE ${name} SET ${columns.map(column => `${quoted(column)} = ?`).join(', ')} `
      + `WHERE ${isKey} AND json_extract(_doc, '$.version') = ?`,
    remove: `DELETE FROM ${name} WHERE ${isKey}`,
  }
}

/**
 * Rows lie in the tree of their keys, so that a find reads neighbours. Not so with big values, and with declared indexes: a key
 * that is a hash would scatter whole rows over the file (a table with row ids took entries in 1.3 to 1.4 times as fast).
 */
function prepareTable(connection: Connection, { spec, name, key }: Table): void {
  const leases = spec.leased ? ['leaseToken', 'leaseUntil'] : []
  const columns = [...indexedFields(spec), '_doc', ...(spec.bytes ?? []), ...leases]
  const stored = connection.all(`SELECT name, pk FROM pragma_table_info(${text(spec.name)})`)
  if (stored.length === 0) {
    const rest = spec.bytes || spec.indexes || spec.appended ? '' : ' WITHOUT ROWID'
    const required = (column: string): string => key.includes(column) ? `${quoted(column)} NOT NULL` : quoted(column)
    const primary = `PRIMARY KEY (${ordered(fieldsOf(spec.key))})`
    connection.exec(`CREATE TABLE ${name} (${columns.map(required).join(', ')}, ${primary})${rest}`)
  } else {
    const storedKey = stored.filter(({ pk }) => pk !== 0).toSorted((a, b) => Number(a['pk']) - Number(b['pk']))
    if (storedKey.map(column => column['name']).join() !== key.join()) {
      throw new HutongError('CONFIGURATION', `The database is another version's: the key of ${spec.name} differs.`, spec.name)
    }
    for (const column of columns.filter(wanted => stored.every(({ name: has }) => has !== wanted))) {
      connection.exec(`ALTER TABLE ${name} ADD COLUMN ${quoted(column)}`)
      if (leases.includes(column)) continue
      connection.exec(`UPDATE ${name} SET ${quoted(column)} = json_extract(_doc, ${text(`$."${column}"`)})`)
    }
  }
  dropIndexes(connection, spec)
}

/** Those that are declared no more. */
function dropIndexes(connection: Connection, spec: CollectionSpec): void {
  const wanted = Object.keys(spec.indexes ?? {}).map(index => indexName(spec, index))
  for (const name of storedIndexes(connection, spec)) {
    if (!wanted.includes(name)) connection.exec(`DROP INDEX ${quoted(name)}`)
  }
}

function missingIndexes(connection: Connection, { spec, name: table }: Table): { readonly name: string; readonly sql: string }[] {
  const stored = storedIndexes(connection, spec)
  return Object.entries(spec.indexes ?? {}).map(([index, fields]) => {
    const name = indexName(spec, index)
    return { name, sql: `CREATE INDEX ${quoted(name)} ON ${table} (${ordered(indexFields(spec, fields))})` }
  }).filter(({ name }) => !stored.includes(name))
}

const storedIndexes = (connection: Connection, spec: CollectionSpec): string[] =>
  connection.all(`SELECT name FROM pragma_index_list(${text(spec.name)}) WHERE origin = 'c'`).map(found => String(found['name']))

/** The name tells the fields, so that an index declared anew is another one. */
function indexName(spec: CollectionSpec, index: string): string {
  const fields = indexFields(spec, spec.indexes?.[index] ?? [])
  return `${spec.name} ${index} (${fields.map(({ name, descending }) => (descending ? '-' : '') + name).join()})`
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
