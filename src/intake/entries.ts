import { isHutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import type { Route, SourceMapping } from '../model/mapping'
import type { UploadContext } from '../model/record'
import { entries, uploads } from '../store/collections'
import type { EntryRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Grammar, Piece } from '../wire/grammar'
import { dayIn } from './days'
import { laneOf } from './lane'
import { describeError } from './ports'
import type { Outcome } from './ports'

/** An upload's configuration, resolved once. */
export interface Door {
  readonly mapping: SourceMapping
  readonly grammar: Grammar
  readonly receivedAt: string
  readonly backdated: boolean
}

/** A piece on its way into the journal. */
export interface Arrival { readonly piece: Piece; readonly bytes: Uint8Array; readonly entry: string }

/** What becomes one upload row: a run of arrivals in `bytes`, which begin at `from` of the window. */
export interface Arrivals {
  readonly door: Door
  readonly context: UploadContext
  readonly from: number
  readonly bytes: Uint8Array
  readonly arrivals: readonly Arrival[]
}

export interface Keeper { readonly store: Store; readonly nextArrival: () => string }

/** Rows in one commit: many enough to be fast, few enough to leave others a turn. */
const rowsPerCommit = 500
const keysPerRead = 500

/** Keeps one upload with its entries and tells what became of each piece; again where another sender of the same won a race. */
export async function keepArrivals(keeper: Keeper, kept: Arrivals): Promise<Map<Piece, Outcome>> {
  const { door: { mapping: { source }, receivedAt }, context, bytes, arrivals } = kept
  const upload = contentHash([source.id, JSON.stringify(context), bytes])
  const { rows, outcomes } = await judgeArrivals(keeper, kept, upload)
  for (let at = 0; at < rows.length; at += rowsPerCommit) {
    const part = rows.slice(at, at + rowsPerCommit)
    const changes: Change[] = part.map(row => ({ verb: 'insert', collection: entries, row }))
    if (at === 0) {
      changes.unshift({ verb: 'put', collection: uploads, row: { upload, source: source.id, receivedAt, size: bytes.byteLength, context, bytes } })
    }
    const outcome = await keeper.store.commit(`journal:${part[0]?.arrival ?? upload}`, changes)
    if (outcome.ok) continue
    const left = new Set(rows.slice(at).map(row => row.entry))
    const rest = await keepArrivals(keeper, { ...kept, arrivals: arrivals.filter(({ entry }) => left.has(entry)) })
    return new Map([...outcomes, ...rest])
  }
  return outcomes
}

/** Tells duplicates and refusals apart, and makes the rows of what is new. */
async function judgeArrivals({ store, nextArrival }: Keeper, { door, context, from, arrivals }: Arrivals, upload: string): Promise<{
  rows: EntryRow[]
  outcomes: Map<Piece, Outcome>
}> {
  const outcomes = new Map<Piece, Outcome>()
  const rows: EntryRow[] = []
  const known = await findKnown(store, arrivals)
  const fresh = new Set<string>()
  for (const arrival of arrivals) {
    const { piece, entry } = arrival
    if (known.has(entry) || fresh.has(entry)) {
      outcomes.set(piece, duplicateOf(entry, known.get(entry)))
      continue
    }
    const { route, error } = readRoute(door, context, arrival)
    const controlId = route.controlId ? { controlId: route.controlId } : {}
    if (route.refuse) {
      const { place, message } = route.refuse
      outcomes.set(piece, { entry, outcome: 'refused', ...controlId, error: { code: 'UNSUPPORTED', message, place } })
      continue
    }
    fresh.add(entry)
    outcomes.set(piece, { entry, outcome: 'accepted', ...controlId, ...(error && { error }) })
    rows.push({
      ...routed(entry, route), entry, source: door.mapping.source.id, upload, start: piece.start - from, end: piece.end - from,
      arrival: nextArrival(), receivedAt: door.receivedAt, day: dayIn(door.mapping.source.timeZone, door.receivedAt),
      status: 'received', attempts: 0,
      ...(error && { reason: error }), ...(door.backdated && { backdated: true }),
    })
  }
  await markReusedControlIds(store, door.mapping.source.id, rows)
  return { rows, outcomes }
}

/** Where in the journal's order a record stands: by its patient, or by itself where no patient is known. */
export const routed = (entry: string, { patient, controlId }: Route): Pick<EntryRow, 'lane' | 'patient' | 'controlId'> =>
  ({ lane: laneOf(patient ?? entry), patient: patient ?? '', controlId: controlId ?? '' })

async function findKnown(store: Store, arrivals: readonly Arrival[]): Promise<Map<string, EntryRow>> {
  const known = new Map<string, EntryRow>()
  for (let at = 0; at < arrivals.length; at += keysPerRead) {
    const keys = arrivals.slice(at, at + keysPerRead).map(({ entry }) => [entry])
    for (const row of await store.getMany(entries, keys)) known.set(row.entry, row)
  }
  return known
}

/** The same number on another content is taken in, and said: some senders count from 1 every morning. */
async function markReusedControlIds(store: Store, source: string, rows: readonly EntryRow[]): Promise<void> {
  const numbered = rows.filter(row => row.controlId)
  const used = new Set<string>()
  for (let at = 0; at < numbered.length; at += keysPerRead) {
    const controlId = { in: [...new Set(numbered.slice(at, at + keysPerRead).map(row => row.controlId))] }
    for (const row of await store.find(entries, { where: { source, controlId }, limit: 1 })) used.add(row.controlId)
  }
  for (const row of numbered) {
    if (used.has(row.controlId)) row.issues = [controlIdReused]
    used.add(row.controlId)
  }
}

export const controlIdReused = {
  severity: 'warning', code: 'control-id-reused', place: 'entry',
  message: 'Another record of this source carries the same control id with other content.',
} as const

function duplicateOf(entry: string, before: EntryRow | undefined): Outcome {
  const { controlId, reason } = before ?? {}
  return {
    entry, outcome: 'duplicate',
    ...(controlId && { controlId }),
    ...(reason && { error: reason }),
  }
}

/** Reads a record far enough to know its patient. A record that cannot be read is journaled all the same. */
export function readRoute(
  { mapping, grammar }: { mapping: SourceMapping; grammar: Grammar }, context: UploadContext, { piece, bytes }: { piece: Pick<Piece, 'error'>; bytes: Uint8Array },
): { route: Route; error?: Outcome['error'] } {
  try {
    if (piece.error) throw piece.error
    const record = grammar.read(bytes, { source: mapping.source, context })
    return { route: mapping.dialect.route(record, mapping.source) }
  } catch (error) {
    if (isHutongError(error) && error.code === 'UNSUPPORTED') {
      return { route: { refuse: { severity: 'error', code: 'unsupported', place: error.place ?? '', message: error.message } } }
    }
    return { route: {}, error: describeError(error, 'the record was read') }
  }
}
