import { ulid } from 'ulid'
import type { MappingIssue } from '../model/mapping'
import { entries, lanes } from '../store/collections'
import type { EntryRow, EntryStatus } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Leases } from './leases'
import type { Work } from './map-entry'
import { messageLimit } from './ports'
import type { Crash, Log } from './ports'

const issueLimit = 200
/** Issues take three times a record's own bytes; of the first, these characters are told in any case. */
const leastMessage = 60
const refLimit = 10_000

/**
 * Tells the journal what became of the works, one commit for each lane, together with the change sequences given out:
 * whoever reads changes up to a lane's `last` misses none. A lane that was lost is left to its new worker.
 */
export async function markWorks(works: readonly Work[], { store, leases, now, log, crash }: {
  store: Store
  leases: Leases
  now: () => number
  log: Log
  crash?: Crash
}): Promise<readonly EntryRow[]> {
  const workedAt = new Date(now()).toISOString()
  const done = works.filter(work => !work.again && leases.holds(work.row.lane)).map(work => markedRow(work, workedAt))
  const rows = groupByLane(done)
  const unsaved = new Map(leases.unsaved().map(row => [row.lane, row]))
  const lanesToMark = new Set([...rows.keys(), ...unsaved.keys()])
  const marked = await Promise.all([...lanesToMark].map(async lane => {
    const own = rows.get(lane) ?? []
    const sequence = unsaved.get(lane)
    const changes: Change[] = own.map(row => ({ verb: 'put', collection: entries, row }))
    if (sequence) changes.push({ verb: 'put', collection: lanes, row: sequence })
    // A name of its own: an entry that was put back meanwhile is marked again in the same words.
    const outcome = await store.commit(`mark:${ulid()}`, changes, leases.fence(lane))
    if (outcome.ok) {
      if (sequence) leases.saved(sequence)
      return own
    }
    log.warn({ lane, reason: outcome.reason }, 'a lane was lost to another worker')
    leases.lost(lane)
    return []
  }))
  crash?.('after-mark')
  return marked.flat()
}

function groupByLane(rows: readonly EntryRow[]): Map<number, EntryRow[]> {
  const groups = new Map<number, EntryRow[]>()
  for (const row of rows) groups.set(row.lane, [...groups.get(row.lane) ?? [], row])
  return groups
}

function markedRow({ row, mapper, tellings, issues, unmapped, failure, waitsFor }: Work, workedAt: string): EntryRow {
  const { reason: _, waitsFor: __, issues: ___, unmapped: ____, resources: _____, ...rest } = row
  const status: EntryStatus = failure ? 'quarantined' : waitsFor.size ? 'pending' : 'mapped'
  const [first] = waitsFor
  return {
    ...rest, status, workedAt,
    ...(mapper && { mapper }),
    ...(failure && { reason: failure }),
    ...(status === 'pending' && first !== undefined && { patient: first, waitsFor: [...waitsFor] }),
    ...(issues.length > 0 && { issues: bounded(issues, 3 * (rest.end - rest.start)) }),
    ...(unmapped.length > 0 && { unmapped: unmapped.slice(0, issueLimit) }),
    ...(!failure && { resources: refsOf(tellings) }),
  }
}

const refsOf = (tellings: Work['tellings']): string[] =>
  [...new Set(tellings.map(({ resource }) => `${resource.resourceType}/${resource.id ?? ''}`))].slice(0, refLimit)

/** The first issues, as many as fit into so many bytes, one at least: a row of single letters can raise as many. */
function bounded(issues: readonly MappingIssue[], bytes: number): MappingIssue[] {
  const kept: MappingIssue[] = []
  let left = bytes
  for (const issue of issues.slice(0, issueLimit)) {
    const cut = shortened(issue, messageLimit)
    left -= Buffer.byteLength(JSON.stringify(cut))
    if (left < 0) return kept.length ? kept : [shortened(issue, leastMessage)]
    kept.push(cut)
  }
  return kept
}

const shortened = (issue: MappingIssue, limit: number): MappingIssue =>
  issue.message.length > limit ? { ...issue, message: issue.message.slice(0, limit) } : issue
