import { HutongError } from '../model/errors'
import type { UploadContext } from '../model/record'
import type { Source } from '../model/source'
import { maxRecordBytes } from '../wire/index'
import type { Grammar, Piece, Split } from '../wire/grammar'

/** An upload row, and the bytes of a stream that are held before they are journaled: about this much. */
export const windowBytes = 4_000_000
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
export async function* cutWindows({ chunks, grammar, source, context }: {
  chunks: AsyncIterable<Uint8Array>
  grammar: Grammar
  source: Source
  context: UploadContext
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
    const bytes = Buffer.concat(held, size)
    const split = grammar.split(bytes, { source, context: shared, last: false })
    const rest = bytes.subarray(split.consumed)
    if (rest.byteLength > patience) throw tooLarge()
    if (split.consumed > 0) yield { bytes, split }
    shared = split.context
    held = [rest]
    size = rest.byteLength
    if (split.pieces.length) wanted = Math.min(windowBytes, Math.max(leastBytes, Math.ceil(split.consumed / split.pieces.length) * recordsPerWindow))
    target = Math.max(wanted, Math.min(size * 2, patience + 1))
  }
  const bytes = held.length === 1 && held[0] ? held[0] : Buffer.concat(held, size)
  yield { bytes, split: grammar.split(bytes, { source, context: shared, last: true }) }
}

export const tooLarge = (): HutongError => new HutongError('RECORD_TOO_LARGE', `A record is over ${maxRecordBytes} bytes.`)

/** A run of pieces that are kept in one upload row; `from` and `to` are bytes of the window. */
export interface Run { readonly from: number; readonly to: number; readonly pieces: readonly Piece[] }

/** Groups a window's pieces into upload rows of at most `windowBytes`, or of one larger piece. Pieces that are too large are in none. */
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
    if (open && piece.end - open.from > windowBytes) {
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
