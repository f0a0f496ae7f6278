import { isAscii } from 'node:buffer'
import { monotonicFactory } from 'ulid'
import { HutongError } from '../model/errors'
import { contentHash, contentHashInTurns } from '../model/ids'
import type { SourceMapping } from '../model/mapping'
import type { UploadContext } from '../model/record'
import { stroke, turn } from '../model/turns'
import type { Store } from '../store/port'
import type { Grammar, Piece, Split } from '../wire/grammar'
import { keepArrivals } from './entries'
import type { Arrival, Door, Keeper } from './entries'
import { FrameMemory } from './frameMemory'
import { describeError } from './ports'
import type { Crash, Observe, Outcome } from './ports'
import type { Quotas } from './quota'
import { splitBytes } from './reading'
import type { ReadingMeans } from './reading'
import { cutWindows, groupPieces, isTooLarge, tooLarge } from './windows'

export interface Upload {
  readonly source: string
  readonly context?: UploadContext
  /** For a seed or a backfill: the instant at which the record counts as received, and as committed. Default: now. */
  readonly arrivedAt?: string
  /** It comes over the network: it counts against the source's quota. */
  readonly metered?: boolean
}

export interface Journal {
  /**
   * Keeps an upload durably and tells what became of each of its records, in their order. Only when it returns may the
   * sender be told so. Throws UNKNOWN_SOURCE, BAD_ARGUMENT (`arrivedAt`), TOO_MANY_REQUESTS where the source's quota is used
   * up, and the store's errors; never for bad content.
   */
  append(upload: Upload & { readonly bytes: Uint8Array }): Promise<readonly Outcome[]>
  /** The same for a stream of any length, part by part (at most 4 MB and 500 records each): what was yielded is durable. */
  appendStream(upload: Upload & { readonly chunks: AsyncIterable<Uint8Array> }): AsyncGenerator<readonly Outcome[]>
}

export interface JournalOptions extends ReadingMeans {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Without them nothing is limited. */
  readonly quotas?: Quotas
  readonly observe?: Observe
  readonly crash?: Crash
  /** Of all streams together: 512 MB. */
  readonly mostUploadBytes?: number
  /** Called when something new is in the journal: wakes the workers. */
  readonly onAppended?: () => void
}

/** Bytes of streams that are held at once: a hundred and more of them in full flow. */
const mostHeld = 512_000_000

export function openJournal({ store, mappings, grammars, now, quotas, observe, crash, onAppended, mostUploadBytes = mostHeld, ...means }: JournalOptions): Journal {
  const ulid = monotonicFactory()
  const memory = new FrameMemory(mostUploadBytes)
  const keeper: Keeper = { store, nextArrival: () => ulid(now()), ...means }

  function openDoor({ source, arrivedAt, metered }: Upload): OpenDoor {
    const mapping = mappings.get(source)
    if (!mapping) throw new HutongError('UNKNOWN_SOURCE', 'No such source is configured.')
    const grammar = grammars.get(mapping.source.format)
    if (!grammar) throw new HutongError('CONFIGURATION', `There is no grammar for the format ${mapping.source.format}.`, source)
    if (arrivedAt !== undefined && Number.isNaN(Date.parse(arrivedAt))) {
      throw new HutongError('BAD_ARGUMENT', 'arrivedAt is no instant.', 'arrivedAt')
    }
    return { mapping, grammar, receivedAt: new Date(arrivedAt ?? now()).toISOString(), backdated: arrivedAt !== undefined, ...(metered && { quotas }) }
  }

  /** Keeps a window part by part; each is told when it is durable. */
  async function* keep(door: OpenDoor, bytes: Uint8Array, split: Split): AsyncGenerator<readonly Outcome[]> {
    for await (const outcomes of keepWindow(keeper, door, bytes, split)) {
      const counts = { accepted: 0, duplicate: 0, refused: 0 }
      for (const { outcome } of outcomes) counts[outcome] += 1
      for (const outcome of ['accepted', 'duplicate', 'refused'] as const) {
        if (counts[outcome]) observe?.({ kind: 'journaled', source: door.mapping.source.id, outcome, records: counts[outcome] })
      }
      if (counts.accepted) {
        crash?.('after-journal')
        onAppended?.()
      }
      // Who sends one record at a time shares a transaction with others like it, and is held up by none.
      if (outcomes.length > 1) await (means.turn ?? turn)()
      yield outcomes
    }
  }

  return {
    async append(upload) {
      const door = openDoor(upload)
      const outcomes: Outcome[] = []
      for await (const part of keep(door, upload.bytes, await splitBytes(door, upload.bytes, { context: upload.context ?? {}, last: true }, means))) outcomes.push(...part)
      return outcomes
    },
    async* appendStream(upload) {
      const door = openDoor(upload)
      const windows = cutWindows({ chunks: upload.chunks, dialogue: door, context: upload.context ?? {}, means, memory })
      for await (const { bytes, split } of windows) yield* keep(door, bytes, split)
    },
  }
}

interface OpenDoor extends Door { readonly quotas?: Quotas }

/** Each part of a window is told when it is durable: an upload of very many small records is answered as it goes. */
async function* keepWindow(keeper: Keeper, door: OpenDoor, bytes: Uint8Array, { context, pieces, consumed }: Split): AsyncGenerator<Outcome[]> {
  const { turn: give = turn } = keeper
  const { quotas, mapping: { source } } = door
  const hashOf = entryHasher(source.id, context)
  const outcomes = new Map<Piece, Outcome>()
  for (const piece of pieces.filter(isTooLarge)) {
    const entry = await hashOf(bytes.subarray(piece.start, piece.end))
    outcomes.set(piece, { entry, outcome: 'refused', error: describeError(tooLarge(), 'the record was read') })
  }
  let told = 0
  const tell = (): Outcome[] => {
    const known: Outcome[] = []
    for (let piece = pieces[told]; piece; piece = pieces[++told]) {
      const outcome = outcomes.get(piece)
      if (!outcome) break
      known.push(outcome)
    }
    return known
  }
  for (const run of groupPieces(pieces, consumed)) {
    await quotas?.admit(source)
    const arrivals: Arrival[] = []
    for (const piece of run.pieces) {
      if (arrivals.length > 0) await give()
      const own = bytes.subarray(piece.start, piece.end)
      arrivals.push({ piece, bytes: own, entry: await hashOf(own) })
    }
    const kept = await keepArrivals(keeper, { door, context, from: run.from, bytes: bytes.subarray(run.from, run.to), arrivals })
    for (const [piece, outcome] of kept) outcomes.set(piece, outcome)
    quotas?.spend(source, { entries: countOf([...kept.values()], 'accepted'), bytes: run.to - run.from })
    yield tell()
  }
  if (told < pieces.length) yield tell()
}

const countOf = (outcomes: readonly Outcome[], which: Outcome['outcome']): number => outcomes.filter(({ outcome }) => outcome === which).length

/**
 * Source, what the entries share, and the piece's bytes. A piece of ASCII is the same in any character set: the one that the
 * grammar found in the upload's other pieces does not make it another.
 */
function entryHasher(source: string, { shared = {} }: UploadContext): (bytes: Uint8Array) => string | Promise<string> {
  const fields = Object.entries(shared).toSorted()
  const whole = JSON.stringify(fields)
  const plain = JSON.stringify(fields.filter(([name]) => name !== 'charset'))
  return bytes => {
    const parts = [source, isAscii(bytes) ? plain : whole, bytes]
    return bytes.byteLength > stroke ? contentHashInTurns(parts) : contentHash(parts)
  }
}
