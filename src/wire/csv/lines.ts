const quote = 0x22
const lineFeed = 0x0A
const carriageReturn = 0x0D
/** A quoted cell that is longer, in bytes, is taken for a stray quote: it would otherwise swallow the rows behind it. */
const longestQuoted = 65_536

/** One row, by its bytes; line breaks, quotes and delimiters are never part of a character in UTF-8 or GB18030. */
export interface RowSpan {
  readonly start: number
  /** Exclusive, without the line break. */
  readonly end: number
  /** Where the next row starts. */
  readonly next: number
  readonly cells: number
  readonly isBlank: boolean
  /** Something that a look at the cells must explain: a quote that does not close, a NUL. */
  readonly isSuspect: boolean
}

/**
 * Finds the row that starts at `start`. Undefined where its end is not in the window and more will come. A quoted cell may
 * hold line breaks; where a row that was read so has not `columns` cells, or its quote does not end before a delimiter, the
 * quote was a stray one, and the row ends at its first line break.
 */
export function findRow(
  bytes: Uint8Array, start: number, { delimiter, columns, last }: { delimiter: number; columns?: number; last: boolean },
): RowSpan | undefined {
  const line = scanLine(bytes, start, delimiter)
  if (!line.hasQuote) return line.ended || last ? { ...line, isSuspect: line.hasNul } : undefined
  const quoted = scanQuoted(bytes, start, delimiter)
  if (quoted === 'open' && !last && bytes.length - start < longestQuoted) return undefined
  if (quoted !== 'open' && quoted !== 'stray') {
    if (!quoted.ended && !last) return undefined
    const severalLines = quoted.next > line.next
    const isTrusted = !severalLines || quoted.end - start <= longestQuoted
      && (columns === undefined || quoted.cells === columns && !holdsRow(bytes, line.next, quoted.end, delimiter, columns))
    if (isTrusted) return { ...quoted, isBlank: false, isSuspect: line.hasNul || bytes.subarray(start, quoted.end).includes(0) }
  }
  return line.ended || last ? { ...line, isSuspect: true } : undefined
}

interface Bounds { start: number; end: number; next: number; cells: number; ended: boolean }
interface Line extends Bounds { isBlank: boolean; hasQuote: boolean; hasNul: boolean }

function scanLine(bytes: Uint8Array, start: number, delimiter: number): Line {
  let cells = 1
  let isBlank = true
  let hasQuote = false
  let hasNul = false
  let at = start
  for (; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === lineFeed) break
    if (byte === delimiter) {
      cells++
      isBlank = false
    } else if (byte === quote) {
      hasQuote = true
      isBlank = false
    } else if (byte === 0) {
      hasNul = true
      isBlank = false
    } else if (isBlank && byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) {
      isBlank = false
    }
  }
  const ended = at < bytes.length
  return { start, end: withoutReturn(bytes, start, at), next: ended ? at + 1 : at, cells, isBlank, hasQuote, hasNul, ended }
}

/** Reads a row with its quotes: `open` where a quoted cell does not end, `stray` where text follows a closing quote. */
function scanQuoted(bytes: Uint8Array, start: number, delimiter: number): Bounds | 'open' | 'stray' {
  let cells = 1
  let at = start
  for (;;) {
    if (bytes[at] === quote) {
      const close = closingQuote(bytes, at + 1)
      if (close < 0) return 'open'
      at = close + 1
      if (bytes[at] === carriageReturn) at++
      if (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== lineFeed) return 'stray'
    } else {
      while (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== lineFeed) at++
    }
    if (bytes[at] !== delimiter || at >= bytes.length) break
    cells++
    at++
  }
  const ended = at < bytes.length
  return { start, end: withoutReturn(bytes, start, at), next: ended ? at + 1 : at, cells, ended }
}

function closingQuote(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(quote, at)
    if (at < 0 || bytes[at + 1] !== quote) return at
    at++
  }
}

/** Whether a whole line inside a quoted cell has as many cells as a row: then it is one, and the quote around it a stray. */
function holdsRow(bytes: Uint8Array, from: number, end: number, delimiter: number, columns: number): boolean {
  if (columns < 4) return false
  for (let at = from; at < end;) {
    const line = scanLine(bytes, at, delimiter)
    if (line.next > end) return false
    if (line.cells === columns) return true
    at = line.next
  }
  return false
}

const withoutReturn = (bytes: Uint8Array, start: number, end: number): number =>
  end > start && bytes[end - 1] === carriageReturn ? end - 1 : end
