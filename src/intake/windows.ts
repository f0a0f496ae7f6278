import { HutongError } from '../model/errors'
import type { UploadContext } from '../model/record'
import { stroke, turn } from '../model/turns'
import { maxRecordBytes } from '../wire/index'
import type { Piece, Split } from '../wire/grammar'
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

/**
 * Cuts a stream into windows of whole records, each of about `windowBytes`, of 10,000 small records, or of one large one. Throws RECORD_TOO_LARGE
 * where no record ends within 64 MB: what follows cannot be told apart from it.
 */
export async function* cutWindows({ chunks, dialogue, context, means }: {
  chunks: AsyncIterable<Uint8Array>
  dialogue: Dialogue
  context: UploadContext
  means: ReadingMeans
}): AsyncGenerator<Window> {
  let held: Uint8Array[] = []
  let size = 0
  let wanted = firstBytes
  let target = wanted
  let shared = context
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.byteLength
    if (size < target) continue
    const bytes = await joinInTurns(held, size, means)
    const split = await splitBytes(dialogue, bytes, { context: shared, last: false }, means)
    const rest = bytes.subarray(split.consumed)
    if (rest.byteLength > patience) throw tooLarge()
    if (split.consumed > 0) yield { bytes, split }
    shared = split.context
    held = [rest]
    size = rest.byteLength
    if (split.pieces.length) wanted = Math.min(windowBytes, Math.max(leastBytes, Math.ceil(split.consumed / split.pieces.length) * recordsPerWindow))
    target = Math.max(wanted, Math.min(size * 2, patience + 1))
  }
  const bytes = held.length === 1 && held[0] ? held[0] : await joinInTurns(held, size, means)
  yield { bytes, split: await splitBytes(dialogue, bytes, { context: shared, last: true }, means) }
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
