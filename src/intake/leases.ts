import { ulid } from 'ulid'
import { changes, lanes, workers } from '../store/collections'
import type { LaneRow } from '../store/collections'
import type { Change, Fence, Store, Where } from '../store/port'
import { laneCount } from './lane'

/** The lanes that one worker process holds, its share among those that work, and the change sequences it gives out in them. */
export interface Leases {
  /** Renews what is held, and takes what is free up to the share. */
  renew(): Promise<void>
  /** The lanes held, renewed where that is due; between rounds: what is over the share goes to the others. */
  current(): Promise<readonly number[]>
  holds(lane: number): boolean
  fence(lane: number): Fence
  /** The next change sequence of a lane that is held. */
  nextSequence(lane: number): number
  /** The lane's row where sequences were given out since it was last stored. */
  unsaved(): readonly LaneRow[]
  saved(row: LaneRow): void
  /** The lanes that were taken since this was asked last. */
  taken(): readonly number[]
  /** Someone else has it now. */
  lost(lane: number): void
  release(): Promise<void>
}

export interface LeasesOptions { readonly store: Store; readonly now: () => number; readonly leaseMs: number }

export const createLeases = (options: LeasesOptions): Leases => new LaneLeases(options)

class LaneLeases implements Leases {
  private readonly worker = ulid()
  private token = ulid()
  /** The token when the round at work began. */
  private working = this.token
  private renewedAt: number
  private share = laneCount
  private released = false
  /** Lane → its last sequence, stored and given out. */
  private readonly held = new Map<number, { stored: number; last: number }>()
  private readonly fresh = new Set<number>()
  private before: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: LeasesOptions) {
    this.renewedAt = options.now()
  }

  renew(): Promise<void> {
    return this.inTurn(() => this.renewNow())
  }

  current(): Promise<readonly number[]> {
    return this.inTurn(async () => {
      const { now, leaseMs } = this.options
      if (!this.held.size || now() - this.renewedAt >= leaseMs / 3) await this.renewNow()
      if (this.held.size > this.share) await this.letGo([...this.held.keys()].toSorted((a, b) => a - b).slice(this.share))
      this.working = this.token
      return [...this.held.keys()]
    })
  }

  holds(lane: number): boolean {
    return this.held.has(lane)
  }

  fence(lane: number): Fence {
    return { collection: lanes, key: [lane], token: this.working }
  }

  nextSequence(lane: number): number {
    const row = this.held.get(lane) ?? { stored: 0, last: 0 }
    row.last += 1
    return row.last
  }

  unsaved(): readonly LaneRow[] {
    return [...this.held].filter(([, row]) => row.last > row.stored).map(([lane, { last }]) => ({ lane, last }))
  }

  saved({ lane, last }: LaneRow): void {
    const row = this.held.get(lane)
    if (row) row.stored = last
  }

  taken(): readonly number[] {
    const taken = [...this.fresh]
    this.fresh.clear()
    return taken
  }

  lost(lane: number): void {
    this.held.delete(lane)
  }

  release(): Promise<void> {
    return this.inTurn(async () => {
      this.released = true
      this.held.clear()
      await this.options.store.commit(`gone:${this.worker}`, [{ verb: 'remove', collection: workers, key: [this.worker] }])
      await this.claim(this.options.now(), laneCount)
    })
  }

  /** Renewals come by the clock and between rounds: one after the other. */
  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const mine = this.before.then(action)
    this.before = mine.catch(() => undefined)
    return mine
  }

  private async renewNow(): Promise<void> {
    if (this.released) return
    const { now, leaseMs } = this.options
    const at = now()
    if (at - this.renewedAt >= leaseMs) this.beginAnew()
    await this.meet(at)
    const rows = await this.claim(at + leaseMs, Math.max(this.share, this.held.size))
    const still = new Set(rows.map(row => row.lane))
    for (const lane of this.held.keys()) if (!still.has(lane)) this.held.delete(lane)
    const taken = rows.filter(row => !this.held.has(row.lane))
    if (taken.length) await this.take(taken)
    this.renewedAt = at
  }

  /** Whoever was away for longer than a lease may have been replaced meanwhile: the round at work commits no more. */
  private beginAnew(): void {
    this.held.clear()
    this.token = ulid()
  }

  /** Says that this worker is there, and counts who else is. */
  private async meet(at: number): Promise<void> {
    const { store, leaseMs } = this.options
    const gone = await store.find(workers, { where: { until: { below: at - leaseMs } }, limit: 10 })
    await store.commit(`alive:${this.worker}:${at}`, [
      { verb: 'put', collection: workers, row: { worker: this.worker, until: at + leaseMs } },
      ...gone.map((row): Change => ({ verb: 'remove', collection: workers, key: [row.worker] })),
    ])
    const [alive] = await store.tally(workers, { where: { until: { above: at } }, by: [] })
    this.share = Math.ceil(laneCount / Math.max(1, alive?.count ?? 1))
  }

  private async claim(until: number, n: number, where: Where = {}): Promise<LaneRow[]> {
    return (await this.options.store.claim(lanes, { where, n, until, now: this.options.now(), token: this.token })).rows
  }

  /** After a crash the changes may be ahead of the lane's row: sequences are never given out twice. */
  private async take(rows: readonly LaneRow[]): Promise<void> {
    const newest = await this.options.store.find(changes, { where: { lane: { in: rows.map(row => row.lane) } }, order: 'backward', limit: 1 })
    const given = new Map(newest.map(change => [change.lane, change.seq]))
    for (const { lane, last } of rows) {
      this.held.set(lane, { stored: last, last: Math.max(last, given.get(lane) ?? 0) })
      this.fresh.add(lane)
    }
  }

  private async letGo(surplus: readonly number[]): Promise<void> {
    for (const lane of surplus) this.held.delete(lane)
    await this.claim(this.options.now(), surplus.length, { lane: { in: surplus } })
  }
}

/** The lanes' rows exist from the first start on. */
export async function prepareLanes(store: Store): Promise<void> {
  const keys = Array.from({ length: laneCount }, (_, lane) => [lane])
  const there = new Set((await store.getMany(lanes, keys)).map(row => row.lane))
  const missing: Change[] = keys.flatMap(([lane = 0]) => there.has(lane) ? [] : [{ verb: 'insert', collection: lanes, row: { lane, last: 0 } }])
  if (missing.length) await store.commit(`lanes:${missing.length}:${laneCount}`, missing)
}
