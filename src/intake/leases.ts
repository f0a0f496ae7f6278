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
  /** Someone else has it now. */
  lost(lane: number): void
  release(): Promise<void>
}

export function createLeases({ store, now, leaseMs }: { store: Store; now: () => number; leaseMs: number }): Leases {
  const worker = ulid()
  let token: string | undefined
  let renewedAt = 0
  let share = laneCount
  /** Lane → its last sequence, stored and given out. */
  const held = new Map<number, { stored: number; last: number }>()

  async function claim(until: number, n: number, where: Where = {}): Promise<LaneRow[]> {
    const claimed = await store.claim(lanes, { where, n, until, now: now(), ...(token && { token }) })
    token = claimed.token
    return claimed.rows
  }

  /** After a crash the changes may be ahead of the lane's row: sequences are never given out twice. */
  async function take(rows: readonly LaneRow[]): Promise<void> {
    const newest = await store.find(changes, { where: { lane: { in: rows.map(row => row.lane) } }, order: 'backward', limit: 1 })
    const given = new Map(newest.map(change => [change.lane, change.seq]))
    for (const { lane, last } of rows) held.set(lane, { stored: last, last: Math.max(last, given.get(lane) ?? 0) })
  }

  /** Says that this worker is there, and counts who else is. */
  async function meet(at: number): Promise<void> {
    const gone = await store.find(workers, { where: { until: { below: at - leaseMs } }, limit: 10 })
    await store.commit(`alive:${worker}:${at}`, [
      { verb: 'put', collection: workers, row: { worker, until: at + leaseMs } },
      ...gone.map((row): Change => ({ verb: 'remove', collection: workers, key: [row.worker] })),
    ])
    const [alive] = await store.tally(workers, { where: { until: { above: at } }, by: [] })
    share = Math.ceil(laneCount / Math.max(1, alive?.count ?? 1))
  }

  async function letGo(surplus: readonly number[]): Promise<void> {
    for (const lane of surplus) held.delete(lane)
    await claim(now(), surplus.length, { lane: { in: surplus } })
  }

  async function renew(): Promise<void> {
    const at = now()
    await meet(at)
    const rows = await claim(at + leaseMs, Math.max(share, held.size))
    const still = new Set(rows.map(row => row.lane))
    for (const lane of held.keys()) if (!still.has(lane)) held.delete(lane)
    const taken = rows.filter(row => !held.has(row.lane))
    if (taken.length) await take(taken)
    renewedAt = at
  }

  return {
    renew,
    async current() {
      if (!held.size || now() - renewedAt >= leaseMs / 3) await renew()
      if (held.size > share) await letGo([...held.keys()].toSorted((a, b) => a - b).slice(share))
      return [...held.keys()]
    },
    holds: lane => held.has(lane),
    fence: lane => ({ collection: lanes, key: [lane], token: token ?? '' }),
    nextSequence(lane) {
      const row = held.get(lane) ?? { stored: 0, last: 0 }
      row.last += 1
      return row.last
    },
    unsaved: () => [...held].filter(([, row]) => row.last > row.stored).map(([lane, { last }]) => ({ lane, last })),
    saved({ lane, last }) {
      const row = held.get(lane)
      if (row) row.stored = last
    },
    lost: lane => void held.delete(lane),
    async release() {
      held.clear()
      await store.commit(`gone:${worker}`, [{ verb: 'remove', collection: workers, key: [worker] }])
      if (token) await claim(now(), laneCount)
    },
  }
}

/** The lanes' rows exist from the first start on. */
export async function prepareLanes(store: Store): Promise<void> {
  const keys = Array.from({ length: laneCount }, (_, lane) => [lane])
  const there = new Set((await store.getMany(lanes, keys)).map(row => row.lane))
  const missing: Change[] = keys.flatMap(([lane = 0]) => there.has(lane) ? [] : [{ verb: 'insert', collection: lanes, row: { lane, last: 0 } }])
  if (missing.length) await store.commit(`lanes:${missing.length}:${laneCount}`, missing)
}
