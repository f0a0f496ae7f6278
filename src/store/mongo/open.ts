import { createConnection, type Connection } from 'mongoose'
import { HutongError } from '../../model/errors'
import type { Layouts } from '../layout'
import type { Store } from '../port'
import { bringUp } from './bringUp'
import { readTime } from './database'
import { isAway, translate } from './errors'
import { isSecantus, refuseUnfit } from './server'
import { MongoStore } from './store'

export interface MongoOptions extends Layouts {
  /** Milliseconds to wait for a server that is away. */
  readonly patience: number
  /** Name the index of every read. Default: but to SecantusDB (tests run on it), which reads the whole collection when an index is named. */
  readonly hints?: boolean
}

/**
 * Opens `mongodb://host[,host…]/database?…`; the database is `hutong` where the URL names none. A replica set or a cluster:
 * a server that stands alone has no transactions.
 */
export async function openMongo(url: string, options: MongoOptions): Promise<Store> {
  const connection = await connect(url, options.patience)
  try {
    await refuseUnfit(connection)
    return new MongoStore(await bringUp(connection, { ...options, hints: options.hints ?? !await isSecantus(connection) }))
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
