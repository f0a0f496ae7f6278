/** The server that `npm run test:mongo` gives these tests. Without it (`npm test`) they are skipped, and say so. */
import { createConnection, type Connection } from 'mongoose'
import { mongoDatabase } from '../../bench/database'

export const serverUrl = process.env['HUTONG_TEST_MONGODB'] ?? ''
const ownServer = process.env['HUTONG_TEST_MONGODB_SERVER'] ?? ''
const wanted = process.env['HUTONG_TEST_MONGODB'] === undefined ? 'a MongoDB: npm run test:mongo' : 'a server that it may kill: npm run test:mongo without MONGODB_URL'

export interface OwnServer {
  readonly url: string
  /** kill -9. */
  kill(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A suite that needs the server. */
export const describeMongo = (name: string, suite: () => void): void => describeWhere(serverUrl !== '', name, suite)
/** A suite that starts and kills servers of its own. */
export const describeOwnServer = (name: string, suite: () => void): void => describeWhere(ownServer !== '', name, suite)

/** The same kind of server as the others run on. */
export function startOwn(options: { alone?: boolean } = {}): Promise<OwnServer> {
  const { startServer } = require('../../scripts/mongo-server') as { startServer(kind: object, options: object): Promise<OwnServer> }
  return startServer(JSON.parse(ownServer) as object, options)
}

/** Ends the transactions of gateways that died. */
export function releaseSessions(url: string): Promise<void> {
  const servers = require('../../scripts/mongo-server') as { releaseSessions(url: string): Promise<void> }
  return servers.releaseSessions(url)
}

/** The URL of a database that nobody has used yet. */
export const freshUrl = (server = serverUrl): string => mongoDatabase(server, 'hutong-test').url

/** Looks into a database beside the store. */
export async function beside<T>(url: string, look: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection(url, { serverSelectionTimeoutMS: 2000 }).asPromise()
  try {
    return await look(connection)
  } finally {
    await connection.close()
  }
}

export const dropDatabase = (url: string): Promise<unknown> => beside(url, connection => connection.dropDatabase())

function describeWhere(there: boolean, name: string, suite: () => void): void {
  if (there) {
    describe(name, suite)
    return
  }
  process.stdout.write(`skipped: ${name} (needs ${wanted})\n`)
  describe.skip(name, suite)
}
