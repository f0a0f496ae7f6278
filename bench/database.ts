/** Where a measurement keeps its district: a SQLite file of its own, or a database of its own on a MongoDB. */
import { createConnection, type Connection } from 'mongoose'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isSecantus } from '../src/store/mongo/server'

export interface BenchDatabase {
  /** As `--database` takes it. */
  readonly url: string
  /** What it takes on disk. */
  bytes(): Promise<number>
  drop(): Promise<void>
}

/** Of the gateways that are measured: the demonstration's are refused on MongoDB. */
export const benchKeys = { idKey: 'a-key-for-the-ids-of-a-measured-gateway', tokenKey: 'a-key-for-the-tokens-of-a-measured-gateway' }
export const benchEnvironment = { HUTONG_ID_KEY: benchKeys.idKey, HUTONG_TOKEN_KEY: benchKeys.tokenKey }

/** `server`: `mongodb://…`; absent: a SQLite file. */
export async function benchDatabase(server?: string): Promise<BenchDatabase> {
  if (server === undefined || server.startsWith('sqlite:')) return sqliteFile()
  if (!/^mongodb(\+srv)?:/.test(server)) throw new Error('--database is `mongodb://…` or `sqlite:`')
  await refuseSecantus(server)
  return mongoDatabase(server, 'hutong-bench')
}

/** A database that nobody has used yet, on this server. */
export function mongoDatabase(server: string, name: string): BenchDatabase {
  const { 1: hosts = '', 2: options = '' } = /^([^?]*?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? []
  const url = `${hosts}/${name}-${randomBytes(4).toString('hex')}${options}`
  return {
    url,
    bytes: () => within(url, async connection => {
      const { storageSize, indexSize } = await connection.db?.stats() ?? {}
      return Number(storageSize) + Number(indexSize)
    }),
    drop: () => within(url, connection => connection.dropDatabase()),
  }
}

export function sqliteFile(): BenchDatabase {
  const file = join(mkdtempSync(join(tmpdir(), 'hutong-bench-')), 'hutong.db')
  return {
    url: `sqlite:${file}`,
    bytes: () => Promise.resolve(statSync(file).size),
    drop: () => Promise.resolve(rmSync(dirname(file), { recursive: true })),
  }
}

async function refuseSecantus(server: string): Promise<void> {
  if (await within(server, isSecantus)) throw new Error('This server is SecantusDB, whose speed says nothing of MongoDB\'s: nothing is measured on it.')
}

async function within<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection(url, { serverSelectionTimeoutMS: 5000 }).asPromise()
  return work(connection).finally(() => connection.close())
}
