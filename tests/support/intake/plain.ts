/** A grammar and a dialect as small as can be: one JSON object a line. For tests of intake alone. */
import { HutongError } from '../../../src/model/errors'
import { resourceId } from '../../../src/model/ids'
import type { Dialect, SourceMapping, Telling } from '../../../src/model/mapping'
import type { FhirResource } from '../../../src/model/fhir'
import type { MapperSource } from '../../../src/model/source'
import type { Grammar } from '../../../src/wire/grammar'

export interface PlainRecord {
  /** The sender's number. */
  readonly control?: string
  readonly patient?: string
  readonly name?: string
  /** Version time. */
  readonly at?: string
  /** Observations: local id → value, each of `patient` or of the patient after `@`. */
  readonly values?: Readonly<Record<string, number>>
  readonly doctor?: string
  readonly refuse?: boolean
  readonly throws?: 'mapping' | 'fault'
  readonly issues?: number
  readonly pad?: string
}

export const plainSource = (id = 'plain', idKey = 'test-key-of-intake'): MapperSource => ({
  id, idKey, title: 'Plain', format: 'plain', charsets: ['utf-8'], timeZone: 'Asia/Shanghai', assigningAuthorities: {}, silentAfterHours: 48,
  institution: { id: '12350206426600001U', name: '市第一医院' }, institutions: [], settings: {}, tables: {},
})

export const plainGrammar: Grammar = {
  name: 'plain',
  split(bytes, { context, last }) {
    const pieces: { start: number; end: number }[] = []
    let start = 0
    for (let at = 0; at <= bytes.length; at += 1) {
      if (at === bytes.length ? !last : bytes[at] !== 0x0a) continue
      if (at > start) pieces.push({ start, end: at })
      start = at + 1
    }
    return { context: { ...context, shared: { kind: 'line' } }, pieces, consumed: Math.min(start, bytes.length) }
  },
  read(bytes) {
    const text = new TextDecoder().decode(bytes)
    try {
      return { grammar: 'plain', body: JSON.parse(text) as PlainRecord, issues: [] }
    } catch {
      throw new HutongError('SYNTAX', 'The line is no JSON.', 'line 1')
    }
  },
  isHeavy: bytes => bytes.byteLength > 1_000_000,
}

const patientId = (source: MapperSource, patient: string): string => resourceId(source, 'Patient', patient)

export const plainDialect: Dialect = {
  route({ body }, source) {
    const { control, patient, refuse } = body as PlainRecord
    return {
      ...(patient && { patient: patientId(source, patient) }), ...(control && { controlId: control }),
      ...(refuse && { refuse: { severity: 'error', code: 'unsupported-type', place: 'refuse', message: 'Records of this kind are not sent.' } }),
    }
  },
  map({ body }, source) {
    const record = body as PlainRecord
    if (record.throws === 'mapping') throw new HutongError('MAPPING', 'The record could not be mapped.', 'throws')
    if (record.throws === 'fault') throw new TypeError('350206199001011234 is not iterable')
    const issues = Array.from({ length: record.issues ?? 0 }, () => ({ severity: 'warning', code: 'unknown-code', place: 'values', message: 'x'.repeat(400) }) as const)
    return { tellings: tellingsOf(record, source), issues, unmapped: record.pad ? ['pad'] : [] }
  },
}

function tellingsOf(record: PlainRecord, source: MapperSource): Telling[] {
  const { patient = '', name, at, values = {}, doctor } = record
  const told = (resource: FhirResource, of: string | undefined): Telling => ({
    resource, manner: 'part', ...(of && { patient: patientId(source, of) }), ...(at && { versionTime: at }),
  })
  return [
    ...(name ? [told({ resourceType: 'Patient', id: patientId(source, patient), name: [{ text: name }] }, patient)] : []),
    ...Object.entries(values).map(([key, value]) => {
      const [local = '', of = patient] = key.split('@')
      return told({
        resourceType: 'Observation', id: resourceId(source, 'Observation', local), status: 'final', code: { text: local },
        valueQuantity: { value },
      }, of)
    }),
    ...(doctor ? [told({ resourceType: 'Practitioner', id: resourceId(source, 'Practitioner', doctor) }, undefined)] : []),
  ]
}

export const plainMapping = (source = plainSource()): SourceMapping =>
  ({ source, dialect: plainDialect, mapper: { name: 'plain', hash: 'plain-1' } })

export const lines = (...records: readonly (PlainRecord | string)[]): Uint8Array =>
  Buffer.from(records.map(record => typeof record === 'string' ? record : JSON.stringify(record)).join('\n'))
