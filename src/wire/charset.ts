import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/** A character set that wire reads: GB2312 and GBK are read as GB18030, which holds both. */
export type Encoding = 'ascii' | 'utf-8' | 'gb18030' | `iso-8859-${number}`

export interface Decoded { readonly text: string; readonly encoding: Encoding }

const names: Readonly<Record<string, Encoding>> = {
  ASCII: 'ascii', USASCII: 'ascii', ISOIR6: 'ascii',
  UTF8: 'utf-8', UNICODEUTF8: 'utf-8', UNICODE: 'utf-8',
  GB18030: 'gb18030', GB180302000: 'gb18030', GB180302005: 'gb18030', GB180302022: 'gb18030',
  GBK: 'gb18030', CP936: 'gb18030', GB2312: 'gb18030', GB231280: 'gb18030', EUCCN: 'gb18030',
  LATIN1: 'iso-8859-1',
}

/**
 * The encoding that a name means, whoever writes it: HL7 table 0211 (`UNICODE UTF-8`, `GB 18030-2000`, `8859/1`),
 * IANA, or a source's configuration. UNICODE alone is UTF-8: UTF-16 cannot carry an MSH that is found byte by byte.
 */
export function encodingOf(name: string): Encoding | undefined {
  const plain = name.toUpperCase().replace(/[^A-Z0-9]/g, '')
  const part = /^(?:ISO)?8859(\d{1,2})$/.exec(plain)?.[1]
  if (part) return iconv.encodingExists(`iso-8859-${part}`) ? `iso-8859-${Number(part)}` : undefined
  return names[plain]
}

const gb18030 = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true })

/** The text, or undefined where any byte has no meaning in the encoding. A byte order mark stays as U+FEFF. */
export function decodeStrict(bytes: Uint8Array, encoding: Encoding): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (encoding === 'utf-8') return isUtf8(bytes) ? buffer.toString('utf8') : undefined
  if (encoding === 'ascii') return isAscii(bytes) ? buffer.toString('latin1') : undefined
  if (encoding === 'iso-8859-1') return buffer.toString('latin1')
  if (encoding === 'gb18030') {
    try {
      return gb18030.decode(bytes)
    } catch {
      return undefined
    }
  }
  const text = iconv.decode(buffer, encoding, { stripBOM: false })
  return text.includes('\uFFFD') ? undefined : text
}

/** The bytes of a text, or undefined where a character has none in the encoding. */
export function encode(text: string, encoding: Encoding): Buffer | undefined {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8')
  const bytes = encoding === 'ascii' ? Buffer.from(text, 'latin1') : iconv.encode(text, encoding, { addBOM: false })
  return encoding === 'gb18030' || decodeStrict(bytes, encoding) === text ? bytes : undefined
}

/**
 * Whether text that was read from valid UTF-8 is meant so. Short GB18030 text of certain characters (女, 片) is valid UTF-8,
 * too, but only as two-byte characters, where UTF-8 Chinese has characters from U+0800 on, and a lone µ, ° or é of Latin or
 * Greek has no such neighbour.
 */
export const looksLikeUtf8 = (text: string): boolean =>
  hasEastAsian(text) || !/[\u0080-\u07FF]{2}|[\u0100-\u036F\u0400-\u07FF]/.test(text)

export const hasEastAsian = (text: string): boolean => /[\u0800-\uFFFF]/.test(text)

/**
 * Finds the encoding of bytes that do not say: strict UTF-8 first, because it checks itself, then the others in their
 * order. Undefined where none of them has a meaning for every byte. `isDoubted`: GB18030 is as likely as UTF-8.
 */
export function detect(bytes: Uint8Array, others: readonly Encoding[], isDoubted: boolean): Decoded | undefined {
  const utf8 = decodeStrict(bytes, 'utf-8')
  if (utf8 !== undefined && (!isDoubted || looksLikeUtf8(utf8))) return { text: utf8, encoding: 'utf-8' }
  for (const encoding of others) {
    const text = decodeStrict(bytes, encoding)
    if (text !== undefined) return { text, encoding }
  }
  return utf8 === undefined ? undefined : { text: utf8, encoding: 'utf-8' }
}
