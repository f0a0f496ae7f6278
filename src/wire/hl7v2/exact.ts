import iconv from 'iconv-lite'
import { encode } from '../charset'
import { cutLines } from './lines'
import type { Line } from './lines'

/**
 * GB18030 has a few characters that two byte sequences mean (80 and A2E3 are both `€`, A3A0 and A1A1 both the wide
 * space): their text alone would not give the same bytes back. For the fields that hold such bytes, these are the bytes,
 * by segment and by position between field separators.
 */
export function exactFields(
  bytes: Uint8Array, lines: readonly Line[], fieldSeparator: string,
): Map<number, Map<number, Uint8Array>> {
  const found = new Map<number, Map<number, Uint8Array>>()
  const own = cutLines(Buffer.from(bytes).toString('latin1'), fieldSeparator).lines
  for (const [index, { raw }] of lines.entries()) {
    const written = Buffer.from(own[index]?.raw ?? '', 'latin1')
    if (encode(raw, 'gb18030')?.equals(written)) continue
    found.set(index, differingFields(written, raw.split(fieldSeparator), fieldSeparator.charCodeAt(0)))
  }
  return found
}

/** Whether the text holds any of the characters that have more than one byte sequence. */
export function isAmbiguous(text: string): boolean {
  ambiguous ??= findAmbiguous()
  return ambiguous.test(text)
}

let ambiguous: RegExp | undefined

/** Which they are depends on the edition of the standard that this Node was built with, so they are asked for, once. */
function findAmbiguous(): RegExp {
  const sequences = [0x80, 0x0A, 0xFF, 0x0A]
  for (let lead = 0x81; lead <= 0xFE; lead++) {
    for (let trail = 0x40; trail <= 0xFE; trail++) if (trail !== 0x7F) sequences.push(lead, trail, 0x0A)
  }
  for (let first = 0x81; first <= 0x84; first++) {
    for (let second = 0x30; second <= 0x39; second++) {
      for (let third = 0x81; third <= 0xFE; third++) {
        for (let fourth = 0x30; fourth <= 0x39; fourth++) sequences.push(first, second, third, fourth, 0x0A)
      }
    }
  }
  const bytes = Buffer.from(sequences)
  const odd = new Set<string>()
  let start = 0
  for (const text of new TextDecoder('gb18030').decode(bytes).split('\n')) {
    const end = bytes.indexOf(0x0A, start)
    const whole = text.length === 1 && text !== '\uFFFD'
    if (whole && !iconv.encode(text, 'gb18030').equals(bytes.subarray(start, end))) odd.add(text)
    start = end + 1
  }
  const members = [...odd].map(character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return members.length ? new RegExp(`[${members.join('')}]`) : /(?!)/
}

function differingFields(bytes: Buffer, fields: readonly string[], separator: number): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  let start = 0
  let at = 0
  for (const [position, text] of fields.entries()) {
    while (at < bytes.length && bytes[at] !== separator) at += characterLength(bytes, at)
    const own = bytes.subarray(start, at)
    if (!encode(text, 'gb18030')?.equals(own)) found.set(position, Uint8Array.from(own))
    at++
    start = at
  }
  return found
}

function characterLength(bytes: Buffer, at: number): number {
  if ((bytes[at] ?? 0) <= 0x80) return 1
  const second = bytes[at + 1] ?? 0
  return second >= 0x30 && second <= 0x39 ? 4 : 2
}
