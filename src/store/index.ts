import { HutongError } from '../model/errors'
import { collections } from './collections'
import type { CollectionSpec, Store } from './port'
import { sqlitePath } from './sqlite/path'
import { openSqlite } from './sqlite/open'

export { instrument, type Observe } from './counted'
export { sqlitePath } from './sqlite/path'
export { backupSqlite, restoreSqlite } from './sqlite/backup'

export interface StoreOptions {
  /**
   * On SQLite one process writes. `auto` (default): this one where no other does, else it reads by itself and hands its writes
   * to the one that does; `writer`: this one, or STORE_BUSY; `reader`: another one.
   */
  readonly role?: 'auto' | 'writer' | 'reader'
  /** What is kept; default: everything in collections.ts. */
  readonly collections?: readonly CollectionSpec[]
  /** Milliseconds to wait for another process that writes, before STORE_BUSY or STORE_UNAVAILABLE; default 5000. */
  readonly patience?: number
}

/**
 * Opens `sqlite::memory:` (a store of its own each time) or `sqlite:./path.db`. Throws CONFIGURATION for a URL or a file that it
 * cannot use, STORE_BUSY or STORE_UNAVAILABLE where the database cannot be had. Close the store to end the process cleanly.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const path = sqlitePath(url)
  if (path !== undefined) {
    const { role = 'auto', patience = 5000 } = options
    return openSqlite(path, { role, patience, collections: options.collections ?? collections })
  }
  const reason = /^mongodb(\+srv)?:/.test(url)
    ? 'A mongodb:// database comes with the MongoDB adapter.'
    : 'A database is sqlite:./path.db or sqlite::memory:.'
  throw new HutongError('CONFIGURATION', reason, 'database')
}
