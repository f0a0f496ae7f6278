import { setTimeout as wait } from 'node:timers/promises'
import { entries } from '../store/collections'
import type { Store } from '../store/port'
import { allLanes } from './lane'

const pause = 100

/** Resolves when no record waits to be worked that arrived before `arrival`, by whichever gateway: each lane is asked for its oldest. */
export async function workedBefore(store: Store, arrival: string): Promise<void> {
  for (;;) {
    const oldest = await store.find(entries, { where: { status: 'received', lane: { in: allLanes } }, limit: 1 })
    if (!oldest.some(row => row.arrival < arrival)) return
    await wait(pause)
  }
}
