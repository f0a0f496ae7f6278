import type { ArchiveWriter } from '../archive/api'
import type { Identity } from '../identity/api'
import type { EntryRow } from '../store/collections'
import type { Store } from '../store/port'
import { turn } from '../model/turns'
import { createBatches } from './batch'
import { groupByCompartment, writeCompartments } from './compartments'
import type { Leases } from './leases'
import { mapEntry } from './map-entry'
import type { MapOptions, Work } from './map-entry'
import { markWorks } from './marks'
import { arrivedMeanwhile, settlePending } from './pending'
import { stackOf } from './ports'
import type { Crash, Log, Observe } from './ports'

export interface RoundOptions extends MapOptions {
  readonly store: Store
  readonly writer: ArchiveWriter
  readonly identity: Identity
  readonly leases: Leases
  readonly log: Log
  readonly observe?: Observe
  readonly crash?: Crash
}

/**
 * One round of work over the lanes that are held: their oldest records are mapped, written by compartment, linked and
 * marked. Compartments go in parallel, the records of one in journal order. Tells how many were taken, and how many of
 * them the store failed.
 */
export function createRound(options: RoundOptions): (lanes: readonly number[]) => Promise<{ taken: number; again: number }> {
  const { store, identity, now, log, observe } = options
  const batches = createBatches(store)

  async function mapAll(rows: readonly EntryRow[]): Promise<Work[]> {
    const { turn: give = turn } = options
    const works: Promise<Work>[] = []
    for await (const { row, piece } of batches.read(rows)) {
      works.push(mapEntry(row, piece, options))
      await give()
    }
    return Promise.all(works)
  }

  function report(marked: readonly EntryRow[], works: readonly Work[]): void {
    for (const row of marked) {
      if (row.status === 'received') continue
      const lag = Math.max(0, now() - Date.parse(row.receivedAt))
      observe?.({ kind: 'worked', source: row.source, status: row.status, resources: row.resources?.length ?? 0, lag })
    }
    for (const { row, failure, cause } of works) {
      if (failure?.code === 'INTERNAL') log.error({ entry: row.entry, source: row.source, at: stackOf(cause) }, failure.message)
    }
  }

  return async lanes => {
    if (!lanes.length) return { taken: 0, again: 0 }
    const rows = await batches.next(lanes)
    if (!rows.length) return { taken: 0, again: 0 }
    const works = await mapAll(rows)
    const arrived = await writeCompartments(groupByCompartment(works), options)
    await settlePending(arrived, { store, identity })
    const marked = await markWorks(works, options)
    await settlePending(await arrivedMeanwhile(marked, identity), { store, identity })
    report(marked, works)
    return { taken: works.length, again: works.filter(work => work.again).length }
  }
}
