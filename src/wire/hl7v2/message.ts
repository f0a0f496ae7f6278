import { HutongError } from '../../model/errors'
import type { MappingIssue } from '../../model/mapping'
import type { Hl7Message } from '../../model/record'
import { encode } from '../charset'
import type { Encoding } from '../charset'
import { checkSize, maxSegments, tooMany } from '../limits'
import { decodeHeader, decodeMessage } from './charset'
import { exactFields, isAmbiguous } from './exact'
import { cutLines } from './lines'
import type { Line } from './lines'
import { Segment } from './segment'
import { readSeparators } from './separators'
import type { Separators } from './separators'

type Exact = ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>

interface Parts {
  readonly encoding: Encoding
  readonly separators: Separators
  /** What stood before MSH and after the last segment: a byte order mark, blank lines, the MLLP frame. */
  readonly prefix: string
  readonly suffix: string
  readonly lines: readonly Line[]
  readonly exact?: Exact
}

/** The tree of one message. It keeps each byte's meaning: the encoding, the terminators and each field's own text. */
export class Message implements Hl7Message {
  readonly version: string
  readonly controlId: string
  readonly code: string
  readonly trigger: string
  readonly segments: readonly Segment[]

  constructor(readonly parts: Parts) {
    const counts = new Map<string, number>()
    const frame = { encoding: parts.encoding, separators: parts.separators, counts }
    this.segments = parts.lines.map(({ raw, terminator }, index) => {
      const name = raw.slice(0, 3)
      const ordinal = (counts.get(name) ?? 0) + 1
      counts.set(name, ordinal)
      return new Segment(frame, index, ordinal, raw, terminator, parts.exact?.get(index))
    })
    const header = this.segments[0]
    this.version = header?.text(12) ?? ''
    this.controlId = header?.text(10) ?? ''
    this.code = header?.text(9) ?? ''
    this.trigger = header?.text(9, 2) ?? ''
    for (const field of [1, 2, 18]) header?.markRead(field)
  }

  first(name: string): Segment | undefined {
    return this.segments.find(segment => segment.name === name)
  }

  all(name: string): readonly Segment[] {
    return this.segments.filter(segment => segment.name === name)
  }

  unread(): string[] {
    const fields = new Map<string, Set<number>>()
    for (const segment of this.segments) {
      for (const field of segment.unread()) {
        const known = fields.get(segment.name)
        if (known) known.add(field)
        else fields.set(segment.name, new Set([field]))
      }
    }
    return [...fields].toSorted(([one], [other]) => one < other ? -1 : 1)
      .flatMap(([name, numbers]) => [...numbers].toSorted((one, other) => one - other).map(number => `${name}-${number}`))
  }
}

/**
 * Parses one message, HL7 v2.3 to 2.8, framed or not. `charsets` are the source's.
 * Throws RECORD_TOO_LARGE (too many bytes, or segments: place MSH); CHARSET (place MSH-18, or the segment that holds lost characters); SYNTAX where MSH is missing,
 * comes twice or names no separator.
 */
export function parseMessage(bytes: Uint8Array, charsets: readonly string[]): { message: Message; issues: MappingIssue[] } {
  checkSize(bytes)
  const { text, encoding, issues } = decodeMessage(bytes, charsets)
  const start = /\S/.exec(text)?.index ?? text.length
  if (!text.startsWith('MSH', start)) throw new HutongError('SYNTAX', 'The message does not begin with MSH.', 'MSH')
  const end = frameEnd(text)
  const separators = readSeparators(text.slice(start, start + 10))
  const { lines, broken } = cutLines(text.slice(start, end), separators.field)
  if (lines.some((line, index) => index > 0 && line.raw.startsWith('MSH'))) {
    throw new HutongError('SYNTAX', 'A second message begins inside the message.', 'MSH[2]')
  }
  if (lines.length > maxSegments) throw tooMany('segments in the message', maxSegments, 'MSH')
  const parts = { encoding, separators, prefix: text.slice(0, start), suffix: text.slice(end), lines }
  const message = new Message(encoding === 'gb18030' && isAmbiguous(text) ? { ...parts, exact: exactParts(bytes, parts) } : parts)
  return { message, issues: [...issues, ...lineIssues(lines, broken)] }
}

/**
 * The MSH segment alone, for an answer to a message that cannot be read further. Undefined where there is none, or where
 * MSH-1 is no separator. Never throws.
 */
export function readHeader(bytes: Uint8Array): Message | undefined {
  const header = decodeHeader(bytes)
  if (!header) return undefined
  try {
    const separators = readSeparators(header.text)
    const lines = [{ raw: header.text, terminator: '\r' }]
    return new Message({ encoding: header.encoding, separators, prefix: '', suffix: '', lines })
  } catch {
    return undefined
  }
}

/** Where an MLLP end block, or what is left of one, begins. */
function frameEnd(text: string): number {
  const block = text.lastIndexOf('\u001C')
  return block >= 0 && /^[\r\n]*$/.test(text.slice(block + 1)) ? block : text.length
}

function exactParts(bytes: Uint8Array, { prefix, suffix, lines, separators }: Parts): Exact {
  const start = encode(prefix, 'gb18030')?.length ?? 0
  return exactFields(bytes.subarray(start, bytes.length - suffix.length), lines, separators.field)
}

function lineIssues(lines: readonly Line[], broken: boolean): MappingIssue[] {
  const issues: MappingIssue[] = []
  if (lines.some(({ terminator }) => terminator.includes('\n'))) {
    const message = 'Segments do not end with CR alone.'
    issues.push({ severity: 'information', code: 'segment-terminator', place: 'MSH', message })
  }
  if (broken) {
    const message = 'A line that is no segment was read as part of the field before it.'
    issues.push({ severity: 'warning', code: 'segment-broken', place: 'MSH', message })
  }
  return issues
}
