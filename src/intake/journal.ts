import { isAscii } from 'node:buffer'
import { monotonicFactory } from 'ulid'
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import type { SourceMapping } from '../model/mapping'
import type { UploadContext } from '../model/record'
import type { Store } from '../store/port'
import type { Grammar, Split } from '../wire/grammar'
import { keepArrivals } from './entries'
import type { Door, Keeper } from './entries'
import { describeError } from './ports'
import type { Crash, Observe, Outcome } from './ports'
import type { Quotas } from './quota'
import { cutWindows, groupPieces, isTooLarge, tooLarge } from './windows'
import type { Run } from './windows'

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

export interface JournalOptions {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Without them nothing is limited. */
  readonly quotas?: Quotas
  readonly observe?: Observe
  readonly crash?: Crash
  /** Called when something new is in the journal: wakes the workers. */
  readonly onAppended?: () => void
}

export function openJournal({ store, mappings, grammars, now, quotas, observe, crash, onAppended }: JournalOptions): Journal {
  const ulid = monotonicFactory()
  const keeper: Keeper = { store, nextArrival: () => ulid(now()) }

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
      for (const outcome of ['accepted', 'duplicate', 'refused'] as const) {
        const records = countOf(outcomes, outcome)
        if (records) observe?.({ kind: 'journaled', source: door.mapping.source.id, outcome, records })
      }
      if (countOf(outcomes, 'accepted')) {
        crash?.('after-journal')
        onAppended?.()
      }
      yield outcomes
    }
  }

  return {
    async append(upload) {
      const door = openDoor(upload)
      const options = { source: door.mapping.source, context: upload.context ?? {}, last: true }
      const outcomes: Outcome[] = []
      for await (const part of keep(door, upload.bytes, door.grammar.split(upload.bytes, options))) outcomes.push(...part)
      return outcomes
    },
    async* appendStream(upload) {
      const door = openDoor(upload)
      const windows = cutWindows({
        chunks: upload.chunks, grammar: door.grammar, source: door.mapping.source, context: upload.context ?? {},
      })
      for await (const { bytes, split } of windows) yield* keep(door, bytes, split)
    },
  }
}

interface OpenDoor extends Door { readonly quotas?: Quotas }

/** Records that are kept, in one commit, and told at once: an upload of very many small ones is answered as it goes. */
const recordsAtOnce = 500

async function* keepWindow(keeper: Keeper, door: OpenDoor, bytes: Uint8Array, { context, pieces, consumed }: Split): AsyncGenerator<Outcome[]> {
  const { quotas, mapping: { source } } = door
  const hashOf = entryHasher(source.id, context)
  const outcomes = new Map(pieces.filter(isTooLarge).map(piece => {
    const entry = hashOf(bytes.subarray(piece.start, piece.end))
    return [piece, { entry, outcome: 'refused', error: describeError(tooLarge(), 'the record was read') } as Outcome]
  }))
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
  for (const run of groupPieces(pieces, consumed).flatMap(cutRun)) {
    await quotas?.admit(source)
    const arrivals = run.pieces.map(piece => {
      const own = bytes.subarray(piece.start, piece.end)
      return { piece, bytes: own, entry: hashOf(own) }
    })
    const kept = await keepArrivals(keeper, { door, context, from: run.from, bytes: bytes.subarray(run.from, run.to), arrivals })
    for (const [piece, outcome] of kept) outcomes.set(piece, outcome)
    quotas?.spend(source, { entries: countOf([...kept.values()], 'accepted'), bytes: run.to - run.from })
    yield tell()
  }
  if (told < pieces.length) yield tell()
}

const countOf = (outcomes: readonly Outcome[], which: Outcome['outcome']): number => outcomes.filter(({ outcome }) => outcome === which).length

/** A run in parts of so many records; what stands between two is the earlier one's. */
function cutRun({ from, to, pieces }: Run): Run[] {
  const parts: Run[] = []
  for (let at = 0; at < pieces.length; at += recordsAtOnce) {
    const part = pieces.slice(at, at + recordsAtOnce)
    parts.push({ from: parts.at(-1)?.to ?? from, to: pieces[at + recordsAtOnce]?.start ?? to, pieces: part })
  }
  return parts
}

/**
 * Source, what the entries share, and the piece's bytes. A piece of ASCII is the same in any character set: the one that the
 * grammar found in the upload's other pieces does not make it another.
 */
function entryHasher(source: string, { shared = {} }: UploadContext): (bytes: Uint8Array) => string {
  const fields = Object.entries(shared).toSorted()
  const whole = JSON.stringify(fields)
  const plain = JSON.stringify(fields.filter(([name]) => name !== 'charset'))
  return bytes => contentHash([source, isAscii(bytes) ? plain : whole, bytes])
}
