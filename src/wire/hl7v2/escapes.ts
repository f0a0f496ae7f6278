import { decodeStrict } from '../charset'
import type { Encoding } from '../charset'
import type { Separators } from './separators'

/** What text between separators needs to be read. */
export interface Dialect {
  readonly separators: Separators
  readonly encoding: Encoding
}

/**
 * Decodes HL7 escapes (HL7 2.5.1, chapter 2.7): separators, hexadecimal bytes in the message's own encoding, line breaks.
 * Highlighting ends without a trace. An escape that we do not know, or that is none (`C:\data`), stays as it is written.
 */
export function unescape(text: string, dialect: Dialect): string {
  const { escape } = dialect.separators
  if (!escape || !text.includes(escape)) return text
  let out = ''
  let at = 0
  while (at < text.length) {
    const open = text.indexOf(escape, at)
    const close = open < 0 ? -1 : text.indexOf(escape, open + 1)
    if (close < 0) break
    out += text.slice(at, open)
    const body = text.slice(open + 1, close)
    at = close + 1
    if (/^X(?:[0-9A-F]{2})+$/i.test(body)) {
      const { hex, end } = joinHex(text, open, escape)
      out += decodeStrict(Buffer.from(hex, 'hex'), dialect.encoding) ?? text.slice(open, end)
      at = end
      continue
    }
    const meant = decodeEscape(body, dialect.separators)
    if (meant !== undefined) {
      out += meant
    } else if (/^[.CMZ]/.test(body)) {
      out += text.slice(open, at)
    } else {
      out += text.slice(open, close)
      at = close
    }
  }
  return out + text.slice(at)
}

/** Writes text so that it holds no separator of the message. */
export function escapeText(text: string, separators: Separators): string {
  const { field, component, repetition, escape, subcomponent } = separators
  if (!escape) return text
  const letters = new Map([[field, 'F'], [component, 'S'], [repetition, 'R'], [escape, 'E'], [subcomponent, 'T']])
  return Array.from(text, character => {
    const letter = letters.get(character)
    if (letter) return `${escape}${letter}${escape}`
    return character < ' ' ? ' ' : character
  }).join('')
}

function decodeEscape(body: string, separators: Separators): string | undefined {
  switch (body) {
    case 'F': return separators.field
    case 'S': return separators.component
    case 'T': return separators.subcomponent
    case 'R': return separators.repetition
    case 'E': return separators.escape
    case 'P': return separators.truncation || undefined
    case 'H': case 'N': return ''
    case '.br': case '.BR': return '\n'
  }
  const space = /^\.(sp|sk)(?:\s*\+?(\d{1,2}))?$/i.exec(body)
  return space ? (space[1]?.toLowerCase() === 'sp' ? '\n' : ' ').repeat(Number(space[2] ?? 1)) : undefined
}

/** Some senders escape each byte of a character apart, `\XB1\\XB1\`: neighbours are decoded together. */
function joinHex(text: string, open: number, escape: string): { hex: string; end: number } {
  let hex = ''
  let end = open
  for (;;) {
    const close = text.indexOf(escape, end + 1)
    const body = text.charAt(end) === escape && close > 0 ? text.slice(end + 1, close) : ''
    if (!/^X(?:[0-9A-F]{2})+$/i.test(body)) return { hex, end }
    hex += body.slice(1)
    end = close + 1
  }
}
