import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceMapping } from '../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../src/model/record'
import { grammars, serialiseHl7, withField } from '../../src/wire'
import { checkMapping, checkTaken } from './hl7Mapped'
import type { Message } from './hl7Mapped'
import { openHouse } from './house'
import type { House } from './house'
import { attempt, counted, filesOf, missing, tally } from './shared'
import type { Check, Context, DataFile, Finding } from './shared'
import { chineseSender, foreignSender } from './sources'

const observed = 'hl7v2/chinese-messages-observed.txt'

interface MessageSet { readonly title: string; readonly sender: SourceMapping; files(data: string): readonly DataFile[] }

const sets: readonly MessageSet[] = [
  { title: 'LinuxForHealth', sender: foreignSender('linuxforhealth'), files: data => filesOf(data, 'hl7v2/linuxforhealth-messages', '.hl7') },
  { title: 'CDC', sender: foreignSender('cdc'), files: data => filesOf(data, 'hl7v2/cdc-reportstream', '.hl7') },
  { title: 'Microsoft', sender: foreignSender('microsoft'), files: data => filesOf(data, 'hl7v2/ms-fhir-converter', '.hl7') },
  { title: 'Chinese', sender: chineseSender, files: data => observedMessages(join(data, observed)) },
]

export const hl7: Check = {
  name: 'hl7v2',
  async run(context) {
    const house = await openHouse({ senders: sets.map(({ sender }) => sender) })
    const findings: Finding[] = []
    try {
      for (const set of sets) findings.push(...await checkSet(set, house, context))
      for (const resource of await house.all()) context.validated.add('HL7 v2', { resource })
    } finally {
      await house.close()
    }
    return findings
  },
}

/** The file's own headings are no part of the messages. */
function observedMessages(file: string): DataFile[] {
  if (!existsSync(file)) return []
  const messages = readFileSync(file, 'utf8').split(/^#.*\n/m).map(text => text.trim()).filter(text => text.startsWith('MSH'))
  return messages.map((text, index) => ({ name: `message ${index + 1}`, read: () => Buffer.from(text.replaceAll('\n', '\r')) }))
}

async function checkSet({ title: set, sender, files: find }: MessageSet, house: House, context: Context): Promise<Finding[]> {
  const title = `HL7 v2, ${set}`
  const files = find(context.data)
  if (files.length === 0) return [missing(title, set)]
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
    checkMapping(title, messages, sender), await checkTaken(house, title, messages, sender),
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
