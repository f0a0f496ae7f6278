import type { Hl7Message, SourceRecord } from '../../model/record'
import type { Grammar } from '../grammar'
import { parseMessage } from './message'
import { splitMessages } from './split'

/** HL7 v2, in the vertical-bar encoding. */
export const hl7v2: Grammar = {
  name: 'hl7v2',
  split: (bytes, { context, last }) => ({ context, ...splitMessages(bytes, last) }),
  read(bytes, { source }): SourceRecord<Hl7Message> {
    const { message, issues } = parseMessage(bytes, source.charsets)
    return { grammar: 'hl7v2', body: message, issues }
  },
}
