import { HutongError } from '../model/errors'
import type { MappingIssue, SourceMapping } from '../model/mapping'
import type { UploadContext } from '../model/record'
import { entries, uploads } from '../store/collections'
import type { EntryRow } from '../store/collections'
import type { Store } from '../store/port'
import { maskRecord } from '../wire'
import type { Grammar } from '../wire/grammar'
import { contentHash } from '../model/ids'
import { turn } from '../model/turns'
import { patientsOf, readRoute, routed } from './entries'
import type { RecordError } from './ports'
import type { ReadingMeans } from './reading'

export interface QuarantinedRecord {
  readonly entry: string
  readonly source: string
  readonly arrival: string
  readonly receivedAt: string
  readonly workedAt?: string
  readonly controlId?: string
  /** How often it was replayed. */
  readonly attempts: number
  readonly reason: RecordError
  /** Source patients whom it is about, as far as that could be read. */
  readonly patients: readonly string[]
}

export interface QuarantinedBytes extends QuarantinedRecord {
  /** The record as it came. */
  readonly bytes: Uint8Array
  readonly context: UploadContext
  readonly issues: readonly MappingIssue[]
}

export interface Quarantine {
  /** Oldest first. `after`: the last record of the page before. */
  list(query: { readonly source: string; readonly after?: Pick<QuarantinedRecord, 'arrival' | 'entry'>; readonly limit: number }):
    Promise<readonly QuarantinedRecord[]>
  /** Records in quarantine of these sources. */
  count(sources: readonly string[]): Promise<number>
  /** What is known of one, without its bytes. Throws NOT_FOUND. */
  describe(entry: string): Promise<QuarantinedRecord & { readonly issues: readonly MappingIssue[] }>
  /** Throws NOT_FOUND where the entry is not in quarantine. */
  show(entry: string): Promise<QuarantinedBytes>
  /** What may be seen of it without a reason: text with every value masked. Throws NOT_FOUND. */
  masked(entry: string): Promise<QuarantinedRecord & { readonly bytes: Uint8Array }>
  /** Back to work: one entry (NOT_FOUND where it is not in quarantine), or all of a source, or those of one reason. How many. */
  replay(which: { readonly entry: string } | { readonly source: string; readonly code?: string }): Promise<number>
}

const pageSize = 200

/** What could not be mapped, for the stewards. `onReplayed` wakes the workers. */
export function openQuarantine({ store, mappings, grammars, onReplayed, ...means }: {
  store: Store
  mappings: ReadonlyMap<string, SourceMapping>
  grammars: ReadonlyMap<string, Grammar>
  onReplayed?: () => void
} & ReadingMeans): Quarantine {
  const { turn: give = turn } = means

  async function find(entry: string): Promise<EntryRow> {
    const row = await store.get(entries, [entry])
    if (row?.status !== 'quarantined') throw new HutongError('NOT_FOUND', 'No such record is in quarantine.')
    return row
  }

  function page(source: string, after: { arrival: string; entry: string } | undefined, limit: number): Promise<EntryRow[]> {
    const behind = after && { status: 'quarantined' as const, source, arrival: after.arrival, entry: after.entry }
    return store.find(entries, { where: { status: 'quarantined', source }, limit, ...(behind && { after: behind }) })
  }

  /** A record stands in megabytes of an upload, which are read whole. */
  async function bytesOf({ upload, start, end }: EntryRow): Promise<{ bytes: Uint8Array; context: UploadContext }> {
    await give()
    const row = await store.get(uploads, [upload])
    if (!row) throw new HutongError('INTERNAL', 'The upload of this record is not in the store.')
    return { bytes: row.bytes.subarray(start, end), context: row.context }
  }

  /** Routed anew: what could not be read before may name its patient now. */
  async function received(row: EntryRow): Promise<EntryRow> {
    const { reason: _, ...rest } = row
    const { bytes, context } = await bytesOf(row)
    const mapping = mappings.get(row.source)
    const grammar = mapping && grammars.get(mapping.source.format)
    const { route } = mapping && grammar ? await readRoute({ mapping, grammar }, context, { piece: {}, bytes }, means) : { route: {} }
    return { ...rest, ...routed(row.entry, route), status: 'received', attempts: row.attempts + 1 }
  }

  async function putBack(rows: readonly EntryRow[]): Promise<number> {
    const changed: EntryRow[] = []
    for (const row of rows) changed.push(await received(row))
    const id = contentHash(changed.map(row => `${row.entry}/${row.attempts}`))
    await store.commit(`replay:${id}`, changed.map(row => ({ verb: 'put', collection: entries, row })))
    if (rows.length) onReplayed?.()
    return rows.length
  }

  /** Up to the newest that stands there now: what fails again is not taken twice. */
  async function replayAll(source: string, code: string | undefined): Promise<number> {
    const [newest] = await store.find(entries, { where: { status: 'quarantined', source }, order: 'backward', limit: 1 })
    let count = 0
    let after: EntryRow | undefined
    for (;;) {
      const rows = (await page(source, after, pageSize)).filter(row => newest && row.arrival <= newest.arrival)
      after = rows.at(-1)
      if (!after) return count
      count += await putBack(rows.filter(row => code === undefined || row.reason?.code === code))
    }
  }

  return {
    list: async ({ source, after, limit }) => (await page(source, after, limit)).map(describe),
    async count(sources) {
      const tallies = await store.tally(entries, { where: { status: 'quarantined', source: { in: sources } }, by: ['source'] })
      return tallies.reduce((sum, { count }) => sum + count, 0)
    },
    async describe(entry) {
      const row = await find(entry)
      return { ...describe(row), issues: row.issues ?? [] }
    },
    async show(entry) {
      const row = await find(entry)
      return { ...describe(row), ...await bytesOf(row), issues: row.issues ?? [] }
    },
    async masked(entry) {
      const row = await find(entry)
      const { bytes } = await bytesOf(row)
      return { ...describe(row), bytes: maskRecord(bytes, mappings.get(row.source)?.source.format ?? '') }
    },
    replay: async which => 'entry' in which ? putBack([await find(which.entry)]) : replayAll(which.source, which.code),
  }
}

function describe(row: EntryRow): QuarantinedRecord {
  const { entry, source, arrival, receivedAt, workedAt, controlId, attempts, reason } = row
  return {
    entry, source, arrival, receivedAt, attempts, patients: patientsOf(row),
    ...(workedAt && { workedAt }), ...(controlId && { controlId }),
    reason: reason ?? { code: 'INTERNAL', message: 'No reason was kept.' },
  }
}
