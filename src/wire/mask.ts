import { detect } from './charset'
import { maskJson } from './fhir/mask'
import { unmaskStructure } from './hl7v2/mask'

/** Bytes of a record that are masked: more would hold others up. What is behind is read with a reason. */
const most = 64_000

/**
 * A record as text in which every letter of a value is x, every digit 9, and what is neither and not ASCII `*`: separators, quotes
 * and brackets stand where they stood, and of names only those that formats give (segments, message types, elements of FHIR). So
 * the place of an error is seen, and nobody's name, number or date. `format` as in `source.json`. Never throws.
 */
export function maskRecord(bytes: Uint8Array, format: string): Uint8Array {
  const text = textOf(bytes.subarray(0, most), bytes.length > most ? 4 : 1)
  const masked = format === 'hl7v2' ? unmaskStructure(text, maskText(text)) : format === 'fhir' ? maskJson(text, maskText) : maskText(text)
  return Buffer.from(bytes.length > most ? `${masked}\n(${bytes.length - most} more)` : masked)
}

/** Every character of a value, whatever it says. Line breaks and tabs stay; other control characters are for no terminal. */
const maskText = (text: string): string =>
  text.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '9').replace(/[^\t\n\r\u0020-\u007e]/gu, '*')

/** As it is meant, cut within a character perhaps (of so many bytes at most); byte by byte where it is in no character set. */
function textOf(bytes: Uint8Array, character: number): string {
  for (let cut = 0; cut < character; cut += 1) {
    const decoded = detect(bytes.subarray(0, bytes.length - cut), ['gb18030'], true)
    if (decoded !== undefined) return decoded.text
  }
  return Buffer.from(bytes).toString('latin1')
}
