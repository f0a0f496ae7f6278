/** The database of a soak: on the server that was named, or on one that is found or started here. */
import { join } from 'node:path'
import { packageRoot } from '../../src/model/packageRoot'
import { mongoDatabase, sqliteFile, type BenchDatabase } from '../database'

export interface Place {
  /** In words. */
  readonly name: string
  readonly database: BenchDatabase
  /** What is to be done when a gateway was killed. */
  killed(): Promise<void>
  stop(): Promise<void>
}

interface Servers {
  findServer(): { readonly name: string } | undefined
  startServer(kind: object): Promise<{ readonly url: string; stop(): Promise<void> }>
  /** Ends all transactions of clients that are gone. */
  releaseSessions(url: string): Promise<void>
  readonly none: string
}

const nothing = (): Promise<void> => Promise.resolve()

export async function placeOf(asked = process.env['MONGODB_URL']): Promise<Place> {
  if (asked?.startsWith('sqlite:')) return { name: 'SQLite', database: sqliteFile(), killed: nothing, stop: nothing }
  const { findServer, startServer, releaseSessions, none } = require(join(packageRoot(__dirname), 'scripts', 'mongo-server.js')) as Servers
  if (asked !== undefined) return { name: 'the MongoDB that was named', database: mongoDatabase(asked, 'hutong-soak'), killed: nothing, stop: nothing }
  const kind = findServer()
  if (!kind) {
    process.stdout.write(none)
    return { ...await placeOf('sqlite:'), name: 'SQLite, as there is no MongoDB' }
  }
  const { url, stop } = await startServer(kind)
  return { name: kind.name, database: mongoDatabase(url, 'hutong-soak'), killed: () => releaseSessions(url), stop }
}
