import { encode } from 'iconv-lite'
import { checkDigit } from './identityNumbers'
import { communityHealthSource } from './systems/communityHealth'
import { firstHospitalSource } from './systems/firstHospital'
import { header, segment } from './systems/hl7'
import { maternityHospitalSource } from './systems/maternityHospital'
import { regionalPlatformSource } from './systems/regionalPlatform'
import { at, dayStampOf, stampOf } from './time'
import type { Person } from './happenings'
import type { Fault } from './truth'
import type { Sent } from './upload'

/** Chart under which the record with the wrong check digit stands. */
const misreadChart = 'SY9000001'

/** A handful of bad records, so that quarantine and the issues have something to show. */
export function faultyRecords(person: Person, until: number): { sent: Sent[]; faults: Fault[] } {
  const made = [wrongCheckDigit, withoutPatient, brokenCharacters, unknownEvent, crookedRows, brokenLine].map(make =>
    make(person),
  )
  return {
    sent: made.map(each => each.sent).filter(sent => sent.arrived <= until),
    faults: made.filter(each => each.sent.arrived <= until).map(each => each.fault),
  }
}

type Make = (person: Person) => { sent: Sent; fault: Fault }
const hl7 = (segments: readonly string[]) => `${segments.join('\r')}\r`
const head = (type: string, control: string, when: number) =>
  header({ application: 'HIS', facility: 'SYY', time: stampOf(when), type, control, version: '2.4', charset: 'GB 18030-2000' })

const wrongCheckDigit: Make = person => {
  const when = at('2026-03-09T10:20')
  const body = person.identity.slice(0, 17)
  const wrong = body + (checkDigit(body) === '0' ? '1' : '0')
  const name = 'SYY2026030900901'
  const text = hl7([
    head('ADT^A04', name, when),
    segment('EVN', { 1: 'A04', 2: stampOf(when) }),
    segment('PID', {
      1: '1',
      3: `${misreadChart}^^^SYY^MR~${wrong}^^^CN^NI`,
      5: person.name,
      7: person.birth.replaceAll('-', ''),
      8: person.sex,
    }),
    segment('PV1', {
      1: '1',
      2: 'O',
      3: 'XHK^^^消化科门诊',
      7: 'D0410^李卫东',
      19: 'V2026030900901^^^SYY^VN',
      44: stampOf(when),
      50: 'MZ2026030900901^^^MZH',
    }),
    segment('DG1', { 1: '1', 3: 'K29.700^胃炎^ICD10CN', 5: dayStampOf(when), 6: 'W', 15: '1' }),
  ])
  return {
    sent: {
      source: firstHospitalSource,
      name,
      arrived: when + 2000,
      bytes: encode(text, 'gb18030'),
      about: { key: person.key, identifier: misreadChart },
    },
    fault: {
      source: firstHospitalSource,
      name,
      expected: 'issue',
      code: 'identity-number-check-digit',
      what: 'An identity number with a wrong check digit.',
    },
  }
}

const withoutPatient: Make = () => {
  const when = at('2026-04-14T15:02')
  const name = 'SYYLIS2026041400902'
  const text = hl7([
    head('ORU^R01', name, when),
    segment('OBR', { 1: '1', 3: 'L2026041400902^SYYLIS', 4: 'XCG^血细胞分析^SYYLIS', 7: stampOf(when), 25: 'F' }),
    segment('OBX', { 1: '1', 2: 'NM', 3: 'WBC^白细胞计数^SYYLIS', 5: '6.1', 6: '10\\S\\9/L', 11: 'F' }),
  ])
  return {
    sent: { source: firstHospitalSource, name, arrived: when + 3000, bytes: encode(text, 'gb18030') },
    fault: {
      source: firstHospitalSource,
      name,
      expected: 'quarantined',
      code: 'PATIENT_MISSING',
      what: 'A laboratory report without a PID.',
    },
  }
}

const brokenCharacters: Make = person => {
  const when = at('2026-05-20T08:45')
  const name = 'SYY2026052000903'
  const text = hl7([
    head('ADT^A04', name, when),
    segment('EVN', { 1: 'A04', 2: stampOf(when) }),
    segment('PID', { 1: '1', 3: `${person.chart}^^^SYY^MR`, 5: person.name, 8: person.sex }),
    segment('PV1', { 1: '1', 2: 'O' }),
  ])
  const whole = encode(text, 'gb18030')
  const bytes = Buffer.concat([whole.subarray(0, whole.length - 1), Buffer.from([0xff, 0xff]), whole.subarray(whole.length - 1)])
  return {
    sent: { source: firstHospitalSource, name, arrived: when + 2000, bytes },
    fault: {
      source: firstHospitalSource,
      name,
      expected: 'quarantined',
      code: 'CHARSET',
      what: 'Bytes that are in no character set.',
    },
  }
}

const unknownEvent: Make = person => {
  const when = at('2026-06-02T11:30')
  const name = 'FYY2026060200904'
  const text = [
    header({
      application: 'HIS',
      facility: 'FYY',
      time: `${stampOf(when)}+0800`,
      type: 'BAR^P01',
      control: name,
      version: '2.5.1',
      charset: 'UNICODE UTF-8',
    }),
    segment('PID', { 1: '1', 3: `${person.maternityChart}^^^FYY^MR` }),
    '',
  ].join('\n')
  return {
    sent: { source: maternityHospitalSource, name, arrived: when + 2000, bytes: Buffer.from(text) },
    fault: {
      source: maternityHospitalSource,
      name,
      expected: 'refused',
      code: 'UNSUPPORTED',
      what: 'A billing message, which the source does not send us.',
    },
  }
}

const crookedRows: Make = person => {
  const arrived = at('2026-08-03T03:00')
  const columns = [
    'visitId',
    'phrId',
    'empiId',
    'visitDate',
    'visitWay',
    'constriction',
    'diastolic',
    'manaUnitId',
    'lastModifyDate',
  ]
  const cells = (visit: string) => [
    visit,
    person.archive,
    person.empi,
    '2026-07-30',
    '1',
    '138',
    '82',
    person.centre.unit ?? '',
    '2026-07-30 10:00:00',
  ]
  const rows = [
    columns.join(','),
    cells('HYFAULT000001').join(','),
    [...cells('HYFAULT000002'), 'x', 'y'].join(','),
    cells('HYFAULT000003').join(','),
  ]
  const name = 'MDC_HypertensionVisit.csv'
  return {
    sent: { source: communityHealthSource, name, arrived, bytes: encode(`${rows.join('\n')}\n`, 'gb18030') },
    fault: {
      source: communityHealthSource,
      name,
      expected: 'quarantined',
      code: 'SYNTAX',
      what: 'One row of three with two columns too many.',
    },
  }
}

const brokenLine: Make = person => {
  const arrived = at('2026-09-15T04:10')
  const name = 'correction-202609.ndjson'
  const whole = {
    resourceType: 'Observation',
    id: 'obs-fault',
    subject: { reference: `Patient/${person.platformId}` },
    code: { text: '钾' },
  }
  const text = `${JSON.stringify(whole).slice(0, -2)}\n`
  return {
    sent: { source: regionalPlatformSource, name, arrived, bytes: Buffer.from(text) },
    fault: {
      source: regionalPlatformSource,
      name,
      expected: 'quarantined',
      code: 'SYNTAX',
      what: 'A line of NDJSON that breaks off.',
    },
  }
}
