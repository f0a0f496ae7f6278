import type { ErrorCode } from '../../model/errors'
import type { Hl7Message, Hl7Segment } from '../../model/record'
import { encode } from '../charset'
import { escapeText } from './escapes'
import { Message } from './message'
import type { Separators } from './separators'

export interface Acknowledgement {
  /** The message, or its header alone (`readHeader`) where the rest cannot be read; undefined where not even MSH can. */
  readonly message: Hl7Message | undefined
  /** AA accepted; AE an error in the content; AR refused (HL7 table 0008) */
  readonly code: 'AA' | 'AE' | 'AR'
  /** For people, without anything of the record's content. */
  readonly text?: string
  readonly error?: { readonly place?: string; readonly code: ErrorCode }
  readonly now: Date
  /** IANA zone in which MSH-7 is written, with its offset; UTC if absent. */
  readonly timeZone?: string
  /** MSH-10 of the answer. */
  readonly controlId: string
}

const standard: Separators = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&', truncation: '' }

/** HL7 table 0357, Message error condition codes. */
const conditions: Partial<Record<ErrorCode, readonly [string, string]>> = {
  SYNTAX: ['100', 'Segment sequence error'],
  FRAME: ['100', 'Segment sequence error'],
  PATIENT_MISSING: ['101', 'Required field missing'],
  CHARSET: ['102', 'Data type error'],
  MAPPING: ['102', 'Data type error'],
  UNSUPPORTED: ['200', 'Unsupported message type'],
}
const internal = ['207', 'Application internal error'] as const

/**
 * The ACK to a message (HL7 2.5.1, chapter 2.13), in its own separators, version and character set, unframed. ERR is
 * written as the version has it: ERR-1 up to 2.4, ERR-2 to 4 and 8 from 2.5 on; MSA-3 ends with 2.6.
 */
export function acknowledge(answer: Acknowledgement): Uint8Array {
  const { message } = answer
  const separators = message instanceof Message ? message.parts.separators : standard
  const encoding = message instanceof Message ? message.parts.encoding : 'utf-8'
  const segments = [headerOf(answer, separators), msaOf(answer, separators)]
  if (answer.error) segments.push(errorOf(answer, answer.error, separators))
  const text = segments.map(fields => `${fields.join(separators.field).replace(trailing(separators.field), '')}\r`).join('')
  return encode(text, encoding) ?? Buffer.from(text.replace(/[^\p{ASCII}]/gu, '?'), 'latin1')
}

function headerOf({ message, now, timeZone, controlId }: Acknowledgement, separators: Separators): string[] {
  const header = message?.first('MSH')
  const raw = (field: number): string => rawText(header, field, separators)
  const { component, repetition, escape, subcomponent, truncation } = separators
  const type = ['ACK', message?.trigger, isBefore(message, 2, 4) ? '' : 'ACK'].filter(Boolean)
  return [
    'MSH', `${component}${repetition}${escape}${subcomponent}${truncation}`, raw(5), raw(6), raw(3), raw(4),
    timestamp(now, timeZone), '', (message?.trigger ? type : ['ACK']).join(component), escapeText(controlId, separators),
    raw(11) || 'P', raw(12) || '2.4', '', '', '', '', '', raw(18),
  ]
}

function msaOf({ message, code, text }: Acknowledgement, separators: Separators): string[] {
  const controlId = rawText(message?.first('MSH'), 10, separators)
  return ['MSA', code, controlId, text && isBefore(message, 2, 7) ? escapeText(text, separators) : '']
}

function errorOf(answer: Acknowledgement, error: { place?: string; code: ErrorCode }, separators: Separators): string[] {
  const { message, text = '' } = answer
  const { component, subcomponent } = separators
  const [condition, meaning] = conditions[error.code] ?? internal
  const [, segment = '', ordinal = '1', field = ''] = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+))?/.exec(error.place ?? '') ?? []
  const where = [segment, segment && ordinal, field]
  if (isBefore(message, 2, 5)) {
    return ['ERR', [...where, [condition, meaning, 'HL70357'].join(subcomponent)].join(component)]
  }
  const coded = [condition, meaning, 'HL70357'].join(component)
  const location = where.join(component).replace(trailing(component), '')
  return ['ERR', '', location, coded, 'E', error.code, '', '', escapeText(text, separators)]
}

/** A field as it stands in the message: the answer has the same separators. */
function rawText(segment: Hl7Segment | undefined, field: number, { repetition }: Separators): string {
  return segment?.field(field).map(({ raw }) => raw).join(repetition) ?? ''
}

/** Whether the message's version is earlier; where it says none, it counts as 2.4. */
function isBefore(message: Hl7Message | undefined, major: number, minor: number): boolean {
  const [, first = '2', second = '4'] = /^(\d+)\.(\d+)/.exec(message?.version ?? '') ?? []
  return Number(first) < major || Number(first) === major && Number(second) < minor
}

function timestamp(now: Date, timeZone = 'UTC'): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone, hourCycle: 'h23', timeZoneName: 'longOffset',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(now)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find(each => each.type === type)?.value ?? ''
  const offset = part('timeZoneName').replace(/GMT|:/g, '') || '+0000'
  return `${part('year')}${part('month')}${part('day')}${part('hour')}${part('minute')}${part('second')}${offset}`
}

const trailing = (separator: string): RegExp => new RegExp(`(?:${separator.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')})+$`)
