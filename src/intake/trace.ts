import type { Identity } from '../identity/api'
import { HutongError } from '../model/errors'
import { resourceId } from '../model/ids'
import type { MappingIssue, SourceMapping } from '../model/mapping'
import { entries } from '../store/collections'
import type { EntryRow, EntryStatus } from '../store/collections'
import type { Store } from '../store/port'
import { patientsOf } from './entries'
import type { RecordError } from './ports'

/** What became of one record. */
export interface TracedRecord {
  readonly entry: string
  readonly source: string
  readonly status: EntryStatus
  readonly receivedAt: string
  readonly workedAt?: string
  readonly controlId?: string
  readonly attempts: number
  readonly mapper?: { readonly name: string; readonly hash: string }
  readonly reason?: RecordError
  readonly issues: readonly MappingIssue[]
  readonly unmapped: readonly string[]
  /** `Type/id` of each resource it told. */
  readonly resources: readonly string[]
  readonly patient?: string
  /** All source patients whom it is about. */
  readonly patients: readonly string[]
  /** Whose archive it is in, as linked now. */
  readonly resident?: string
}

const statuses: readonly EntryStatus[] = ['received', 'pending', 'mapped', 'quarantined']

/**
 * The records that `text` names: an entry's id, a sender's control id, or the identifier by which the source knows a
 * patient. Newest last; at most `limit`. Empty where nothing is known. Throws UNKNOWN_SOURCE.
 */
export async function traceRecords({ store, identity, mappings }: {
  store: Store
  identity: Identity
  mappings: ReadonlyMap<string, SourceMapping>
}, { source, text, limit = 100 }: { source: string; text: string; limit?: number }): Promise<readonly TracedRecord[]> {
  const mapping = mappings.get(source)
  if (!mapping) throw new HutongError('UNKNOWN_SOURCE', 'No such source is configured.')
  const rows = await findRows(store, { mapping, text, limit })
  const newest = rows.toSorted((a, b) => a.arrival < b.arrival ? -1 : 1).slice(-limit)
  const residents = new Map(await Promise.all([...new Set(newest.map(row => row.patient).filter(Boolean))].map(
    async patient => [patient, await identity.residentOf(patient)] as const)))
  return newest.map(row => describe(row, residents.get(row.patient)))
}

async function findRows(store: Store, { mapping: { source }, text, limit }: { mapping: SourceMapping; text: string; limit: number }): Promise<EntryRow[]> {
  if (/^[0-9a-f]{64}$/.test(text)) {
    const row = await store.get(entries, [text])
    return row?.source === source.id ? [row] : []
  }
  const numbered = await store.find(entries, { where: { source: source.id, controlId: text }, limit })
  if (numbered.length) return numbered
  const patient = /^[0-9a-f]{32}$/.test(text) ? text : resourceId(source, 'Patient', text)
  return store.find(entries, { where: { patient, status: { in: statuses } }, limit })
}

function describe(row: EntryRow, resident: string | undefined): TracedRecord {
  const { entry, source, status, receivedAt, workedAt, controlId, attempts, mapper, reason, issues = [], unmapped = [], resources = [], patient } = row
  return {
    entry, source, status, receivedAt, attempts, issues, unmapped, resources, patients: patientsOf(row),
    ...(workedAt && { workedAt }), ...(controlId && { controlId }), ...(mapper && { mapper }), ...(reason && { reason }),
    ...(patient && { patient }), ...(resident && { resident }),
  }
}
