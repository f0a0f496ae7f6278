import { HutongError } from '../../model/errors'
import type { Piece, Split } from '../grammar'
import { sizeError } from '../limits'

const frameStart = 0x0B
const frameEnd = 0x1C

/** What stands where a segment could begin. */
type Head = 'message' | 'batch' | 'other' | 'unknown'

/**
 * Cuts an upload into messages: framed, one after the other, or in an HL7 batch, whose own segments (FHS, BHS, BTS, FTS)
 * are passed over. A message ends where the next begins; the blank space around it is in none, so that the same message has
 * the same bytes however it is sent. What is neither is a piece of its own, with SYNTAX. Line breaks and frame bytes are
 * never part of a character, in UTF-8 or GB18030.
 */
export function splitMessages(bytes: Uint8Array, last: boolean): Omit<Split, 'context'> {
  const pieces: Piece[] = []
  let open: { start: number; message: boolean } | undefined
  let consumed = 0

  const close = (end: number): void => {
    if (open) pieces.push(...pieceOf(bytes, open, end))
    open = undefined
    consumed = end
  }
  let at = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF ? 3 : 0
  while (at < bytes.length) {
    const head = headAt(bytes, at, last)
    if (head === 'unknown') break
    if (head !== 'other' || !open?.message && bytes[at - 1] === frameStart) close(at)
    if (!open) consumed = at
    if (head === 'message' || head === 'other' && !open && !isBlank(bytes[at])) open = { start: at, message: head === 'message' }
    const next = nextHead(bytes, at, open !== undefined)
    if (head === 'batch' && !next.terminated && !last) return { pieces, consumed }
    if (next.endsFrame) close(next.at - 1)
    at = next.at
  }
  if (last) close(bytes.length)
  else if (!open && at >= bytes.length) consumed = bytes.length
  return { pieces, consumed }
}

/** Where the next segment could begin, whether anything ended the one before, and whether that ended a frame. */
function nextHead(bytes: Uint8Array, from: number, open: boolean): { at: number; terminated: boolean; endsFrame: boolean } {
  if (!open && isBlank(bytes[from])) return { at: from + 1, terminated: true, endsFrame: false }
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte > frameEnd) continue
    if (byte === 0x0D || byte === 0x0A) return { at: at + 1, terminated: true, endsFrame: false }
    if (byte === frameEnd) return { at: at + 1, terminated: true, endsFrame: open }
    if (byte === frameStart) return { at: at + 1, terminated: true, endsFrame: false }
  }
  return { at: bytes.length, terminated: false, endsFrame: false }
}

function headAt(bytes: Uint8Array, at: number, last: boolean): Head {
  const name = String.fromCharCode(...bytes.subarray(at, at + 3))
  const isHead = name === 'MSH' ? 'message' : /^(?:FHS|BHS|BTS|FTS)$/.test(name) ? 'batch' : 'other'
  if (!last && at + 4 > bytes.length && ['MSH', 'FHS', 'BHS', 'BTS', 'FTS'].some(each => each.startsWith(name))) return 'unknown'
  if (isHead === 'other') return 'other'
  const after = bytes[at + 3]
  return after === undefined || isSeparator(after) ? isHead : 'other'
}

const isSeparator = (byte: number): boolean => {
  const character = String.fromCharCode(byte)
  return byte >= 0x80 || !/[\w ]/.test(character)
}

function pieceOf(bytes: Uint8Array, { start, message }: { start: number; message: boolean }, until: number): Piece[] {
  let end = until
  while (end > start && endsSegment(bytes[end - 1])) end--
  if (end === start) return []
  if (message) return [{ start, end, ...sizeError(start, end) }]
  return [{ start, end, error: new HutongError('SYNTAX', 'There is no MSH where a message should begin.', 'MSH') }]
}

const endsSegment = (byte: number | undefined): boolean =>
  byte === 0x0D || byte === 0x0A || byte === frameStart || byte === frameEnd

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || endsSegment(byte)
