/** Made-up records, as facts: what an archive of about 130 records looks like to GraphQL. */
import type { ArchiveFact } from '../../../src/archive/api'
import type { Fact, FactType } from '../../../src/model/fact'
import { encodeGlobalId } from '../../../src/model/globalId'
import type { Served, ServedEncounter, ServedObservation, ServedPatient } from '../../../src/model/served'
import type { FakeResident } from './fakeArchive'

export const hospital = '12350206426600001U'
export const centre = '12350206426600011W'

export function fact<R extends Served>(type: FactType, id: string, time: string, record: Omit<R, 'id'>, more: Partial<Fact> = {}): Fact<R> {
  const patient = more.patient ?? 'p1'
  return {
    patient, type, time, id, projection: 1, source: 'first-hospital', institution: hospital,
    record: { id: encodeGlobalId(type, patient, id), ...record } as R, ...more,
  } as Fact<R>
}

export const told = (first: Fact, ...others: readonly Fact[]): ArchiveFact => ({ fact: first, tellers: [first, ...others] })

const instant = (day: number) => new Date(Date.UTC(2026, 10, 20) - day * 86_400_000).toISOString()

export const laboratory = (id: string, day: number, value: number, more: Partial<Fact> = {}): Fact<ServedObservation> =>
  fact<ServedObservation>('LaboratoryResult', id, instant(day), {
    resourceType: 'Observation', status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }, { system: 'urn:hutong:first-hospital:lab', code: 'K', display: '钾' }], text: '钾' },
    effectiveDateTime: instant(day), issued: instant(day), valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    interpretation: [{ coding: [{ code: value > 5.5 ? 'H' : 'N' }] }],
    referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5.5, unit: 'mmol/L' }, text: '3.5-5.5' }],
    performer: [{ reference: 'Organization/o1', display: '市第一医院' }], recognitionMarks: ['全国HR'],
  }, { codes: ['http://loinc.org|2823-3', 'urn:hutong:first-hospital:lab|K'], ...more })

export const pressure = (id: string, day: number): Fact<ServedObservation> =>
  fact<ServedObservation>('VitalSign', id, instant(day), {
    resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }], text: '血压' },
    effectiveDateTime: instant(day),
    component: [
      { code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, valueQuantity: { value: 162, unit: 'mmHg' } },
      { code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] }, valueQuantity: { value: 96, unit: 'mmHg' } },
    ],
  }, { source: 'community-health', institution: centre, codes: ['http://loinc.org|85354-9'] })

export const encounter = (id: string, day: number): Fact<ServedEncounter> =>
  fact<ServedEncounter>('Encounter', id, instant(day), {
    resourceType: 'Encounter', status: 'finished', class: { code: 'IMP' }, period: { start: instant(day), end: instant(day - 1) },
    hospitalization: { dischargeDisposition: { coding: [{ code: '3' }], text: '医嘱转社区' } },
    serviceProvider: { reference: 'Organization/o1', display: '市第一医院' },
  })

const others = (): Fact[] => [
  fact('Condition', 'c1', instant(100), { resourceType: 'Condition', code: { coding: [{ code: 'I10.x00x028' }], text: '高血压' }, subject: {} } as never, { codes: ['|I10.x00x028'] }),
  fact('MedicationRequest', 'm1', instant(30), {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: '二甲双胍缓释片' },
    dosageInstruction: [{ text: '0.5 g bid', timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'g' } }] }],
  } as never),
  fact('MedicationStatement', 's1', instant(20), {
    resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: '氨氯地平片' }, dosage: [{ text: '5 mg qd' }],
  } as never, { source: 'community-health', institution: centre }),
  fact('AllergyIntolerance', 'a1', instant(900), { resourceType: 'AllergyIntolerance', code: { text: '青霉素' }, reaction: [{ manifestation: [{ text: '皮疹' }] }] } as never),
  fact('Immunization', 'i1', instant(700), { resourceType: 'Immunization', status: 'completed', vaccineCode: { text: '乙肝疫苗' }, lotNumber: '20240101' } as never),
  fact('Procedure', 'r1', instant(300), { resourceType: 'Procedure', status: 'completed', code: { text: '冠状动脉造影' }, performedDateTime: '2026-01' } as never),
  fact('DiagnosticReport', 'd1', instant(2), { resourceType: 'DiagnosticReport', status: 'final', code: { text: '生化' }, result: [{ reference: 'Observation/l0' }] } as never),
  fact('FollowUp', 'f1', instant(20), {
    resourceType: 'QuestionnaireResponse', status: 'completed', item: [{ linkId: 'visitWay', text: '随访方式', answer: [{ valueCoding: { code: '1', display: '门诊' } }] }],
  } as never, { source: 'community-health', institution: centre }),
]

const person = (patient: string, name: string, source: string, more: Partial<ServedPatient> = {}): Fact<ServedPatient> =>
  fact<ServedPatient>('Patient', patient, '', {
    resourceType: 'Patient', name: [{ text: name }], gender: 'female', birthDate: '1956-03-02',
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.2', value: '35020600100100001' }], ...more,
  }, { patient, source })

/** A resident with two sources, `results` laboratory results and some of everything else; the first result is told twice. */
export function resident(id: string, name: string, results: number, more: Partial<ServedPatient> = {}): FakeResident {
  const twice = laboratory('l0-told-by-centre', 1, 3.2, { patient: 'p2', source: 'community-health', institution: centre })
  const facts = [
    told(laboratory('l0', 1, 3.1), twice),
    ...Array.from({ length: results - 1 }, (_, index) => told(laboratory(`l${index + 1}`, index + 2, 4 + (index % 20) / 10))),
    ...[pressure('v1', 3), pressure('v2', 40), encounter('e1', 60), encounter('e2', 200), ...others()].map(single => told(single)),
  ]
  const newest = facts.toSorted((a, b) => (a.fact.time < b.fact.time ? 1 : -1))
  return {
    id, identifiers: ['35020600100100001', id], facts: newest,
    patients: [person('p1', name, 'first-hospital', more), person('p2', name, 'community-health')],
  }
}
