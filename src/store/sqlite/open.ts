import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HutongError } from '../../model/errors'
import type { CollectionSpec, Store } from '../port'
import { writerAddress } from '../remote/address'
import { RemoteWrites } from '../remote/client'
import { serveWrites } from '../remote/server'
import { Connection } from './connection'
import { takeLock } from './lock'
import { SqliteStore } from './store'
import { layoutOf, prepareTables, storedLayout, tablesOf, type Tables } from './tables'
import { SqliteWriter } from './writer'

export interface SqliteOptions {
  readonly role: 'auto' | 'writer' | 'reader'
  readonly collections: readonly CollectionSpec[]
  /** Milliseconds to wait for another process that writes. */
  readonly patience: number
}

/** `:memory:`, or a file that is made where it is missing. */
export async function openSqlite(path: string, { role, collections, patience }: SqliteOptions): Promise<Store> {
  const tables = tablesOf(collections)
  if (path === ':memory:') return openMemory(tables)
  const file = resolve(path)
  if (role !== 'reader') mkdirSync(dirname(file), { recursive: true })
  const lock = role === 'reader' ? undefined : takeLock(file)
  if (lock) return openWriter(file, tables, lock)
  if (role === 'writer') throw new HutongError('STORE_BUSY', 'Another process writes to this database.')
  return openReader(file, tables, patience)
}

async function openMemory(tables: Tables): Promise<Store> {
  const connection = tuned(':memory:')
  prepareTables(connection, tables)
  return new SqliteStore(connection, tables, new SqliteWriter(connection, tables), async () => undefined)
}

async function openWriter(file: string, tables: Tables, lock: { release(): void }): Promise<Store> {
  let connection: Connection | undefined
  try {
    connection = tuned(file)
    prepareTables(connection, tables)
    const writer = new SqliteWriter(connection, tables)
    const server = await serveWrites(writerAddress(file), layoutOf(tables), writer)
    const main = connection
    const close = async (): Promise<void> => {
      await server.close()
      await writer.close()
    }
    return new SqliteStore(main, tables, { commit: commit => writer.commit(commit), claim: claim => writer.claim(claim), close },
      async () => {
        main.first('PRAGMA wal_checkpoint(TRUNCATE)')
        lock.release()
      })
  } catch (error) {
    connection?.close()
    lock.release()
    throw error
  }
}

/** Waits for the writer to have made its tables. */
async function openReader(file: string, tables: Tables, patience: number): Promise<Store> {
  const layout = layoutOf(tables)
  for (const until = Date.now() + patience; ;) {
    const connection = openForReading(file)
    const stored = connection && storedLayout(connection)
    if (connection && stored === layout) {
      return new SqliteStore(connection, tables, new RemoteWrites(writerAddress(file), layout, patience), async () => undefined)
    }
    connection?.close()
    if (stored !== undefined) throw new HutongError('CONFIGURATION', 'The database was made by another version.')
    if (Date.now() >= until) throw new HutongError('STORE_UNAVAILABLE', 'There is no database yet, and no process that makes it.')
    await wait(50)
  }
}

/** Pages of 16 KB halve a cold read; FULL waits for the disk at each commit, which is what an acknowledgement promises. */
function tuned(path: string): Connection {
  const connection = new Connection(path)
  for (const pragma of ['busy_timeout = 5000', 'page_size = 16384', 'journal_mode = WAL', 'synchronous = FULL',
    'foreign_keys = OFF', 'cache_size = -65536', 'mmap_size = 1073741824', 'temp_store = MEMORY',
    'journal_size_limit = 67108864', 'wal_autocheckpoint = 4000']) {
    connection.first(`PRAGMA ${pragma}`)
  }
  return connection
}

function openForReading(file: string): Connection | undefined {
  if (!existsSync(file)) return undefined
  const connection = new Connection(file)
  for (const pragma of ['busy_timeout = 5000', 'query_only = ON', 'cache_size = -65536', 'mmap_size = 1073741824']) {
    connection.first(`PRAGMA ${pragma}`)
  }
  return connection
}
