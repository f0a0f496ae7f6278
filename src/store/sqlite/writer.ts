import type { Turn } from '../../model/turns'
import type { CommitOutcome, KeyValue } from '../port'
import type { PackedClaim, PackedCommit, Writes } from '../writes'
import { applyClaim } from './claim'
import { applyCommit, pruneApplied } from './commit'
import type { Connection } from './connection'
import { Group } from './group'
import type { Tables } from './tables'

const day = 86_400_000
/** So long an id that was applied is known; nobody repeats a commit later than that. */
const idsKept = 7 * day
const pruneEvery = 10 * 60_000
const pruneAtOnce = 5_000

/** The writes of the one process that writes. */
export class SqliteWriter implements Writes {
  private readonly group: Group
  private readonly pruning: NodeJS.Timeout

  /** `turn`: where nobody else reads by this connection, others are let on in the midst of a transaction. */
  constructor(private readonly connection: Connection, private readonly tables: Tables, turn?: Turn) {
    this.group = new Group(connection, turn)
    this.pruning = setInterval(() => { this.prune() }, pruneEvery).unref()
    this.prune()
  }

  get isWriting(): boolean {
    return this.group.isWriting
  }

  async commit(commit: PackedCommit): Promise<CommitOutcome> {
    const { connection, tables } = this
    const { outcome } = await this.group.write(function* () {
      const applied = yield* applyCommit(connection, tables, commit)
      return { keep: applied.ok, outcome: applied }
    }, commit.size)
    return outcome
  }

  async claim(claim: PackedClaim): Promise<readonly (readonly KeyValue[])[]> {
    const { keys } = await this.group.write(() => ({ keep: true, keys: applyClaim(this.connection, this.tables, claim) }))
    return keys
  }

  async close(): Promise<void> {
    clearInterval(this.pruning)
    await this.group.close()
  }

  /** What cannot be pruned now is pruned later: that is no fault of anybody's commit. */
  private prune(): void {
    const before = Date.now() - idsKept
    this.group.write(() => ({ keep: true, done: pruneApplied(this.connection, before, pruneAtOnce) }))
      .then(({ done }) => { if (!done) this.prune() }, () => undefined)
  }
}
