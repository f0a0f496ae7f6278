/** The server that `npm run test:mongo` gives these tests. Without it (`npm test`) they are skipped, and say so. */
import { randomBytes } from 'node:crypto'
import { createConnection, type Connection } from 'mongoose'

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

/** The URL of a database that nobody has used yet. */
export function freshUrl(server = serverUrl): string {
  const { 1: hosts = '', 2: options = '' } = /^([^?]*?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? []
  return `${hosts}/hutong-test-${randomBytes(6).toString('hex')}${options}`
}

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
