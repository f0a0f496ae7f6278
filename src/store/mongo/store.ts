import { HutongError } from '../../model/errors'
import type { Change, Claim, Collection, CommitOutcome, Fence, Find, KeyValue, Store, Tallied, Tally } from '../port'
import { packClaim, packCommit, packedAtOnce, packInTurns } from '../writes'
import { claim } from './claim'
import { commit } from './commit'
import type { Database } from './database'
import { translate } from './errors'
import { find } from './find'
import { get, getMany } from './get'
import { tally } from './tally'
import { Turns } from './turns'

/** Every process reads and writes for itself; what they must agree on is the server's business. */
export class MongoStore implements Store {
  readonly name = 'mongo'
  private readonly turns = new Turns()
  private readonly running = new Set<Promise<unknown>>()
  private closed: Promise<void> | undefined

  constructor(private readonly database: Database) {}

  get<R extends object>(collection: Collection<R>, key: readonly KeyValue[]): Promise<R | undefined> {
    return this.run(() => get<R>(this.database, this.database.collection(collection), key))
  }

  getMany<R extends object>(collection: Collection<R>, keys: readonly (readonly KeyValue[])[]): Promise<R[]> {
    return this.run(() => getMany<R>(this.database, this.database.collection(collection), keys))
  }

  find<R extends object>(collection: Collection<R>, asked: Find<R>): Promise<R[]> {
    return this.run(() => find<R>(this.database, this.database.collection(collection), asked))
  }

  tally<R extends object>(collection: Collection<R>, asked: Tally): Promise<Tallied[]> {
    return this.run(() => tally(this.database, this.database.collection(collection), asked))
  }

  async commit(id: string, changes: readonly Change[], fence?: Fence): Promise<CommitOutcome> {
    const packed = changes.length > packedAtOnce ? await packInTurns(id, changes, fence) : packCommit(id, changes, fence)
    return this.run(() => commit(this.database, this.turns, packed, changes))
  }

  claim<R extends object>(collection: Collection<R>, asked: Claim): Promise<{ token: string; rows: R[] }> {
    return this.run(async () => {
      const packed = packClaim(collection, asked)
      return { token: packed.token, rows: await claim<R>(this.database, this.turns, this.database.collection(collection), packed) }
    })
  }

  /** Finishes what was asked. */
  close(): Promise<void> {
    this.closed ??= this.end()
    return this.closed
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.running)
    await this.database.connection.close()
  }

  /** Begins at the call: what is asked is checked and copied before it returns. */
  private async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new HutongError('STORE_UNAVAILABLE', 'The store is closed.')
    const running = work()
    this.running.add(running)
    try {
      return await running
    } catch (error) {
      throw translate(error)
    } finally {
      this.running.delete(running)
    }
  }
}
