import { HutongError } from '../model/errors'
import { collections } from './collections'
import { steps as allSteps, type OnMigration, type Step } from './layout'
import type { CollectionSpec, Store } from './port'
import { sqlitePath } from './sqlite/path'
import { openSqlite } from './sqlite/open'

export { instrument, type Observe } from './counted'
export { newestLayout, stepsFrom, withRetired, steps, type MigrationProgress, type OnMigration, type Step } from './layout'
export { sqlitePath } from './sqlite/path'
export { backupSqlite, restoreSqlite } from './sqlite/backup'

export interface StoreOptions {
  /**
   * On SQLite one process writes. `auto` (default): this one where no other does, else it reads by itself and hands its writes
   * to the one that does; `writer`: this one, or STORE_BUSY; `reader`: another one. On MongoDB every process writes.
   */
  readonly role?: 'auto' | 'writer' | 'reader'
  /** What is kept; default: everything in collections.ts. */
  readonly collections?: readonly CollectionSpec[]
  /** Milliseconds to wait for another process that writes, or for a server, before STORE_BUSY or STORE_UNAVAILABLE; default 5000. */
  readonly patience?: number
  /** Told what the operator should know, in words: what was found amiss and mended, or must be looked at. */
  readonly onWarning?: (message: string) => void
  /** Told while a database of an older layout is migrated. */
  readonly onMigration?: OnMigration
  /** What older databases go through; default: every step there is. */
  readonly steps?: readonly Step[]
  /** For an import: makes a new database of an earlier layout, and runs no step. The next one who opens it migrates it. */
  readonly layout?: number
}

/**
 * Opens `sqlite::memory:` (a store of its own each time), `sqlite:./path.db`, or `mongodb://…`. Throws CONFIGURATION for a URL, a
 * file or a server that it cannot use (a newer version's too), STORE_BUSY or STORE_UNAVAILABLE where the database cannot be had. Close the store to end
 * the process cleanly.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const { role = 'auto', patience = 5000 } = options
  const { layout, onMigration, onWarning, steps = allSteps } = options
  const kept = { patience, collections: options.collections ?? collections, steps, layout, onMigration }
  const path = sqlitePath(url)
  if (path !== undefined) return openSqlite(path, { ...kept, role, onWarning })
  if (!/^mongodb(\+srv)?:\/\/./.test(url)) {
    throw new HutongError('CONFIGURATION', 'A database is sqlite:./path.db, sqlite::memory: or mongodb://….', 'database')
  }
  // Read only where it is used: mongoose takes longer to load than all the rest.
  const { openMongo } = require('./mongo/open') as typeof import('./mongo/open')
  return openMongo(url, kept)
}
