import type { Piece, Split } from '../grammar'
import { sizeError } from '../limits'
import { valueEnd } from './scan'

const lineFeed = 0x0A
const openBrace = 0x7B
const openBracket = 0x5B
const closeBracket = 0x5D
/** How many lines are looked at to tell NDJSON from a document of many lines. */
const lookedAt = 5

/** Documents without an end for which all that follows is searched; the end of a further one is sought up to the next that begins. */
const mostOpen = 8

/**
 * Cuts JSON into what stands alone: the lines of NDJSON, the elements of an array of objects, documents one after the other.
 * One broken line of NDJSON harms no other; a document that does not end goes up to the next line that begins with `{`.
 */
export function splitJson(
  bytes: Uint8Array, { name = '', last }: { name: string | undefined; last: boolean },
): Omit<Split, 'context'> {
  const start = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF ? 3 : 0
  const isLines = /\.(?:ndjson|jsonl)$/i.test(name) || looksLikeLines(bytes, start, last)
  return isLines ? splitLines(bytes, start, last) : splitValues(bytes, start, last)
}

function splitLines(bytes: Uint8Array, from: number, last: boolean): Omit<Split, 'context'> {
  const pieces: Piece[] = []
  let at = from
  while (at < bytes.length) {
    const found = bytes.indexOf(lineFeed, at)
    if (found < 0 && !last) break
    const end = found < 0 ? bytes.length : found
    pieces.push(...trimmed(bytes, at, end))
    at = found < 0 ? end : end + 1
  }
  return { pieces, consumed: at }
}

function splitValues(bytes: Uint8Array, from: number, last: boolean): Omit<Split, 'context'> {
  const pieces: Piece[] = []
  let open = 0
  let at = from
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0
    if (isBlank(byte) || byte === 0x2C || byte === closeBracket) {
      at++
      continue
    }
    if (byte === openBracket) {
      const inner = nextInk(bytes, at + 1)
      if (inner >= bytes.length && !last) break
      if (bytes[inner] === openBrace || bytes[inner] === closeBracket) {
        at = inner
        continue
      }
    }
    const isValue = byte === openBrace || byte === openBracket
    const next = open < mostOpen ? bytes.length : nextDocument(bytes, at)
    const closed = isValue ? valueEnd(bytes, at, next) : lineEnd(bytes, at)
    if (closed < 0 && !last) break
    if (closed < 0) open++
    const end = closed < 0 ? nextDocument(bytes, at) : closed
    pieces.push(...trimmed(bytes, at, end))
    at = end
  }
  return { pieces, consumed: at }
}

/** NDJSON: among the first lines at least two are whole objects. */
function looksLikeLines(bytes: Uint8Array, from: number, last: boolean): boolean {
  let whole = 0
  let lines = 0
  for (let at = nextInk(bytes, from); at < bytes.length && lines < lookedAt; at = nextInk(bytes, at)) {
    const found = bytes.indexOf(lineFeed, at)
    if (found < 0 && !last) break
    const end = found < 0 ? bytes.length : found
    const [piece] = trimmed(bytes, at, end)
    if (piece && bytes[piece.start] === openBrace && valueEnd(bytes.subarray(0, end), piece.start) === piece.end) whole++
    lines++
    if (whole > 1) return true
    at = end
  }
  return false
}

function trimmed(bytes: Uint8Array, from: number, until: number): Piece[] {
  const start = Math.min(nextInk(bytes, from), until)
  let end = until
  while (end > start && isBlank(bytes[end - 1])) end--
  return end > start ? [{ start, end, ...sizeError(start, end) }] : []
}

function nextInk(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isBlank(bytes[at])) at++
  return at
}

function lineEnd(bytes: Uint8Array, from: number): number {
  return bytes.indexOf(lineFeed, from)
}

function nextDocument(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === openBrace) return at + 1
  }
  return bytes.length
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0D || byte === lineFeed
