import type { Hl7Message, SourceRecord } from '../../model/record'
import type { Grammar } from '../grammar'
import { hasMore, largeRecordBytes } from '../limits'
import { parseMessage } from './message'
import { splitMessages } from './split'

/** Segments and repetitions that are mapped in about 20 ms. */
const mostAtOnce = { lines: 250, repetitions: 1_000 }
const [carriageReturn, lineFeed, tilde] = [0x0D, 0x0A, 0x7E]

/** HL7 v2, in the vertical-bar encoding. */
export const hl7v2: Grammar = {
  name: 'hl7v2',
  split: (bytes, { context, last }) => ({ context, ...splitMessages(bytes, last) }),
  read(bytes, { source }): SourceRecord<Hl7Message> {
    const { message, issues } = parseMessage(bytes, source.charsets)
    return { grammar: 'hl7v2', body: message, issues }
  },
  isHeavy: bytes => bytes.byteLength > largeRecordBytes || hasMore(bytes, carriageReturn, mostAtOnce.lines)
    || hasMore(bytes, lineFeed, mostAtOnce.lines) || hasMore(bytes, tilde, mostAtOnce.repetitions),
}
