/**
 * The server that `npm run test:mongo` gives these tests. Without it (`npm test`) they are skipped, and say so.
 */
import { randomBytes } from 'node:crypto'
import { createConnection } from 'mongoose'

export const serverUrl = process.env['HUTONG_TEST_MONGODB'] ?? ''

/** A suite that needs the server. */
export function describeMongo(name: string, suite: () => void): void {
  if (serverUrl) {
    describe(name, suite)
    return
  }
  process.stdout.write(`skipped: ${name} (needs a MongoDB: npm run test:mongo)\n`)
  describe.skip(name, suite)
}

/** The URL of a database that nobody has used yet. */
export function freshUrl(server = serverUrl): string {
  const { 1: hosts = '', 2: options = '' } = /^([^?]*?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? []
  return `${hosts}/hutong-test-${randomBytes(6).toString('hex')}${options}`
}

export async function dropDatabase(url: string): Promise<void> {
  const connection = await createConnection(url, { serverSelectionTimeoutMS: 2000 }).asPromise()
  await connection.dropDatabase()
  await connection.close()
}
