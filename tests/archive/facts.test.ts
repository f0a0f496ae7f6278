import { project, sourceContext } from '../../src/archive/index'
import { createVocabulary } from '../../src/archive/vocabulary'
import { openStore } from '../../src/store'
import type { KeptFact } from '../../src/store/collections'
import { codesOfFact, currentProjection } from '../../src/archive/project'
import { mergeTellers, createPreference } from '../../src/archive/tellers'
import type { Fact } from '../../src/model/fact'
import type { FhirResource } from '../../src/model/fhir'
import { decodeGlobalId, encodeGlobalId } from '../../src/model/globalId'
import { dayOf, endOf, precise, startOf } from '../../src/archive/instants'
import { centre, fromInstitution, hospital, id, idKey, platform, sources } from './world'

const contextOf = (source: string) => sourceContext(sources.get(source)!.source, idKey)
const factOf = (resource: object, source = 'first-hospital'): Fact | undefined =>
  project({ id: 'x', ...resource } as FhirResource, 'p', contextOf(source))
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const same = (resource: object, source?: string) => factOf(resource, source)?.same
const observed = (elements: object) => ({ resourceType: 'Observation', status: 'final', code: loinc('2823-3'), ...elements })
const performedBy = (source: string, institution: string) => [{ reference: `Organization/${id(source, 'Organization', institution)}`, display: 'name' }]

describe('facts', () => {
  it('tell Observations apart by category', () => {
    expect(['laboratory', 'vital-signs', 'social-history'].map((code) => factOf(observed({ category: [{ coding: [{ code }] }] }))?.type))
      .toEqual(['LaboratoryResult', 'VitalSign', 'Observation'])
    expect(factOf(observed({}))?.type).toBe('Observation')
  })

  it('have the served elements only, the global id, and the printed recognition marks', () => {
    const record = factOf(observed({ extension: [{ url: 'urn:hutong:recognition-mark', valueString: '全国HR' }], subject: { reference: 'Patient/p' }, method: { text: 'ISE' } }))!.record
    expect(record).toEqual({ id: encodeGlobalId('Observation', 'p', 'x'), resourceType: 'Observation', status: 'final', code: loinc('2823-3'), method: { text: 'ISE' }, recognitionMarks: ['全国HR'] })
  })

  it('stand at the start of a partial date in China\'s time, and at no place where none is told', () => {
    expect(factOf(observed({ effectiveDateTime: '2026-11' }))!.time).toBe('2026-10-31T16:00:00.000Z')
    expect(factOf(observed({ effectivePeriod: { start: '2026-11-04T16:20:00+08:00' } }))!.time).toBe('2026-11-04T08:20:00.000Z')
    expect(factOf(observed({}))!.time).toBe('')
  })

  it('are told by the institution that the mapper names, else by the source\'s own; a visit by where it was', () => {
    expect(factOf(observed({}))!.institution).toBe(hospital)
    expect(factOf(observed({ meta: fromInstitution(centre) }), 'regional-platform')!.institution).toBe(centre)
    const visit = { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, serviceProvider: performedBy('regional-platform', centre)[0] }
    expect(factOf(visit, 'regional-platform')!.institution).toBe(centre)
  })

  it.each([
    { resourceType: 'Observation', status: 'entered-in-error', code: {} }, { resourceType: 'Encounter', status: 'entered-in-error' },
    { resourceType: 'Condition', verificationStatus: { coding: [{ code: 'entered-in-error' }] } }, { resourceType: 'MedicationRequest', status: 'entered-in-error' },
    { resourceType: 'AllergyIntolerance', verificationStatus: { coding: [{ code: 'entered-in-error' }] } }, { resourceType: 'Procedure', status: 'entered-in-error' },
    { resourceType: 'Claim' }, { resourceType: 'Organization' },
  ])('are not made of what is none: %j', (resource) => expect(factOf(resource)).toBeUndefined())

  it('are made of what was cancelled: that it was is a fact', () =>
    expect(factOf({ resourceType: 'Encounter', status: 'cancelled', class: {} })).toMatchObject({ type: 'Encounter' }))

  it('carry every code to filter by, once', () =>
    expect(codesOfFact(factOf(observed({ component: [{ code: loinc('8480-6') }, { code: loinc('8480-6') }] }))!)).toEqual(['http://loinc.org|2823-3', 'http://loinc.org|8480-6']))

  it('name the medicine that a prescription holds inside', () => {
    const fact = factOf({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', authoredOn: '2026-07-06', medicationReference: { reference: '#m' },
      contained: [{ resourceType: 'Medication', id: 'm', code: { text: '氨氯地平' } }] })
    expect(fact).toMatchObject({ record: { medicationCodeableConcept: { text: '氨氯地平' } }, same: 'prescription|氨氯地平|2026-07-06', apart: [hospital, ''] })
  })
})

describe('the same fact', () => {
  it('is a result of one item, collected in one minute, by one laboratory, whatever its value and however its time is written', () => {
    const key = same(observed({ effectiveDateTime: '2026-11-04T16:20:00+08:00', valueQuantity: { value: 6.8 }, performer: performedBy('first-hospital', hospital) }))
    expect(key).toBe('observation|http://loinc.org|2823-3|2026-11-04T08:20')
    expect(same(observed({ effectiveDateTime: '2026-11-04T08:20:59Z', valueQuantity: { value: 6.7 }, performer: performedBy('regional-platform', hospital) }), 'regional-platform')).toBe(key)
    expect(same(observed({ effectiveDateTime: '2026-11-04' }))).not.toBe(key)
    expect(same(observed({ effectiveDateTime: '2026-11-04T16:21:00+08:00' }))).not.toBe(key)
    expect(factOf(observed({ performer: performedBy('regional-platform', hospital), effectiveDateTime: '2026-11-04T08:20Z' }), 'regional-platform')!.apart).toEqual([hospital])
    expect(factOf(observed({ effectiveDateTime: '2026-11-04T08:20Z' }), 'regional-platform')!.apart).toBeUndefined()
  })

  it('goes by LOINC beside a local code, and by name, unit and specimen where there is no shared code', () => {
    const local = { system: 'urn:hutong:first-hospital:lab', code: 'K' }
    const at = { effectiveDateTime: '2026-11-04' }
    expect(same(observed({ ...at, code: { coding: [local, { system: 'http://loinc.org', code: '2823-3' }] } }))).toBe(same(observed(at)))
    expect(same(observed({ ...at, code: { coding: [local], text: ' 钾 ' }, valueQuantity: { value: 1, unit: 'mmol/L' }, specimen: { display: '血清' } })))
      .toBe('observation|钾~mmol/l~血清|2026-11-04')
    expect(same(observed({ ...at, code: {} }))).toBeUndefined()
    expect(same(observed({}))).toBeUndefined()
  })

  it.each([
    [{ resourceType: 'Encounter', status: 'finished', class: { code: 'IMP' }, period: { start: '2026-07-24T01:00:00+08:00' } }, `encounter|${hospital}|IMP|2026-07-24`],
    [{ resourceType: 'Condition', code: { coding: [{ system: 'urn:oid:2.16.156.10011.2.3.3.11', code: 'I10.x05' }] }, recordedDate: '2019-03-01' }, 'condition|urn:oid:2.16.156.10011.2.3.3.11|I10.x05|2019-03-01'],
    [{ resourceType: 'AllergyIntolerance', code: { text: '青霉素' } }, 'allergy|青霉素'],
    [{ resourceType: 'Immunization', status: 'completed', vaccineCode: { text: '乙肝疫苗' }, occurrenceDateTime: '2026-05-11', protocolApplied: [{ doseNumberPositiveInt: 1 }] }, 'immunization|乙肝疫苗|2026-05-11'],
    [{ resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: '缬沙坦' }, effectiveDateTime: '2026-07-06', dosage: [{ doseAndRate: [{ doseQuantity: { value: 80, unit: 'mg' } }] }] }, 'medication|缬沙坦|2026-07-06'],
    [{ resourceType: 'Procedure', status: 'completed', code: { text: '造影' }, performedPeriod: { start: '2026-07-25T23:30:00Z' } }, 'procedure|造影|2026-07-26'],
    [{ resourceType: 'DiagnosticReport', status: 'final', code: { text: '血常规' }, issued: '2026-07-25T10:00:00Z' }, 'report|血常规|2026-07-25T10:00'],
    [{ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:q', authored: '2026-07-06' }, 'follow-up|urn:q|2026-07-06'],
    [{ resourceType: 'Condition', code: { text: '感冒' }, recordedDate: '2026' }, undefined],
    [{ resourceType: 'Patient' }, undefined],
  ])('is known by its key: %j', (resource, key) => expect(same(resource)).toBe(key))
})

const teller = (source: string, name: string, more: Partial<Fact> = {}): Fact => ({ patient: source, type: 'LaboratoryResult', time: '2026-11-04T08:20:00.000Z',
  id: name, projection: currentProjection, source, institution: hospital, same: 'k', record: { resourceType: 'Observation', id: name, status: 'final', code: {} }, ...more })
const numbered = (value: string): Partial<Fact> => ({ record: { resourceType: 'Encounter', id: 'e', status: 'finished', class: {}, identifier: [{ system: 'urn:oid:2.16.156.10011.1.11', value }] } })

/** Written by one process and read by another, which remembers no word. */
async function stored(fact: Fact): Promise<Fact | undefined> {
  const store = await openStore('sqlite::memory:')
  const { row, words } = createVocabulary(store).pack(fact)
  await store.commit('words', words)
  const [read] = await createVocabulary(store).unpack([JSON.parse(JSON.stringify(row)) as KeptFact])
  await store.close()
  return read
}
const category = (code: string) => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }]

describe('a fact as it is kept', () => {
  it('is the same again when it is read, but for the key, which is hashed', async () => {
    for (const resource of [observed({ category: category('laboratory') }), observed({ category: category('vital-signs') }), observed({ category: [{ coding: [{ code: 'laboratory' }], text: '检验' }] }),
      observed({}), { resourceType: 'QuestionnaireResponse', status: 'completed', identifier: { system: 'urn:x', value: '1' } }, { resourceType: 'Patient', birthDate: '1956' }]) {
      const fact = factOf(resource)!
      expect(await stored(fact)).toEqual(fact)
    }
    const keyed = factOf(observed({ effectiveDateTime: '2026-11-04' }))!
    expect(await stored(keyed)).toEqual({ ...keyed, same: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown, apart: [expect.stringMatching(/^[0-9a-f]{8}$/)] as unknown })
  })

  it('says what recurs in a word of its own: once written, it is named', async () => {
    const store = await openStore('sqlite::memory:')
    const vocabulary = createVocabulary(store)
    const fact = factOf(observed({ category: category('laboratory') }))!
    const first = vocabulary.pack(fact)
    expect(first.words.length).toBeGreaterThan(0)
    expect(first.row.record).not.toHaveProperty('code')
    vocabulary.kept(first.words)
    const second = vocabulary.pack(fact)
    expect(second.words).toEqual([])
    expect(JSON.stringify(second.row).length).toBeLessThan(300)
    await store.close()
  })

  it('keeps somebody\'s own words where they are', () => {
    const own = { text: '患者自述：昨夜起胸口闷痛，活动后加重，休息后可缓解，伴出汗' }
    const { row } = createVocabulary(undefined as never).pack(factOf({ resourceType: 'Condition', code: own, recordedDate: '2026-11-01' })!)
    expect(row.record).toHaveProperty('code', own)
  })
})

describe('tellers of one fact', () => {
  const preference = createPreference(sources)
  const merged = (...facts: Fact[]) => mergeTellers(facts, preference).map(({ tellers }) => tellers.map(({ id: name }) => name).join(' '))

  it('are one across sources, and never within one', () => {
    expect(merged(teller('first-hospital', 'a'), teller('regional-platform', 'b'))).toEqual(['a b'])
    expect(merged(teller('first-hospital', 'a'), teller('first-hospital', 'b'))).toEqual(['a', 'b'])
    expect(merged(teller('first-hospital', 'a', { same: 'x' }), teller('regional-platform', 'b'))).toEqual(['a', 'b'])
  })

  it('are paired by instant, then in order, and not against their numbers', () => {
    expect(merged(teller('first-hospital', 'a', { time: '2026-11-04T01:00:00.000Z' }), teller('first-hospital', 'b'), teller('regional-platform', 'c'))).toEqual(['b c', 'a'])
    expect(merged(teller('first-hospital', 'a', numbered('1')), teller('regional-platform', 'c', numbered('2')))).toEqual(['a', 'c'])
    expect(merged(teller('first-hospital', 'a', numbered('1')), teller('first-hospital', 'b', numbered('2')), teller('regional-platform', 'c', numbered('2')))).toEqual(['a', 'b c'])
  })

  it('are apart where both say who did it, or in what dose, and it is not the same; what is not told is no difference', () => {
    expect(merged(teller('first-hospital', 'a', { apart: ['x', ''] }), teller('regional-platform', 'b', { apart: ['x', '5mg'] }))).toEqual(['a b'])
    expect(merged(teller('first-hospital', 'a', { apart: ['x', '10mg'] }), teller('regional-platform', 'b', { apart: ['x', '5mg'] }))).toEqual(['a', 'b'])
    expect(merged(teller('first-hospital', 'a', { apart: ['x'] }), teller('regional-platform', 'b', { apart: ['y'] }), teller('community-health', 'c'))).toEqual(['a c', 'b'])
  })

  it('of a panel are those, too, who tell its parts one by one; never the panel\'s own source, nor of another minute', () => {
    const pressure = { resourceType: 'Observation', status: 'final', category: [{ coding: [{ code: 'vital-signs' }] }], effectiveDateTime: '2026-11-04T16:20:00+08:00' }
    const of = (source: string, name: string, code: string, more: object = {}) => ({ ...factOf({ ...pressure, id: name, code: loinc(code), ...more }, source)!, institution: hospital })
    const panel = of('regional-platform', 'panel', '85354-9', { component: [{ code: loinc('8480-6') }, { code: loinc('8462-4') }] })
    const [systolic, diastolic, pulse] = [of('first-hospital', 's', '8480-6'), of('first-hospital', 'd', '8462-4'), of('first-hospital', 'p', '8867-4')]
    expect(merged(systolic, panel, diastolic, pulse).toSorted()).toEqual(['p', 'panel d s'])
    expect(merged(of('regional-platform', 's', '8480-6'), panel).toSorted()).toEqual(['panel', 's'])
    expect(merged(of('first-hospital', 's', '8480-6', { effectiveDateTime: '2026-11-04T16:21:00+08:00' }), panel).toSorted()).toEqual(['panel', 's'])
  })

  it('of a panel are known by the keys as they are kept', async () => {
    const at = { effectiveDateTime: '2026-11-04T16:20:00+08:00' }
    const kept = await Promise.all([
      stored(factOf(observed({ ...at, id: 'panel', code: loinc('85354-9'), component: [{ code: loinc('2823-3') }] }), 'regional-platform')!), stored(factOf(observed({ ...at, id: 'part' }))!),
    ])
    expect(merged(...kept as Fact[])).toEqual(['panel part'])
  })

  it('stand with the surer first, then the nearer, then by source', () => {
    const preliminary = { record: { resourceType: 'Observation', id: 'e', status: 'preliminary', code: {} } } as const
    expect(merged(teller('regional-platform', 'b'), teller('first-hospital', 'a'))).toEqual(['a b'])
    expect(merged(teller('regional-platform', 'b'), teller('first-hospital', 'a', preliminary))).toEqual(['b a'])
    expect(merged(teller('regional-platform', 'b', { institution: platform }), teller('community-health', 'c', { institution: platform }))).toEqual(['b c'])
    expect(merged(teller('unknown', 'u'), teller('regional-platform', 'b'), teller('community-health', 'c'))).toEqual(['b c u'])
  })
})

describe('dates as instants', () => {
  it.each([['2024', '2023-12-31T16:00:00.000Z', '2024-12-31T16:00:00.000Z'], ['2024-02', '2024-01-31T16:00:00.000Z', '2024-02-29T16:00:00.000Z'],
    ['2024-02-29', '2024-02-28T16:00:00.000Z', '2024-02-29T16:00:00.000Z'], ['2024-02-29T10:00Z', '2024-02-29T10:00:00.000Z', '2024-02-29T10:00:00.000Z'],
    ['2024-02-29T10:00:00.5-05:00', '2024-02-29T15:00:00.500Z', '2024-02-29T15:00:00.500Z'], ['2024-02-29T10:00', '2024-02-29T02:00:00.000Z', '2024-02-29T02:00:00.000Z'],
    ['2023-02-29', '', ''], ['2024-13-45', '', ''], ['2024-01-01T25:00:00Z', '', ''], ['soon', '', '']])('%s', (value, start, end) => {
    expect([startOf(value), endOf(value)]).toEqual([start, end])
  })

  it('tell facts apart to the minute, or by the date as told', () =>
    expect([precise('2024-02-29T10:00:59Z'), precise('2024-02'), precise(undefined)]).toEqual(['2024-02-29T10:00', '2024-02', '']))
})

describe('a day', () => {
  it.each([['2026-07-25T23:30:00Z', '2026-07-26'], ['2026-07-25T23:30:00+00:00', '2026-07-26'], ['2026-07-25T23:30:00-04:00', '2026-07-25'],
    ['2026-07-25T00:30:00+08:00', '2026-07-25'], ['2026-07-25T00:30', '2026-07-25'], ['2026-07-25', '2026-07-25'], ['2026-07', '']])(
    'of %s is %s: the teller\'s own, and China\'s where the time is in UTC', (value, day) => expect(dayOf(value)).toBe(day))
})

describe('global ids', () => {
  it('give back what they were made of', () => {
    for (const parts of [['p', 'x'], ['a:b', '%'], ['居民']]) expect(decodeGlobalId(encodeGlobalId('Encounter', ...parts))).toEqual({ type: 'Encounter', parts })
  })

  it.each(['', '!', 'abcd', 'enc', 'enc.', 'enc..a', 'En counter.a', 'enc.%zz', 'enc.%00', 'Encounter.a', `${encodeGlobalId('Encounter', 'a')}=`])('are refused when malformed: "%s"', (text) =>
    expect(() => decodeGlobalId(text)).toThrow(expect.objectContaining({ code: 'BAD_ID' })))
})
