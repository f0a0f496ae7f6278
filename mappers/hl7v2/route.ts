import type { MappingIssue, Route } from '../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../src/model/record'
import type { MapperSource } from '../../src/model/source'
import { patientOf } from './chart'
import { admissionEvents } from './messages/ADT_A01'

const kinds: ReadonlySet<string> = new Set([...admissionEvents.map(event => `ADT^${event}`), 'ADT^A40', 'ORU^R01'])

/** Whether the mapper knows the message's type (MSH-9). */
export const isMappable = (message: Hl7Message): boolean => kinds.has(`${message.code}^${message.trigger}`)

/**
 * What intake must know before the message is worked: the chart it is about (the surviving one of a merge), MSH-10, and
 * whether the sender is to be refused (AR): another message type, or a version other than 2.3 to 2.7.
 */
export function route(record: SourceRecord, source: MapperSource): Route {
  const message = record.body as Hl7Message
  const patient = patientOf(source, message)
  const refuse = refusalOf(message)
  return {
    ...patient !== undefined && { patient },
    ...message.controlId !== '' && { controlId: message.controlId },
    ...refuse && { refuse },
  }
}

function refusalOf(message: Hl7Message): MappingIssue | undefined {
  if (!isMappable(message)) {
    return { severity: 'error', code: 'unsupported-message', place: 'MSH-9', message: 'No message of this type is mapped.' }
  }
  if (!/^2\.[3-7](\.\d+)*$/.test(message.version)) {
    return { severity: 'error', code: 'unsupported-version', place: 'MSH-12', message: 'The version is not 2.3 to 2.7.' }
  }
  return undefined
}
