import { isDeepStrictEqual } from 'node:util'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMappable } from '../../mappers/hl7v2/route'
import type { SourceMapping } from '../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../src/model/record'
import { grammars, serialiseHl7, withField } from '../../src/wire'
import { chineseSender, foreignSender } from './sources'
import { attempt, counted, filesOf, missing, tally } from './shared'
import type { Check, Context, DataFile, Finding } from './shared'
import { faultsOf } from './structure'

const sets = [
  { title: 'LinuxForHealth', archive: 'hl7v2/linuxforhealth-messages' },
  { title: 'CDC', archive: 'hl7v2/cdc-reportstream' },
  { title: 'Microsoft', archive: 'hl7v2/ms-fhir-converter' },
]
const observed = 'hl7v2/chinese-messages-observed.txt'

export const hl7: Check = {
  name: 'hl7v2',
  async run(context) {
    const findings: Finding[] = []
    for (const { title, archive } of sets) {
      const files = filesOf(context.data, archive, '.hl7')
      findings.push(...(files.length ? checkSet(`HL7 v2, ${title}`, files, foreignSender, context) : [missing(`HL7 v2, ${title}`, archive)]))
    }
    const file = join(context.data, observed)
    const chinese = 'HL7 v2, Chinese'
    if (!existsSync(file)) return [...findings, missing(chinese, observed)]
    return [...findings, ...checkSet(chinese, observedMessages(readFileSync(file)), chineseSender, context)]
  },
}

/** The file's own headings are no part of the messages. */
function observedMessages(bytes: Buffer): DataFile[] {
  const messages = bytes.toString('utf8').split(/^#.*\n/m).map(text => text.trim()).filter(text => text.startsWith('MSH'))
  return messages.map((text, index) => ({ name: `message ${index + 1}`, read: () => Buffer.from(text.replaceAll('\n', '\r')) }))
}

interface Message { readonly name: string; readonly bytes: Buffer; readonly record: SourceRecord<Hl7Message> }

function checkSet(title: string, files: readonly DataFile[], sender: SourceMapping, context: Context): Finding[] {
  const parsed = tally(`${title}: parsed`)
  const messages: Message[] = []
  for (const [index, file] of files.entries()) {
    context.progress(index, files.length)
    messages.push(...readFile(file, sender, parsed.holds))
  }
  const [written, edited] = [tally(`${title}: written back byte for byte`), tally(`${title}: one field edited, only its bytes differ`)]
  let edits = 0
  for (const { name, bytes, record } of messages) {
    const back = attempt(() => Buffer.from(serialiseHl7(record.body)))
    written.holds(name, 'value' in back && back.value.equals(bytes), 'error' in back ? back.error : 'other bytes')
    const places = placesOf(record.body)
    const chosen = context.sample ? places.slice(Math.floor(places.length / 2)).slice(0, 1) : places
    const wrong = chosen.map(place => faultOfEdit(record.body, bytes, place)).find(fault => fault !== undefined)
    edits += chosen.length
    edited.holds(name, wrong === undefined && chosen.length > 0, wrong ?? 'nothing to edit')
  }
  const issues = counted(messages.flatMap(({ record }) => record.issues.map(({ code }) => code)))
  return [
    parsed.result(`${files.length} files${issues && `; ${issues}`}`), written.result(), edited.result(`${edits} edits`),
    checkMapping(title, messages, sender, context),
  ]
}

/** The messages of a file. What is in none must be blank, a frame, or a batch's own segment. */
function readFile({ name, read }: DataFile, { source }: SourceMapping, holds: (name: string, held: boolean, why?: string) => void): Message[] {
  const bytes = read()
  const grammar = grammars.get('hl7v2')
  if (!grammar) throw new Error('there is no grammar hl7v2')
  const { pieces, context } = grammar.split(bytes, { source, context: { name }, last: true })
  const between = pieces.map(({ start }, index) => bytes.subarray(pieces[index - 1]?.end ?? 0, start))
  const outside = Buffer.concat([...between, bytes.subarray(pieces.at(-1)?.end ?? 0)]).toString()
  const lost = outside.replaceAll('\u001C', '').split(/[\r\n]/).filter(line => !/^(\s*|(FHS|BHS|BTS|FTS)\W.*)$/.test(line))
  if (pieces.length === 0 || lost.length > 0) holds(name, false, pieces.length ? 'bytes of no message' : 'no message')
  return pieces.flatMap(({ start, end }, index) => {
    const own = bytes.subarray(start, end)
    const each = pieces.length === 1 ? name : `${name}, message ${index + 1}`
    const result = attempt(() => grammar.read(own, { source, context }) as SourceRecord<Hl7Message>)
    holds(each, 'value' in result, 'error' in result ? result.error : '')
    return 'value' in result ? [{ name: each, bytes: own, record: result.value }] : []
  })
}

interface Place { readonly segment: number; readonly field: number }

/** Fields that hold something, but for the separators. */
function placesOf(message: Hl7Message): Place[] {
  return message.segments.flatMap((segment, index) => Array.from({ length: 60 }, (_, at) => at + 1)
    .filter(field => !(field <= 2 && segment.name === 'MSH') && segment.field(field).length > 0)
    .map(field => ({ segment: index, field })))
}

const mark = 'Q7ZX7Q'

/** Judged by the bytes alone: before and behind the new text stand the old bytes, and between them stood one field. */
function faultOfEdit(message: Hl7Message, bytes: Buffer, { segment, field }: Place): string | undefined {
  const place = message.segments[segment]?.place(field) ?? ''
  const result = attempt(() => Buffer.from(serialiseHl7(withField(message, segment, field, mark))))
  if ('error' in result) return `${place} ${result.error}`
  const edited = result.value
  const at = edited.indexOf(mark)
  const [before, behind] = [edited.subarray(0, at), edited.subarray(at + mark.length)]
  if (at < 0 || edited.indexOf(mark, at + 1) >= 0) return `${place} the new text is not there once`
  const same = before.equals(bytes.subarray(0, at)) && behind.equals(bytes.subarray(bytes.length - behind.length))
  if (!same || before.length + behind.length > bytes.length) return `${place} other bytes differ`
  const separator = message.segments[0]?.text(1)?.charCodeAt(0)
  const ends = [separator, 0x0D, 0x0A, undefined]
  if (before.at(-1) !== separator || !ends.includes(behind.at(0))) return `${place} more than a field was replaced`
  return undefined
}

/** A message that has none of these tells nothing. */
const clinical = new Set(['PID', 'PV1', 'DG1', 'PR1', 'AL1', 'IAM', 'OBR', 'OBX'])

function checkMapping(title: string, messages: readonly Message[], { dialect, source }: SourceMapping, context: Context): Finding {
  const mapped = tally(`${title}: ADT and ORU mapped, and sane`)
  const others: string[] = []
  let resources = 0
  for (const { name, record } of messages) {
    if (!isMappable(record.body)) {
      others.push(`${record.body.code}^${record.body.trigger}`)
      continue
    }
    const result = attempt(() => dialect.map(record, source))
    if ('error' in result) {
      mapped.holds(name, false, result.error)
      continue
    }
    const faults = faultsOf(result.value)
    if (!result.value.tellings.length && record.body.segments.some(({ name: kind }) => clinical.has(kind))) faults.push('nothing is told')
    if (!isDeepStrictEqual(dialect.map(record, source).tellings, result.value.tellings)) faults.push('told otherwise the second time')
    mapped.holds(name, faults.length === 0, [...new Set(faults)].slice(0, 3).join('; '))
    resources += result.value.tellings.length
    for (const { resource, manner } of result.value.tellings) if (manner === 'whole') context.validated.add('HL7 v2', { resource })
  }
  return mapped.result(`${resources} resources${others.length ? `; of other types: ${others.length}` : ''}`)
}
