import { createConnection, type Connection } from 'mongoose'
import { HutongError } from '../../model/errors'
import type { CollectionSpec, Store } from '../port'
import { Database, readTime } from './database'
import { isAway, translate } from './errors'
import { prepare } from './prepare'
import { MongoStore } from './store'

export interface MongoOptions {
  readonly collections: readonly CollectionSpec[]
  /** Milliseconds to wait for a server that is away. */
  readonly patience: number
  /** Name the index of every read. Default: but to SecantusDB (tests run on it), which reads the whole collection when an index is named. */
  readonly hints?: boolean
}

/**
 * Opens `mongodb://host[,host…]/database?…`; the database is `hutong` where the URL names none. A replica set or a cluster:
 * a server that stands alone has no transactions.
 */
export async function openMongo(url: string, { collections, patience, hints }: MongoOptions): Promise<Store> {
  const connection = await connect(url, patience)
  try {
    await refuseStandalone(connection)
    await refuseWrongClock(connection)
    const database = new Database(connection, collections, patience, hints ?? !await isSecantus(connection))
    await prepare(database)
    return new MongoStore(database)
  } catch (error) {
    await connection.close()
    throw translate(error)
  }
}

/** What makes a commit durable and a read true is not left to the URL. */
async function connect(url: string, patience: number): Promise<Connection> {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.test(url)
  try {
    return await createConnection(url, {
      ...named ? {} : { dbName: 'hutong' },
      appName: 'hutong', bufferCommands: false, autoIndex: false, autoCreate: false, promoteBuffers: true,
      serverSelectionTimeoutMS: patience, connectTimeoutMS: patience, waitQueueTimeoutMS: 30_000, socketTimeoutMS: 2 * readTime,
      readConcern: { level: 'majority' }, readPreference: 'primary', writeConcern: { w: 'majority', journal: true },
      retryReads: true, retryWrites: true,
    }).asPromise()
  } catch (error) {
    if (isAway(error)) {
      throw new HutongError('STORE_UNAVAILABLE',
        `MongoDB did not answer within ${patience / 1000} s, or has no primary. Is it running, and is the address right?`, 'database')
    }
    const known = translate(error)
    throw known instanceof HutongError && known.code !== 'INTERNAL' ? known
      : new HutongError('CONFIGURATION', 'The URL is none that MongoDB can be reached by.', 'database')
  }
}

const isSecantus = async ({ db }: Connection): Promise<boolean> => 'secantusVersion' in (await db?.admin().command({ buildInfo: 1 }) ?? {})

/** Milliseconds by which this machine's clock may be off: leases and the order of arrival go by it. */
const mostSkew = 5_000

async function refuseWrongClock({ db }: Connection): Promise<void> {
  const asked = Date.now()
  const hello = await db?.admin().command({ hello: 1 })
  const answered = Date.now()
  const server = Number(hello?.['localTime'] ?? answered)
  if (server >= asked - mostSkew && server <= answered + mostSkew) return
  throw new HutongError('CONFIGURATION', `The clocks of this machine and of MongoDB's are ${Math.round(Math.abs(server - answered) / 1000)} s apart: let NTP set both.`, 'database')
}

async function refuseStandalone({ db }: Connection): Promise<void> {
  const hello = await db?.admin().command({ hello: 1 })
  if (hello?.['setName'] !== undefined || hello?.['msg'] === 'isdbgrid') return
  throw new HutongError('CONFIGURATION', [
    'This MongoDB stands alone, and has no transactions. A replica set of one is enough:',
    'start it with `mongod --replSet rs0`, and once, in mongosh, say `rs.initiate()`.',
  ].join(' '), 'database')
}
