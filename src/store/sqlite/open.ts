import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HutongError } from '../../model/errors'
import { turn, type Turn } from '../../model/turns'
import { newestLayout, type Layouts } from '../layout'
import type { Store } from '../port'
import { keepPrivate } from '../private'
import { RemoteWrites } from '../remote/client'
import { arrangeMeeting, findMeeting, wasMeeting } from '../remote/meeting'
import { serveWrites } from '../remote/server'
import { Connection } from './connection'
import { checkHead, checkPages, diskTeller, warnOfLostLog } from './disk'
import { bringUp, refuseLayout, storedLayout } from './layout'
import { takeLock } from './lock'
import { SqliteStore } from './store'
import { layoutOf, tablesOf, type Tables } from './tables'
import { SqliteWriter } from './writer'

export interface SqliteOptions extends Layouts {
  readonly role: 'auto' | 'writer' | 'reader'
  /** Milliseconds to wait for another process that writes. */
  readonly patience: number
  readonly onWarning?: (message: string) => void
}

/** `:memory:`, or a file that is made where it is missing. */
export async function openSqlite(path: string, options: SqliteOptions): Promise<Store> {
  const { role, onWarning = () => undefined } = options
  if (path === ':memory:') return openMemory(options)
  const file = resolve(path)
  if (role !== 'reader') onDisk(file, () => keepPrivate(file, onWarning))
  const lock = role === 'reader' ? undefined : takeLock(file)
  if (lock) return openWriter(file, options, lock)
  if (role === 'writer') throw new HutongError('STORE_BUSY', 'Another process writes to this database.')
  return openReader(file, options)
}

/** What the file system refuses, in our words. */
function onDisk<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw error
    throw new HutongError('STORE_UNAVAILABLE', `The database cannot be made or opened (${code}): ${file}`, 'database')
  }
}

async function openMemory(options: SqliteOptions): Promise<Store> {
  const connection = tuned(':memory:')
  const { tables, writer } = await writing(connection, options)
  return new SqliteStore(() => connection, tables, writer, async () => connection.close())
}

/** Migrated first, and only then open for the writes of others. */
async function writing(connection: Connection, options: SqliteOptions, give?: Turn): Promise<{ tables: Tables; writer: SqliteWriter }> {
  let migrating: SqliteWriter | undefined
  try {
    const tables = await bringUp(connection, options, wider => {
      migrating = new SqliteWriter(connection, wider)
      return new SqliteStore(() => connection, wider, migrating, async () => connection.close())
    })
    await migrating?.close()
    return { tables, writer: new SqliteWriter(connection, tables, give) }
  } catch (error) {
    await migrating?.close()
    throw error
  }
}

async function openWriter(file: string, options: SqliteOptions, lock: { release(): void }): Promise<Store> {
  const { onWarning = () => undefined } = options
  let connection: Connection | undefined
  try {
    checkHead(file)
    warnOfLostLog(file, { endedCleanly: !wasMeeting(file) }, onWarning)
    connection = tuned(file, diskTeller(file, onWarning))
    checkPages(connection, file)
    const { tables, writer } = await writing(connection, options, turn)
    const meeting = onDisk(file, () => arrangeMeeting(file))
    const server = await serveWrites(meeting, layoutOf(tables), writer)
    const main = connection
    const close = async (): Promise<void> => {
      await server.close()
      await writer.close()
      meeting.end()
    }
    // Amid a transaction by a connection of its own: what is not whole is nobody's. Else by the one whose cache each commit keeps.
    const beside = readable(file, diskTeller(file, onWarning))
    return new SqliteStore(() => writer.isWriting ? beside : main, tables, { commit: commit => writer.commit(commit), claim: claim => writer.claim(claim), close },
      async () => {
        beside.close()
        main.first('PRAGMA wal_checkpoint(TRUNCATE)')
        main.close()
        lock.release()
      })
  } catch (error) {
    connection?.close()
    lock.release()
    throw error
  }
}

/** Waits for the writer to have made its tables, and to have migrated them. */
async function openReader(file: string, { collections, steps, patience, onWarning = () => undefined }: SqliteOptions): Promise<Store> {
  const onFault = diskTeller(file, onWarning)
  const tables = tablesOf(collections)
  const layout = layoutOf(tables)
  for (const until = Date.now() + patience; ;) {
    const connection = openForReading(file, onFault)
    const stored = connection && storedLayout(connection)
    if (connection && stored?.number === newestLayout(steps) && stored.hash === layout) {
      return new SqliteStore(() => connection, tables, new RemoteWrites(() => findMeeting(file), layout, patience), async () => connection.close())
    }
    connection?.close()
    if (Date.now() >= until) {
      if (!stored) throw new HutongError('STORE_UNAVAILABLE', 'There is no database yet, and no process that makes it.')
      refuseLayout(stored, steps)
      throw new HutongError('CONFIGURATION', 'The database was made by another version.')
    }
    await wait(50)
  }
}

/** Pages of 16 KB halve a cold read; FULL waits for the disk at each commit, which is what an acknowledgement promises. */
function tuned(path: string, onFault?: (cause: string) => void): Connection {
  const connection = new Connection(path, onFault)
  for (const pragma of ['busy_timeout = 5000', 'page_size = 16384', 'journal_mode = WAL', 'synchronous = FULL',
    'foreign_keys = OFF', 'cache_size = -65536', 'mmap_size = 1073741824', 'temp_store = MEMORY',
    'journal_size_limit = 67108864', 'wal_autocheckpoint = 4000']) {
    connection.first(`PRAGMA ${pragma}`)
  }
  return connection
}

const openForReading = (file: string, onFault: (cause: string) => void): Connection | undefined => existsSync(file) ? readable(file, onFault) : undefined

function readable(file: string, onFault: (cause: string) => void): Connection {
  const connection = new Connection(file, onFault)
  for (const pragma of ['busy_timeout = 5000', 'query_only = ON', 'cache_size = -65536', 'mmap_size = 1073741824']) {
    connection.first(`PRAGMA ${pragma}`)
  }
  return connection
}
