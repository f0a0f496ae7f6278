import type { ClientSession, mongo } from 'mongoose'
import type { Database } from './database'
import { hasLabel, isAway } from './errors'

/** Durable on a majority, and of one instant. */
const options: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true }, readPreference: 'primary',
}

/** One transaction, tried once; what was written is taken back unless `keep`. */
export function transact<T extends { readonly keep: boolean }>(database: Database, work: (session: ClientSession) => Promise<T>): Promise<T> {
  return database.session(async session => {
    session.startTransaction(options)
    try {
      const done = await work(session)
      if (done.keep) await session.commitTransaction()
      else await session.abortTransaction()
      return done
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
      throw error
    }
  })
}

/** Someone else writes the same row now, or holds it in a transaction that nobody ends. */
export const isConflict = (error: unknown): boolean => !isAway(error) && hasLabel(error, 'TransientTransactionError')
