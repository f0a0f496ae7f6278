import { codesOf, hospital, mapText, message, plainSource, resourcesOf, tellingsOf } from './support'

const pid = 'PID|1||SY1^^^SYY^MR||张三'
const pv1 = (fields: Readonly<Record<number, string>>) => {
  const all: Readonly<Record<number, string>> = { 1: '1', 2: 'I', 19: 'V1^^^SYY^VN', ...fields }
  return `PV1|${Array.from({ length: 50 }, (_, i) => all[i + 1] ?? '').join('|')}`
}
const visit = (event: string, fields: Readonly<Record<number, string>> = {}, more: readonly string[] = [], source = hospital()) =>
  mapText(message(`ADT^${event}`, [`EVN|${event}|20260730102000||||20260730101500`, pid, pv1(fields), ...more]), source)
const encounter = (...told: Parameters<typeof visit>) => tellingsOf(visit(...told), 'Encounter')[0]!

describe('the status of a visit', () => {
  it.each([
    ['A01', {}, 'in-progress'],
    ['A03', {}, 'finished'],
    ['A04', { 2: 'O' }, 'in-progress'],
    ['A04', { 2: 'P' }, 'planned'],
    ['A05', {}, 'planned'],
    ['A08', {}, 'unknown'],
    ['A08', { 45: '20260730' }, 'finished'],
    ['A11', {}, 'cancelled'],
    ['A13', { 45: '20260730' }, 'in-progress'],
  ])('%s %o: %s', (event, fields, status) => {
    expect(encounter(event, fields).resource.status).toBe(status)
  })

  it('is the same visit in all of them, told in parts', () => {
    const tellings = ['A01', 'A03', 'A08', 'A11', 'A13'].map(event => encounter(event))
    expect(new Set(tellings.map(({ resource }) => resource.id)).size).toBe(1)
    expect(new Set(tellings.map(({ manner }) => manner))).toEqual(new Set(['part']))
  })
})

describe('a discharge', () => {
  it('tells its end, 离院方式 in the hospital\'s code and FHIR\'s, and where to', () => {
    const { resource } = encounter('A03', { 36: '3', 37: '12350206426600011W', 45: '20260730101500' })
    expect(resource.period).toEqual({ end: '2026-07-30T10:15:00+08:00' })
    expect(resource.hospitalization?.dischargeDisposition?.coding?.map(({ code }) => code)).toEqual(['3', 'other-hcf'])
    expect(resource.hospitalization?.destination?.display).toBe('湖里街道社区卫生服务中心')
  })

  it('ends when the event occurred where PV1 does not say', () => {
    expect(encounter('A03').resource.period?.end).toBe('2026-07-30T10:15:00+08:00')
  })

  it('is withdrawn by A13, with all that it told', () => {
    const { resource, removed } = encounter('A13', { 36: '3', 37: '12350206426600011W', 44: '20260724', 45: '20260730101500' })
    expect(removed).toEqual(['period.end', 'hospitalization.dischargeDisposition', 'hospitalization.destination'])
    expect(resource.period).toEqual({ start: '2026-07-24' })
    expect(resource.hospitalization).toBeUndefined()
  })

  it('in a code that the table does not know keeps the code, with an issue', () => {
    const result = visit('A03', { 36: '7' })
    const { hospitalization } = resourcesOf(result, 'Encounter')[0]!
    expect(hospitalization?.dischargeDisposition).toMatchObject({ coding: [{ code: '7' }], text: '7' })
    expect(codesOf(result)).toEqual(['unknown-code PV1-36'])
  })
})

describe('a visit\'s number', () => {
  it('is PV1-19, with 住院号 beside it', () => {
    const { resource } = encounter('A01', { 50: 'ZY1^^^ZYH' })
    expect(resource.identifier?.map(({ system, value }) => `${system} ${value}`)).toEqual([
      'urn:hutong:first-hospital:VN V1', 'urn:oid:2.16.156.10011.1.12 ZY1',
    ])
    expect(resource.identifier?.[1]?.assigner?.display).toBe('市第一医院')
  })

  it('falls back to PV1-50, and to the patient\'s admission time', () => {
    const byNumber = encounter('A01', { 19: '', 50: 'ZY1^^^ZYH' })
    expect(byNumber.resource.id).toBe(encounter('A03', { 19: '', 50: 'ZY1^^^ZYH' }).resource.id)
    expect(encounter('A01', { 19: '', 44: '20260724' }).resource.id).not.toBe(byNumber.resource.id)
  })

  it('is nowhere: then no visit is told, and the patient is', () => {
    const result = visit('A08', { 2: 'N', 19: '' })
    expect(resourcesOf(result, 'Encounter')).toEqual([])
    expect(resourcesOf(result, 'Patient')).toHaveLength(1)
  })
})

const condition = (dg1: string, source = hospital()) => resourcesOf(visit('A01', {}, [dg1], source), 'Condition')[0]!

describe('diagnoses', () => {
  it.each([
    ['DG1|1||J18.900^肺炎（待查）^ICD10CN||20260724|A', 'provisional'],
    ['DG1|1||J18.900^疑似肺炎^ICD10CN||20260724|F', 'provisional'],
    ['DG1|1||J18.900^肺炎^ICD10CN|初步诊断：肺炎|20260724|A', 'provisional'],
    ['DG1|1||J18.900^肺炎^ICD10CN||20260724|W', 'provisional'],
    ['DG1|1||J18.900^肺炎^ICD10CN||20260724|F', 'confirmed'],
    ['DG1|1||J18.900^肺炎^ICD10CN||20260724|A', undefined],
  ])('%s: %s', (dg1, status) => {
    expect(condition(dg1).verificationStatus?.coding?.[0]?.code).toBe(status)
  })

  it('of different versions of ICD are never joined by looks', () => {
    const dg1 = ['ICD10', 'ICD10CN'].map((system, i) => `DG1|${i + 1}||I10.x05^高血压病3级^${system}||20260726|F`)
    const result = visit('A03', {}, dg1)
    const conditions = resourcesOf(result, 'Condition')
    expect(new Set(conditions.map(({ id }) => id)).size).toBe(2)
    expect(new Set(conditions.map(({ code }) => code?.coding?.[0]?.system)).size).toBe(2)
  })

  it('at admission and at discharge are one Condition; the visit ranks them', () => {
    const dg1 = 'DG1|1||E11.900^2型糖尿病^ICD10CN||20260724|A|||||||||1'
    const [admitted, discharged] = ['A01', 'A03'].map(event => visit(event, {}, [dg1]))
    expect(resourcesOf(admitted!, 'Condition')[0]?.id).toBe(resourcesOf(discharged!, 'Condition')[0]?.id)
    expect(resourcesOf(admitted!, 'Encounter')[0]?.diagnosis?.[0]?.rank).toBe(1)
  })

  it('date their onset as HL7\'s tables have it, or their record where the source says so', () => {
    const dg1 = 'DG1|1||J18.9^Pneumonia^I10||20260724|A'
    expect(condition(dg1)).toMatchObject({ recordedDate: '2026-07-24' })
    expect(condition(dg1, plainSource)).toMatchObject({
      onsetDateTime: '2026-07-24', code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10' }] },
    })
  })

  it('taken back (DG1-21 D) are entered in error; without code and text they are none', () => {
    const taken = condition(`DG1|1||J18.900^肺炎^ICD10CN||20260724|A${'|'.repeat(15)}D`)
    expect(taken.verificationStatus?.coding?.[0]?.code).toBe('entered-in-error')
    expect(codesOf(visit('A01', {}, ['DG1|1||||20260724|A']))).toEqual(['diagnosis-without-code DG1-3'])
  })
})

it('a department, ward and bed are where the patient lies', () => {
  const { resource } = encounter('A01', { 3: 'NFM^05^12^内分泌代谢科' })
  expect(resource.serviceType).toEqual({ text: '内分泌代谢科' })
  expect(resource.location?.[0]?.location).toMatchObject({ display: '内分泌代谢科 NFM 05 12', identifier: { value: 'NFM-05-12' } })
})

it('an allergy is one of its patient, whichever message lists it', () => {
  const al1 = 'AL1|1|DA|^青霉素|SV|皮疹~呼吸困难'
  const [one, two] = ['A01', 'A08'].map(event => resourcesOf(visit(event, {}, [al1]), 'AllergyIntolerance')[0]!)
  expect(one!.id).toBe(two!.id)
  expect(one).toMatchObject({
    category: ['medication'], criticality: 'high', reaction: [{ severity: 'severe' }, { severity: 'severe' }],
  })
})

it('what nobody used is listed', () => {
  expect(visit('A01', {}, ['IN1|1|310^医保', 'ZZZ|x']).unmapped).toEqual(['IN1-1', 'IN1-2', 'ZZZ-1'])
})
