/** The layout number of a file, and the hash of how its tables lie by the process that writes. */
import { begin, firstLayout, migrate, newestLayout, olderLayout, stepsFrom, withRetired, type Layouts, type Step } from '../layout'
import type { Store } from '../port'
import type { Connection } from './connection'
import { layoutOf, prepareTables, quoted, tablesOf, type Tables } from './tables'

export interface StoredLayout {
  readonly number: number
  /** '' until the tables are made. */
  readonly hash: string
}

/** Undefined where nothing was made yet. Without the column for the number, a version before numbers made it. */
export function storedLayout(connection: Connection): StoredLayout | undefined {
  const columns = connection.all("SELECT name FROM pragma_table_info('hutong_layout')").map(({ name }) => name)
  if (columns.length === 0) return undefined
  const row = connection.first('SELECT * FROM hutong_layout')
  return row && { number: Number(row['number'] ?? firstLayout), hash: String(row['layout']) }
}

/**
 * Brings a file to what is declared: new ones are made, older ones migrated, those of a newer version refused before anything is
 * written. Only for the process that holds the lock. `open` makes a store over tables for as long as the steps run.
 */
export async function bringUp(connection: Connection, layouts: Layouts, open: (tables: Tables) => Store): Promise<Tables> {
  const { collections, steps, layout, onMigration } = layouts
  const stored = storedLayout(connection)
  const { number, pending } = begin(stored?.number, layouts)
  if (!stored) keepLayout(connection, { number, hash: '' })
  const tables = tablesOf(withRetired(collections, pending))
  const newest = newestLayout(steps)
  prepareTables(connection, tables, (doing, done, of) => stored && onMigration?.({ to: newest, doing, done, of }))
  if (layout !== undefined) {
    keepLayout(connection, { number, hash: layoutOf(tables) })
    return tables
  }
  if (pending.length > 0) await migrate({ store: open(tables), pending, onMigration, finish: async step => finishStep(connection, step) })
  const declared = tablesOf(collections)
  keepLayout(connection, { number: newest, hash: layoutOf(declared) })
  return declared
}

/** Throws CONFIGURATION where the file is not of the layout that this version reads. */
export function refuseLayout({ number }: StoredLayout, steps: readonly Step[]): void {
  if (stepsFrom(number, steps).length > 0) throw olderLayout(number, newestLayout(steps))
}

/** The last column is one that versions before numbers do not know: they cannot write to such a file by mistake. */
function keepLayout(connection: Connection, { number, hash }: StoredLayout): void {
  connection.exec('CREATE TABLE IF NOT EXISTS hutong_layout (only INTEGER PRIMARY KEY CHECK (only = 1), layout TEXT NOT NULL, number INTEGER)')
  if (!connection.first("SELECT 1 FROM pragma_table_info('hutong_layout') WHERE name = 'number'")) {
    connection.exec('ALTER TABLE hutong_layout ADD COLUMN number INTEGER')
  }
  connection.run('INSERT OR REPLACE INTO hutong_layout (only, layout, number) VALUES (1, ?, ?)', [hash, number])
}

function finishStep(connection: Connection, { to, retired = [] }: Step): void {
  connection.exec('BEGIN IMMEDIATE')
  for (const { name } of retired) connection.exec(`DROP TABLE IF EXISTS ${quoted(name)}`)
  keepLayout(connection, { number: to, hash: '' })
  connection.exec('COMMIT')
}
