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
import { describeError } from './ports'
import type { Crash, Observe, Outcome } from './ports'
import { splitBytes } from './reading'
import type { ReadingMeans } from './reading'
import { cutWindows, groupPieces, isTooLarge, tooLarge } from './windows'

export interface Upload {
  readonly source: string
  readonly context?: UploadContext
  /** For a seed or a backfill: the instant at which the record counts as received, and as committed. Default: now. */
  readonly arrivedAt?: string
}

export interface Journal {
  /**
   * Keeps an upload durably and tells what became of each of its records, in their order. Only when it returns may the
   * sender be told so. Throws UNKNOWN_SOURCE, BAD_ARGUMENT (`arrivedAt`) and the store's errors; never for bad content.
   */
  append(upload: Upload & { readonly bytes: Uint8Array }): Promise<readonly Outcome[]>
  /** The same for a stream of any length, window by window (about 4 MB each), 500 records at a time: what was yielded is durable. */
  appendStream(upload: Upload & { readonly chunks: AsyncIterable<Uint8Array> }): AsyncGenerator<readonly Outcome[]>
}

export interface JournalOptions extends ReadingMeans {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly observe?: Observe
  readonly crash?: Crash
  /** Called when something new is in the journal: wakes the workers. */
  readonly onAppended?: () => void
}

/** Outcomes that are told at a stroke: whoever writes them out holds others up for a millisecond. */
const toldAtOnce = 500

export function openJournal({ store, mappings, grammars, now, observe, crash, onAppended, ...means }: JournalOptions): Journal {
  const ulid = monotonicFactory()
  const keeper: Keeper = { store, nextArrival: () => ulid(now()), ...means }

  function openDoor({ source, arrivedAt }: Upload): Door {
    const mapping = mappings.get(source)
    if (!mapping) throw new HutongError('UNKNOWN_SOURCE', 'No such source is configured.')
    const grammar = grammars.get(mapping.source.format)
    if (!grammar) throw new HutongError('CONFIGURATION', `There is no grammar for the format ${mapping.source.format}.`, source)
    if (arrivedAt !== undefined && Number.isNaN(Date.parse(arrivedAt))) {
      throw new HutongError('BAD_ARGUMENT', 'arrivedAt is no instant.', 'arrivedAt')
    }
    return { mapping, grammar, receivedAt: new Date(arrivedAt ?? now()).toISOString(), backdated: arrivedAt !== undefined }
  }

  async function keep(door: Door, bytes: Uint8Array, split: Split): Promise<readonly Outcome[]> {
    const outcomes = await keepWindow(keeper, door, bytes, split)
    const counts = { accepted: 0, duplicate: 0, refused: 0 }
    for (const { outcome } of outcomes) counts[outcome] += 1
    for (const outcome of ['accepted', 'duplicate', 'refused'] as const) {
      if (counts[outcome]) observe?.({ kind: 'journaled', source: door.mapping.source.id, outcome, records: counts[outcome] })
    }
    if (counts.accepted) {
      crash?.('after-journal')
      onAppended?.()
    }
    return outcomes
  }

  return {
    async append(upload) {
      const door = openDoor(upload)
      return keep(door, upload.bytes, await splitBytes(door, upload.bytes, { context: upload.context ?? {}, last: true }, means))
    },
    async* appendStream(upload) {
      const door = openDoor(upload)
      const windows = cutWindows({ chunks: upload.chunks, dialogue: door, context: upload.context ?? {}, means })
      for await (const { bytes, split } of windows) {
        const outcomes = await keep(door, bytes, split)
        for (let at = 0; at === 0 || at < outcomes.length; at += toldAtOnce) {
          await (means.turn ?? turn)()
          yield outcomes.slice(at, at + toldAtOnce)
        }
      }
    },
  }
}

async function keepWindow(keeper: Keeper, door: Door, bytes: Uint8Array, { context, pieces, consumed }: Split): Promise<Outcome[]> {
  const { turn: give = turn } = keeper
  const hashOf = entryHasher(door.mapping.source.id, context)
  const outcomes = new Map<Piece, Outcome>()
  for (const piece of pieces.filter(isTooLarge)) {
    const entry = await hashOf(bytes.subarray(piece.start, piece.end))
    outcomes.set(piece, { entry, outcome: 'refused', error: describeError(tooLarge(), 'the record was read') })
  }
  for (const run of groupPieces(pieces, consumed)) {
    const arrivals: Arrival[] = []
    for (const piece of run.pieces) {
      if (arrivals.length > 0) await give()
      const own = bytes.subarray(piece.start, piece.end)
      arrivals.push({ piece, bytes: own, entry: await hashOf(own) })
    }
    const kept = await keepArrivals(keeper, { door, context, from: run.from, bytes: bytes.subarray(run.from, run.to), arrivals })
    for (const [piece, outcome] of kept) outcomes.set(piece, outcome)
  }
  return pieces.flatMap(piece => outcomes.get(piece) ?? [])
}

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
