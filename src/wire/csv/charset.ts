import { isAscii } from 'node:buffer'
import { HutongError } from '../../model/errors'
import type { MappingIssue } from '../../model/mapping'
import { decodeStrict, detect, encodingOf, hasEastAsian, looksLikeUtf8 } from '../charset'
import type { Encoding } from '../charset'

/** How many lines that are not ASCII are looked at to tell the character set of an upload. */
const sampledLines = 1000

export function allowedEncodings(charsets: readonly string[]): readonly Encoding[] {
  const known = charsets.flatMap(charset => encodingOf(charset) ?? [])
  return known.length > 0 ? known : ['utf-8', 'gb18030']
}

/**
 * The character set of an upload, of those that the source may send: UTF-8 after a byte order mark, or where most of its
 * lines that are not ASCII are such text (one damaged line must not turn the others into noise); else the first other one.
 * Undefined where all is ASCII so far: lines of it do not count, since it is part of an entry's id, and must be the same
 * however many of them stand before the first other one in a window.
 */
export function uploadEncoding(bytes: Uint8Array, charsets: readonly string[], hasMark: boolean): Encoding | undefined {
  if (hasMark) return 'utf-8'
  if (isAscii(bytes)) return undefined
  let utf8 = 0
  let others = 0
  let start = 0
  while (utf8 + others < sampledLines && start < bytes.length) {
    const found = bytes.indexOf(0x0A, start)
    const end = found < 0 ? bytes.length : found
    const own = bytes.subarray(start, end)
    start = end + 1
    if (isAscii(own)) continue
    const text = decodeStrict(own, 'utf-8')
    if (text !== undefined && looksLikeUtf8(text)) utf8++
    else others++
  }
  if (utf8 + others === 0) return undefined
  const allowed = allowedEncodings(charsets)
  const other = allowed.find(encoding => encoding !== 'utf-8' && encoding !== 'ascii') ?? 'utf-8'
  return utf8 > others && allowed.includes('utf-8') ? 'utf-8' : other
}

/**
 * Decodes one row strictly. A UTF-8 row amid another character set is read as UTF-8, with an issue; nothing else is guessed.
 * Throws CHARSET, also where characters were lost before the row was sent (U+FFFD).
 */
export function decodeRow(
  bytes: Uint8Array, { charset, charsets, place }: { charset: string | undefined; charsets: readonly string[]; place: string },
): { text: string; issues: MappingIssue[] } {
  if (isAscii(bytes)) return { text: decodeStrict(bytes, 'ascii') ?? '', issues: [] }
  const allowed = allowedEncodings(charsets)
  const told = charset === undefined ? undefined : encodingOf(charset)
  const utf8 = told !== 'utf-8' && allowed.includes('utf-8') ? decodeStrict(bytes, 'utf-8') : undefined
  const isOdd = told !== undefined && utf8 !== undefined && hasEastAsian(utf8)
  const read = (): string | undefined =>
    told === undefined ? detect(bytes, allowed, allowed.includes('gb18030'))?.text : decodeStrict(bytes, told)
  const text = isOdd ? utf8 : read()
  if (text === undefined || text.includes('\uFFFD')) {
    const unknown = 'The row is in no character set that the source may send.'
    const lost = 'Characters of the row were lost before it was sent (U+FFFD).'
    throw new HutongError('CHARSET', text === undefined ? unknown : lost, place)
  }
  const message = 'The row is UTF-8 amid another character set.'
  return { text, issues: isOdd ? [{ severity: 'warning', code: 'charset-mismatch', place, message }] : [] }
}
