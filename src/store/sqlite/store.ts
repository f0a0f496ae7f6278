import type { Change, Claim, Collection, CommitOutcome, Fence, Find, KeyValue, Store, Tallied, Tally } from '../port'
import { packClaim, packCommit, packedAtOnce, packInTurns, type Writes } from '../writes'
import type { Connection } from './connection'
import { find } from './find'
import { get, getMany } from './get'
import { hasLarge, largeInAscii } from './ascii'
import { tableFor, type Tables } from './tables'
import { tally } from './tally'

/** Reads by the connection that is free for it; writes by this process or by the one that writes. */
export class SqliteStore implements Store {
  readonly name = 'sqlite'
  private closed: Promise<void> | undefined

  constructor(
    private readonly reading: () => Connection,
    private readonly tables: Tables,
    private readonly writes: Writes,
    private readonly afterwards: () => Promise<void>,
  ) {}

  async get<R extends object>(collection: Collection<R>, key: readonly KeyValue[]): Promise<R | undefined> {
    return get<R>(this.reading(), tableFor(this.tables, collection), key)
  }

  async getMany<R extends object>(collection: Collection<R>, keys: readonly (readonly KeyValue[])[]): Promise<R[]> {
    return getMany<R>(this.reading(), tableFor(this.tables, collection), keys)
  }

  async find<R extends object>(collection: Collection<R>, asked: Find<R>): Promise<R[]> {
    return find<R>(this.reading(), tableFor(this.tables, collection), asked)
  }

  async tally<R extends object>(collection: Collection<R>, asked: Tally): Promise<Tallied[]> {
    return tally(this.reading(), tableFor(this.tables, collection), asked)
  }

  async commit(id: string, changes: readonly Change[], fence?: Fence): Promise<CommitOutcome> {
    const packed = changes.length > packedAtOnce ? await packInTurns(id, changes, fence) : packCommit(id, changes, fence)
    return this.writes.commit(hasLarge(packed, this.tables) ? await largeInAscii(packed, this.tables) : packed)
  }

  async claim<R extends object>(collection: Collection<R>, claim: Claim): Promise<{ token: string; rows: R[] }> {
    const packed = packClaim(collection, claim)
    const keys = await this.writes.claim(packed)
    return { token: packed.token, rows: await this.getMany(collection, keys) }
  }

  close(): Promise<void> {
    this.closed ??= this.end()
    return this.closed
  }

  private async end(): Promise<void> {
    await this.writes.close()
    await this.afterwards()
  }
}
