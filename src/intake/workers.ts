import type { ArchiveWriter } from '../archive/api'
import type { Identity } from '../identity/api'
import type { SourceMapping } from '../model/mapping'
import type { Store } from '../store/port'
import type { Grammar } from '../wire/grammar'
import { createLeases, prepareLanes } from './leases'
import { isStoreFault } from './ports'
import type { Crash, Log, Observe } from './ports'
import type { ReadingMeans } from './reading'
import { createRound } from './round'
import { createAlarm } from './alarm'
import { allLanes } from './lane'
import { settleLanes } from './pending'

export interface WorkersOptions extends ReadingMeans {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  readonly writer: ArchiveWriter
  readonly identity: Identity
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
  readonly observe?: Observe
  readonly crash?: Crash
  /** How far a source's clock may run ahead of ours: 10 minutes. */
  readonly futureToleranceMs?: number
  /** For how long a lane stays with a worker that went silent: 15 s. */
  readonly leaseMs?: number
  /** How often the journal is looked at when nobody wakes the workers: 1 s. */
  readonly pollMs?: number
}

export interface Workers {
  /** Resolves when nothing waits in the lanes of this process that was journaled before the call. */
  idle(): Promise<void>
  /** Finishes the round at work and gives the lanes back. */
  stop(): Promise<void>
  /** Something was journaled. */
  wake(): void
}

const longestWait = 2_000

/** Works the journal: maps what is received, writes it, links patients, and marks the entries, round by round until stopped. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { store, log, now, leaseMs = 15_000, pollMs = 1_000, futureToleranceMs = 600_000 } = options
  await prepareLanes(store)
  const leases = createLeases({ store, now, leaseMs })
  const round = createRound({ ...options, leases, futureToleranceMs })
  const alarm = createAlarm()
  const waiters: (() => void)[] = []
  let failures = 0
  /** Lanes in which records may wait for patients who have come. */
  const unsettled = new Set<number>()

  async function settledLanes(): Promise<readonly number[]> {
    const held = await leases.current()
    for (const lane of leases.taken()) unsettled.add(lane)
    if (unsettled.size) await settleLanes([...unsettled], options)
    unsettled.clear()
    return held
  }

  /** One round; one that the store failed as a whole is tried again after a pause that doubles. */
  async function attempt(): Promise<'worked' | 'nothing' | 'failed'> {
    try {
      const { taken, again } = await round(await settledLanes())
      if (again) log.warn({ records: again }, 'the store failed some records: they are worked again')
      const isWhole = again > 0 && again === taken
      failures = isWhole ? failures + 1 : 0
      return isWhole ? 'failed' : taken ? 'worked' : 'nothing'
    } catch (error) {
      failures += 1
      for (const lane of allLanes) unsettled.add(lane)
      log.error({ err: error, failures }, isStoreFault(error) ? 'the store failed a round of work' : 'a fault in a round of work')
      return 'failed'
    }
  }

  async function loop(): Promise<void> {
    while (!alarm.stopped()) {
      const waiting = waiters.splice(0)
      const outcome = await attempt()
      if (outcome === 'nothing') for (const resolve of waiting) resolve()
      else waiters.unshift(...waiting)
      if (outcome === 'nothing' && !waiters.length) await alarm.sleep(pollMs)
      if (outcome === 'failed') await alarm.pause(Math.min(longestWait, 50 * 2 ** Math.min(failures, 10)))
    }
  }

  const renewal = setInterval(() => {
    leases.renew().catch((error: unknown) => log.warn({ err: error }, 'leases could not be renewed'))
  }, leaseMs / 3)
  renewal.unref()
  const running = loop()
  return {
    wake: alarm.wake,
    idle: () => new Promise(resolve => {
      waiters.push(resolve)
      alarm.wake()
    }),
    async stop() {
      alarm.stop()
      clearInterval(renewal)
      await running
      await leases.release()
    },
  }
}
