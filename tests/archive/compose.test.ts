import * as fc from 'fast-check'
import { compose, composeVersions, foldTellings, type Told } from '../../src/archive/compose'
import type { Encounter, FhirResource, Observation, Patient } from '../../src/model/fhir'

let clock = 0
const told = (resource: object, manner: Told['manner'] = 'part', removed?: readonly string[]): Told => {
  clock += 1
  return { version: `2026-11-04T08:00:00.000Z~${String(clock).padStart(6, '0')}`, manner, resource: resource as FhirResource, ...(removed ? { removed } : {}) }
}
const patient = (elements: Partial<Patient>): Patient => ({ resourceType: 'Patient', id: 'p', ...elements })
const composed = (...tellings: readonly Told[]) => compose(tellings)

const identifier = (system: string, value: string) => ({ identifier: [{ system, value }] })
const archive = (value: string) => patient(identifier('urn:oid:2.16.156.10011.1.2', value))
const seen = (elements: Partial<Observation>) => ({ resourceType: 'Observation', id: 'o', ...elements })
const coded = (code: object) => ({ resourceType: 'Condition', id: 'c', code })
const doctor = (reference: string, more = {}) => ({ individual: { reference }, ...more })
const visit = (elements: Partial<Encounter>) => ({ resourceType: 'Encounter', id: 'e', ...elements })

describe('composition of what was told', () => {
  it('is nothing where nothing was told', () => expect(compose([])).toBeUndefined())

  it('lets a thin record delete nothing', () => {
    const full = patient({ name: [{ text: '张三' }], birthDate: '1956-03-02', address: [{ text: '湖里区' }] })
    expect(composed(told(full), told(patient({ name: [{ text: '张三' }] })))).toEqual(full)
  })

  it('lets the newest word on an element win', () =>
    expect(composed(told(patient({ gender: 'male' })), told(patient({ gender: 'female' })))).toMatchObject({ gender: 'female' }))

  it('keeps a known status where a later record (a coded front page) does not know it', () => {
    expect(composed(told(visit({ status: 'finished' })), told(visit({ status: 'unknown' })))).toMatchObject({ status: 'finished' })
    expect(composed(told(visit({ status: 'unknown' })), told(visit({ status: 'finished' })))).toMatchObject({ status: 'finished' })
  })

  it('empties what the source explicitly empties, deep and in lists', () => {
    const stay = { resourceType: 'Encounter', id: 'e', status: 'finished', period: { start: '2026-07-24', end: '2026-07-30' } }
    expect(composed(told(stay), told({ resourceType: 'Encounter', id: 'e', status: 'in-progress' }, 'part', ['period.end'])))
      .toEqual({ ...stay, status: 'in-progress', period: { start: '2026-07-24' } })
    expect(composed(told(patient({ name: [{ text: 'a', family: 'b' }] })), told(patient({}), 'part', ['name.family'])))
      .toEqual(patient({ name: [{ text: 'a' }] }))
  })

  it('never removes the id', () => expect(composed(told(patient({})), told(patient({}), 'part', ['id']))).toEqual(patient({})))

  it('puts a whole resource in the place of all before it', () =>
    expect(composed(told(patient({ gender: 'male' })), told(patient({ birthDate: '1956' }), 'whole'))).toEqual(patient({ birthDate: '1956' })))

  it('is nothing after a deletion, and begins anew with what is told later', () => {
    expect(composed(told(patient({ gender: 'male' })), told(patient({}), 'deleted'))).toBeUndefined()
    expect(composed(told(patient({ gender: 'male' })), told(patient({}), 'deleted'), told(patient({ active: true })))).toEqual(patient({ active: true }))
  })

  it('adds an end to a period that had a start', () => {
    expect(composed(told(visit({ period: { start: '2026-07-24' } })), told(visit({ period: { end: '2026-07-30' } }))))
      .toMatchObject({ period: { start: '2026-07-24', end: '2026-07-30' } })
  })

  it('replaces an identifier of the same system and type, and keeps others', () => {
    expect(composed(told(patient(identifier('a', '1'))), told(patient(identifier('b', '2'))), told(patient(identifier('a', '3')))))
      .toMatchObject({ identifier: [{ system: 'a', value: '3' }, { system: 'b', value: '2' }] })
  })

  it('keeps both archive numbers of a resident who moved', () => {
    expect((composed(told(archive('1')), told(archive('2'))) as Patient).identifier).toHaveLength(2)
  })

  it('keeps a Chinese and a Latin name beside each other', () =>
    expect((composed(told(patient({ name: [{ text: '何嘉敏' }] })), told(patient({ name: [{ text: 'HO KA MAN' }] }))) as Patient).name).toHaveLength(2))

  it('keeps two phones of one kind that one record told, and replaces both by a later word', () => {
    const phones = (...values: string[]) => patient({ telecom: values.map((value) => ({ system: 'phone', use: 'mobile', value })) })
    expect(composed(told(phones('1', '2')), told(patient({ active: true })))).toMatchObject(phones('1', '2'))
    expect(composed(told(phones('1', '2')), told(phones('3')))).toEqual(phones('3'))
  })

  it('lets a value of another type take the place of the older one, and of the reason for its absence', () => {
    expect(composed(told(seen({ valueQuantity: { value: 1 } })), told(seen({ valueString: 'positive' })))).toEqual(seen({ valueString: 'positive' }))
    expect(composed(told(seen({ dataAbsentReason: { text: 'later' } })), told(seen({ valueInteger: 1 })))).toEqual(seen({ valueInteger: 1 }))
    expect(composed(told(seen({ valueInteger: 1 })), told(seen({ dataAbsentReason: { text: 'lost' } })))).toEqual(seen({ dataAbsentReason: { text: 'lost' } }))
  })

  it('does not mix an old unit with a new value', () => {
    expect(composed(told(seen({ valueQuantity: { value: 6.8, unit: 'mmol/L' } })), told(seen({ valueQuantity: { value: 4.6 } })))).toEqual(seen({ valueQuantity: { value: 4.6 } }))
  })

  it('does not keep the name of an old code beside a new one', () => {
    expect(composed(told(coded({ coding: [{ system: 's', code: 'I10' }], text: '高血压' })), told(coded({ coding: [{ system: 's', code: 'E11' }] }))))
      .toEqual(coded({ coding: [{ system: 's', code: 'E11' }] }))
    expect(composed(told(coded({ coding: [{ system: 's', code: 'I10' }], text: '高血压' })), told(coded({ coding: [{ system: 't', code: '1' }] }))))
      .toEqual(coded({ coding: [{ system: 's', code: 'I10' }, { system: 't', code: '1' }], text: '高血压' }))
  })

  it('keeps a day of death where a thin record only says dead', () =>
    expect(composed(told(patient({ deceasedDateTime: '2026-10-02' })), told(patient({ deceasedBoolean: true }))))
      .toEqual(patient({ deceasedDateTime: '2026-10-02' })))

  it('lays participants over one another by who takes part', () => {
    expect((composed(told(visit({ participant: [doctor('a')] })), told(visit({ participant: [doctor('b'), doctor('a', { period: { start: '2026' } })] }))) as Encounter).participant)
      .toEqual([doctor('a', { period: { start: '2026' } }), doctor('b')])
  })

  it('changes nothing in what it was given', () => {
    const older = told(patient({ name: [{ text: 'a' }], telecom: [{ value: '1' }] }))
    const copy = structuredClone(older)
    composed(older, told(patient({ name: [{ text: 'b' }] }), 'part', ['telecom']))
    expect(older).toEqual(copy)
  })

  it('counts only the last of several mappings of one record', () => {
    const first = told(patient({ gender: 'male', active: true }))
    const anew = { ...told(patient({ gender: 'female' })), version: `${first.version}~0002` }
    expect(composed(anew, first)).toEqual(patient({ gender: 'female' }))
    expect(composeVersions([first, anew])).toHaveLength(1)
  })

  it('folds what one record says twice of one resource', () => {
    const one: Omit<Told, 'version'> = { manner: 'part', resource: patient({ gender: 'male' }) }
    expect(foldTellings(one, { manner: 'part', resource: patient({ active: true }), removed: ['address'] }))
      .toEqual({ manner: 'part', resource: patient({ gender: 'male', active: true }), removed: ['address'] })
    expect(foldTellings(one, { manner: 'deleted', resource: patient({}) }).manner).toBe('deleted')
  })

  it('is the same in whatever order the records arrive', () => {
    const element = fc.record({
      gender: fc.constantFrom('male', 'female'), birthDate: fc.constantFrom('1956', '1956-03-02'), active: fc.boolean(),
      name: fc.array(fc.record({ text: fc.constantFrom('张三', 'ZHANG SAN', '李四') }), { maxLength: 2 }),
      identifier: fc.array(fc.record({ system: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2') }), { maxLength: 3 }),
      deceasedBoolean: fc.boolean(), deceasedDateTime: fc.constantFrom('2026-10-02'),
    }, { requiredKeys: [] })
    const manner = fc.constantFrom<Told['manner']>('part', 'part', 'part', 'whole', 'deleted')
    const tellings = fc.array(fc.tuple(element, manner, fc.subarray(['name', 'birthDate', 'identifier.value'])), { maxLength: 8 })
      .map((all) => all.map(([each, how, removed]) => told(patient(each as Partial<Patient>), how, removed)))
    fc.assert(fc.property(tellings.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => { expect(compose(shuffled)).toEqual(compose(all)) }))
  })
})
