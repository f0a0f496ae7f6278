import { isAscii, isUtf8 } from 'node:buffer'
import { HutongError } from '../../model/errors'
import type { MappingIssue } from '../../model/mapping'
import { decodeStrict, detect, encodingOf, hasEastAsian, looksLikeUtf8 } from '../charset'
import type { Decoded, Encoding } from '../charset'
import { readSeparators } from './separators'

/** U+FFFD as UTF-8, in a message that says, and is, of a Latin alphabet. */
const lostInLatin = '\u00EF\u00BF\u00BD'

/**
 * Decodes a message before anything is split, because the second byte of a GB18030 character can equal `| ^ \ ~`.
 * MSH-18 decides where it is right; missing or contradicted by the bytes: strict UTF-8, then GB18030, then what else the
 * source may send. Latin alphabets accept any bytes, so they are believed only where MSH-18 or the configuration names them.
 * Throws CHARSET where no encoding fits, or where the text was damaged before it was sent (U+FFFD); a message that says
 * that it is of a Latin alphabet is believed in this case, with an issue.
 */
export function decodeMessage(bytes: Uint8Array, charsets: readonly string[]): Decoded & { issues: MappingIssue[] } {
  const name = declaredCharset(bytes)
  const declared = encodingOf(name)
  const allowed = charsets.flatMap(charset => encodingOf(charset) ?? [])
  if (isAscii(bytes)) {
    const encoding = declared ?? allowed[0] ?? 'utf-8'
    return { text: latin1(bytes), encoding, issues: [] }
  }
  const believed = declared && decodeDeclared(bytes, declared, allowed)
  const decoded = believed ?? detect(bytes, ['gb18030', ...allowed], allowed.length === 0 || allowed.includes('gb18030'))
  if (!decoded) throw new HutongError('CHARSET', 'The message is in no character set that the source may send.', 'MSH-18')
  if (decoded.text.includes('\uFFFD')) {
    const place = damagedPlace(decoded.text, '\uFFFD')
    throw new HutongError('CHARSET', 'Characters of the message were lost before it was sent (U+FFFD).', place)
  }
  const issues = believed ? [] : [charsetIssue(name, decoded.encoding)]
  if (decoded.text.includes(lostInLatin)) issues.push(lostIssue(decoded.text))
  return { ...decoded, issues }
}

/** MSH-18's first repetition, as it is written; '' where there is none. */
export function declaredCharset(bytes: Uint8Array): string {
  const header = lenientText(headerBytes(bytes))
  if (!header) return ''
  const { field, repetition, component } = readSeparators(header)
  const value = header.split(field)[17] ?? ''
  return (value.split(repetition || '\r')[0] ?? '').split(component || '\r')[0]?.trim() ?? ''
}

/** The MSH segment, decoded as well as its bytes allow; undefined where the message does not begin with one. */
export function decodeHeader(bytes: Uint8Array): Decoded | undefined {
  const own = headerBytes(bytes)
  if (own.length === 0) return undefined
  try {
    return decodeMessage(own, [])
  } catch {
    return { text: lenientText(own), encoding: 'utf-8' }
  }
}

/** The bytes of the MSH segment; none where the message does not begin with it. */
function headerBytes(bytes: Uint8Array): Uint8Array {
  const start = headerStart(bytes)
  if (start < 0) return bytes.subarray(0, 0)
  let end = start
  while (end < bytes.length && bytes[end] !== 0x0D && bytes[end] !== 0x0A && bytes[end] !== 0x1C) end++
  return bytes.subarray(start, end)
}

const lenientText = (bytes: Uint8Array): string =>
  isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : new TextDecoder('gb18030').decode(bytes)

/** Where `MSH` stands after a byte order mark, an MLLP start and blank space; -1 where something else stands there. */
function headerStart(bytes: Uint8Array): number {
  let at = 0
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte > 0x20 && byte !== 0xEF && byte !== 0xBB && byte !== 0xBF) break
  }
  return bytes[at] === 0x4D && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x48 ? at : -1
}

function decodeDeclared(bytes: Uint8Array, declared: Encoding, allowed: readonly Encoding[]): Decoded | undefined {
  const text = decodeStrict(bytes, declared)
  if (text === undefined || declared === 'utf-8') return text === undefined ? undefined : { text, encoding: declared }
  const utf8 = decodeStrict(bytes, 'utf-8')
  if (declared === 'gb18030') return utf8 !== undefined && hasEastAsian(utf8) ? undefined : { text, encoding: declared }
  if (utf8?.includes('\uFFFD')) return { text, encoding: declared }
  if (utf8 !== undefined && looksLikeUtf8(utf8)) return undefined
  const believed = allowed.includes(declared) || decodeStrict(bytes, 'gb18030') === undefined || !allowed.includes('gb18030')
  return believed ? { text, encoding: declared } : undefined
}

function charsetIssue(name: string, encoding: Encoding): MappingIssue {
  const [code, wrong] = name
    ? ['charset-mismatch', 'says a character set that it is not in']
    : ['charset-missing', 'does not say its character set']
  return { severity: 'warning', code, place: 'MSH-18', message: `The message ${wrong}; it was read as ${encoding}.` }
}

const lostIssue = (text: string): MappingIssue => ({
  severity: 'warning', code: 'characters-lost', place: damagedPlace(text, lostInLatin),
  message: 'Characters of the message were lost before it was sent.',
})

function damagedPlace(text: string, mark: string): string {
  const line = text.slice(0, text.indexOf(mark)).split(/[\r\n]+/).at(-1) ?? ''
  const name = /[A-Z][A-Z0-9]{2}/.exec(line.slice(0, 5))?.[0]
  return name ?? 'MSH'
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
