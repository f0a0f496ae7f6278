import { HutongError } from '../../model/errors'
import type { Hl7Message } from '../../model/record'
import { encode } from '../charset'
import { Message } from './message'
import type { Segment } from './segment'

/** Writes a message that this grammar read: from the tree alone, the bytes that came (framed, if they came so). */
export function serialiseHl7(message: Hl7Message): Uint8Array {
  const { parts, segments } = ownMessage(message)
  const chunks: Uint8Array[] = []
  let text = parts.prefix
  const flush = (): void => {
    chunks.push(encodeText(text))
    text = ''
  }
  const encodeText = (value: string): Uint8Array => encode(value, parts.encoding) ?? unencodable()
  for (const segment of segments) {
    if (segment.exact) {
      for (const [position, field] of segment.fields().entries()) {
        if (position > 0) text += parts.separators.field
        const bytes = segment.exact.get(position)
        if (bytes) {
          flush()
          chunks.push(bytes)
        } else {
          text += field
        }
      }
    } else {
      text += segment.raw
    }
    text += segment.terminator
  }
  text += parts.suffix
  flush()
  return Buffer.concat(chunks)
}

/**
 * The message with one field's raw text (escapes and separators of components as they shall stand) in place of what was
 * there; no other byte differs, but for separators where the segment was shorter. The message that is given stays as it is.
 * Throws BAD_ARGUMENT where there is no such field or the text would end it, CHARSET where the message's encoding lacks
 * a character.
 */
export function withField(message: Hl7Message, segmentIndex: number, field: number, rawText: string): Hl7Message {
  const { parts, segments } = ownMessage(message)
  const segment = segments[segmentIndex]
  const position = segment?.position(field) ?? 0
  if (!segment || field < 1 || position < 1 || segment.name === 'MSH' && field <= 2) {
    throw new HutongError('BAD_ARGUMENT', 'There is no such field to write.', segment?.place(field))
  }
  if ([parts.separators.field, '\r', '\n', '\u000B', '\u001C'].some(each => rawText.includes(each))) {
    const problem = 'The text holds a separator or a line break that would end the field.'
    throw new HutongError('BAD_ARGUMENT', problem, segment.place(field))
  }
  if (!encode(rawText, parts.encoding)) unencodable(segment.place(field))
  const raw = replaceField(segment, position, rawText, parts.separators.field)
  const lines = parts.lines.map((line, index) => index === segmentIndex ? { raw, terminator: line.terminator } : line)
  const exact = parts.exact && new Map(parts.exact)
  exact?.set(segmentIndex, new Map([...segment.exact ?? []].filter(([each]) => each !== position)))
  return new Message({ ...parts, lines, ...exact && { exact } })
}

function replaceField(segment: Segment, position: number, rawText: string, separator: string): string {
  const fields = [...segment.fields()]
  while (fields.length <= position) fields.push('')
  fields[position] = rawText
  return fields.join(separator)
}

function ownMessage(message: Hl7Message): Message {
  if (message instanceof Message) return message
  throw new HutongError('INTERNAL', 'The message was not read by this grammar.')
}

function unencodable(place?: string): never {
  throw new HutongError('CHARSET', 'The message\'s character set lacks a character of the text.', place)
}
