/** A source that sends HL7 v2, with a dialect that reads no more than intake needs. */
import { HutongError } from '../../../src/model/errors'
import { resourceId } from '../../../src/model/ids'
import type { SourceMapping } from '../../../src/model/mapping'
import type { Hl7Message, SourceRecord } from '../../../src/model/record'
import type { MapperSource } from '../../../src/model/source'
import { plainSource } from './plain'

export const hospitalSource: MapperSource = { ...plainSource('hospital'), format: 'hl7v2', charsets: ['utf-8', 'gb18030'] }

const message = (record: SourceRecord): Hl7Message => record.body as Hl7Message

function patientOf(record: SourceRecord, source: MapperSource): string {
  const number = message(record).first('PID')?.text(3)
  if (!number) throw new HutongError('PATIENT_MISSING', 'The message names no patient.', 'PID-3')
  return resourceId(source, 'Patient', number)
}

export const hospital: SourceMapping = {
  source: hospitalSource,
  mapper: { name: 'hospital', hash: 'hospital-1' },
  dialect: {
    route(record, source) {
      const { code, controlId } = message(record)
      if (code !== 'ADT') return { controlId, refuse: { severity: 'error', code: 'unsupported-type', place: 'MSH-9', message: 'Only ADT is sent.' } }
      return { controlId, patient: patientOf(record, source) }
    },
    map(record, source) {
      const id = patientOf(record, source)
      const text = message(record).first('PID')?.text(5)
      return { tellings: [{ resource: { resourceType: 'Patient', id, name: [{ text }] }, patient: id, manner: 'part' }], issues: [], unmapped: [] }
    },
  },
}

export const adt = ({ control = '1', chart = '100', name = '张三', type = 'ADT^A01', version = '2.4', end = '\r' } = {}): string => [
  `MSH|^~\\&|HIS|SYY|HUTONG|HUB|20261120100000||${type}|${control}|P|${version}|||||CHN|UNICODE UTF-8`,
  `PID|1||${chart}||${name}`,
].map(line => line + end).join('')
