import { HutongError } from '../model/errors'
import type { UploadContext } from '../model/record'
import { stroke, turn } from '../model/turns'
import { maxRecordBytes } from '../wire/index'
import type { Piece, Split } from '../wire/grammar'
import type { FrameHolder, FrameMemory } from './frameMemory'
import { splitBytes } from './reading'
import type { Dialogue, ReadingMeans } from './reading'

/** An upload row, and the bytes of a stream that are held before they are journaled: about this much. */
export const windowBytes = 4_000_000
/** Records of an upload row: what is held of them in memory, kept and told at a time. */
export const runRecords = 500
/** Of the first window, and of the smallest. Of small records a window has so many: it is worked soon, and its sender goes on sending. */
const firstBytes = 256_000
const leastBytes = 64_000
const recordsPerWindow = 10_000
/** How far a stream is read on in search of the end of a record that is too large. */
const patience = 64_000_000

export interface Window { readonly bytes: Uint8Array; readonly split: Split }

/** A stream, how its records are read, and the memory that all streams of a process share. */
interface Cutting {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly dialogue: Dialogue
  readonly context: UploadContext
  readonly means: ReadingMeans
  readonly memory?: FrameMemory
}

/**
 * Cuts a stream into windows of whole records, each of about `windowBytes`, of 10,000 small records, or of one large one. Throws RECORD_TOO_LARGE
 * where no record ends within 64 MB: what follows cannot be told apart from it; STORE_BUSY where it gave way, since too much was coming at once.
 */
export async function* cutWindows(cutting: Cutting): AsyncGenerator<Window> {
  const holding = new Holding(cutting.memory)
  try {
    yield* cut(cutting, holding)
  } finally {
    holding.end()
  }
}

async function* cut({ chunks, dialogue, context, means }: Cutting, holding: Holding): AsyncGenerator<Window> {
  let wanted = firstBytes
  let target = wanted
  let shared = context
  for await (const chunk of chunks) {
    holding.add(chunk)
    if (holding.size < target) continue
    const bytes = await joinInTurns(holding.work(), holding.size, means)
    const split = await splitBytes(dialogue, bytes, { context: shared, last: false }, means)
    const rest = bytes.subarray(split.consumed)
    if (rest.byteLength > patience) throw tooLarge()
    if (split.consumed > 0) yield { bytes, split }
    shared = split.context
    holding.keep(rest)
    if (split.pieces.length) wanted = Math.min(windowBytes, Math.max(leastBytes, Math.ceil(split.consumed / split.pieces.length) * recordsPerWindow))
    target = Math.max(wanted, Math.min(rest.byteLength * 2, patience + 1))
  }
  const [only, ...others] = holding.work()
  const bytes = only && !others.length ? only : await joinInTurns(holding.work(), holding.size, means)
  yield { bytes, split: await splitBytes(dialogue, bytes, { context: shared, last: true }, means) }
}

/** What is held of one stream. Where all streams hold too much, the largest that is still coming is let go: nobody was told that it is kept. */
class Holding implements FrameHolder {
  size = 0
  private parts: Uint8Array[] = []
  private isLetGo = false

  constructor(private readonly memory: FrameMemory | undefined) {}

  add(chunk: Uint8Array): void {
    this.parts.push(chunk)
    this.hold(this.size + chunk.byteLength)
    this.require()
  }

  /** The bytes, which from now on nobody takes away. */
  work(): readonly Uint8Array[] {
    this.require()
    this.hold(this.size, true)
    return this.parts
  }

  keep(rest: Uint8Array): void {
    this.parts = [rest]
    this.hold(rest.byteLength)
  }

  giveWay(): void {
    this.parts = []
    this.isLetGo = true
  }

  end(): void {
    this.memory?.tell(this, 0)
  }

  private hold(size: number, isWorked = false): void {
    this.size = size
    this.memory?.tell(this, size, isWorked)
  }

  private require(): void {
    if (this.isLetGo) throw new HutongError('STORE_BUSY', 'Too many bytes of uploads were coming at once: send it again.')
  }
}

/** The chunks in one: each is copied at most a megabyte at a stroke. */
async function joinInTurns(chunks: readonly Uint8Array[], size: number, { turn: give = turn }: ReadingMeans): Promise<Uint8Array> {
  const joined = Buffer.allocUnsafe(size)
  let end = 0
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += stroke) {
      joined.set(chunk.subarray(at, at + stroke), end + at)
      await give()
    }
    end += chunk.byteLength
  }
  return joined
}

export const tooLarge = (): HutongError => new HutongError('RECORD_TOO_LARGE', `A record is over ${maxRecordBytes} bytes.`)

/** A run of pieces that are kept in one upload row; `from` and `to` are bytes of the window. */
export interface Run { readonly from: number; readonly to: number; readonly pieces: readonly Piece[] }

/** Groups a window's pieces into upload rows of at most `windowBytes` and `runRecords`, or of one larger piece. Pieces that are too large are in none. */
export function groupPieces(pieces: readonly Piece[], consumed: number): Run[] {
  const runs: { from: number; to: number; pieces: Piece[] }[] = []
  let from = 0
  let open: { from: number; to: number; pieces: Piece[] } | undefined
  for (const piece of pieces) {
    if (isTooLarge(piece)) {
      open = undefined
      from = piece.end
      continue
    }
    if (open && (piece.end - open.from > windowBytes || open.pieces.length === runRecords)) {
      from = open.to
      open = undefined
    }
    if (!open) {
      open = { from: piece.end - from > maxRecordBytes ? piece.start : from, to: piece.end, pieces: [] }
      runs.push(open)
    }
    open.pieces.push(piece)
    open.to = piece.end
  }
  if (open && consumed - open.from <= windowBytes) open.to = Math.max(open.to, consumed)
  return runs
}

export const isTooLarge = ({ start, end }: Piece): boolean => end - start > maxRecordBytes
