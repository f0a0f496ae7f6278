import { createVocabulary } from '../../src/archive/vocabulary'
import { changes, facts, lanes, resources, search } from '../../src/store/collections'
import type { Observation } from '../../src/model/fhir'
import { createWorld, hospital, id, patient, person, type World } from './world'

const source = 'first-hospital'
const chart = id(source, 'Patient', '1')
const potassium = (elements: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation', id: id(source, 'Observation', 'k'), status: 'final', category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] }, effectiveDateTime: '2026-11-04T16:20:00+08:00',
  valueQuantity: { value: 6.8, unit: 'mmol/L' }, ...elements,
})
const ward = (name: string) => ({ resourceType: 'Organization', id: 'o', name }) as const

describe('writing a compartment', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())
  const factsOf = async (patientId: string) =>
    createVocabulary(world.store).unpack(await world.store.find(facts, { where: { patient: patientId }, limit: 100 }))

  it('keeps the telling, makes the fact and writes a change', async () => {
    const { written } = await world.tell(source, chart, { resource: patient(source, '1', person) }, { resource: potassium() })
    expect(written).toMatchObject({ patient: chart, changed: true, person: { birthDate: '1949-12-31' } })
    const [, result] = (await factsOf(chart)).toSorted((a) => (a.type === 'Patient' ? -1 : 1))
    expect(result).toMatchObject({ type: 'LaboratoryResult', time: '2026-11-04T08:20:00.000Z', institution: hospital, source,
      record: { valueQuantity: { value: 6.8 } } })
    expect(await world.store.find(changes, { where: { lane: 0 }, limit: 10 }))
      .toMatchObject([{ patient: chart, refs: [`Patient/${chart}`, `Observation/${potassium().id}`] }])
  })

  it('stores nothing for the same words again', async () => {
    const compartment = world.compartment(source, chart, [{ resource: patient(source, '1', person) }, { resource: potassium() }])
    await world.archive.write(compartment)
    expect(await world.archive.write({ ...compartment, commitId: 'again', sequence: 99 })).toMatchObject({ changed: false, person: { id: chart } })
    expect(await world.store.find(resources, { where: { patient: chart }, limit: 10 })).toHaveLength(2)
    expect(await world.store.find(changes, { where: { lane: 0 }, limit: 10 })).toHaveLength(1)
  })

  it('makes a correction the current fact, and keeps the version before', async () => {
    await world.tell(source, chart, { resource: potassium(), manner: 'whole', at: '2026-11-04T08:30:00.000Z' })
    await world.tell(source, chart, { resource: potassium({ status: 'corrected', valueQuantity: { value: 4.6 } }), manner: 'whole', at: '2026-11-04T09:40:00.000Z' })
    expect(await factsOf(chart)).toMatchObject([{ record: { status: 'corrected', valueQuantity: { value: 4.6 } } }])
    expect(await world.store.find(resources, { where: { patient: chart }, limit: 10 })).toHaveLength(2)
  })

  it('lets a late older record become history only', async () => {
    await world.tell(source, chart, { resource: potassium({ status: 'corrected' }), manner: 'whole', at: '2026-11-04T09:40:00.000Z' })
    const { written } = await world.tell(source, chart, { resource: potassium(), manner: 'whole', at: '2026-11-04T08:30:00.000Z' })
    expect(written.changed).toBe(false)
    expect(await factsOf(chart)).toMatchObject([{ record: { status: 'corrected' } }])
  })

  it('moves a fact whose time was corrected, and removes one that was deleted or entered in error', async () => {
    await world.tell(source, chart, { resource: potassium() })
    await world.tell(source, chart, { resource: potassium({ effectiveDateTime: '2026-11-05' }), at: '2026-11-05T00:00:00.000Z' })
    expect(await factsOf(chart)).toMatchObject([{ time: '2026-11-04T16:00:00.000Z' }])
    await world.tell(source, chart, { resource: potassium({ status: 'entered-in-error' }), at: '2026-11-06T00:00:00.000Z' })
    expect(await factsOf(chart)).toEqual([])
    await world.tell(source, chart, { resource: potassium(), at: '2026-11-07T00:00:00.000Z' })
    await world.tell(source, chart, { resource: potassium(), manner: 'deleted', at: '2026-11-08T00:00:00.000Z' })
    expect(await factsOf(chart)).toEqual([])
  })

  it('keeps a type that is not mapped, without a fact', async () => {
    await world.tell(source, chart, { resource: { resourceType: 'Claim', id: 'c' } as never })
    expect(await factsOf(chart)).toEqual([])
    expect(await world.store.find(resources, { where: { patient: chart }, limit: 10 })).toHaveLength(1)
  })

  it('says who the patient is once that is known, whatever comes first', async () => {
    expect((await world.tell(source, chart, { resource: potassium() })).written.person).toBeUndefined()
    await world.tell(source, chart, { resource: patient(source, '1', person) })
    expect((await world.tell(source, chart, { resource: potassium({ status: 'amended' }), at: '2026-11-09T00:00:00.000Z' })).written.person)
      .toMatchObject({ name: [{ text: '陈桂芳' }] })
  })

  it('finds a person by name, pinyin and initials, and by identifiers only as hashes', async () => {
    const terms = async (prefix: string) => (await world.store.find(search, { where: { term: { prefix } }, limit: 10 })).map(({ term }) => term)
    await world.tell(source, chart, { resource: patient(source, '1', person) })
    expect(await terms('陈')).toEqual(['陈桂芳'])
    expect(await terms('c')).toEqual(['cgf', 'chenguifang'])
    expect(await terms('#')).toHaveLength(2)
    expect(await terms('11010519')).toEqual([])
    await world.tell(source, chart, { resource: patient(source, '1', { name: [{ text: '单雄信' }] }), at: '2026-11-02T00:00:00.000Z' })
    expect(await terms('陈')).toEqual([])
    expect(await terms('shan')).toEqual(['shanxiongxin'])
  })

  it('folds two words of one record on one resource', async () => {
    await world.tell(source, chart, { resource: patient(source, '1', { gender: 'female' }) }, { resource: patient(source, '1', { birthDate: '1956' }) })
    expect(await world.store.find(resources, { where: { patient: chart }, limit: 10 })).toHaveLength(1)
    expect(await factsOf(chart)).toMatchObject([{ record: { gender: 'female', birthDate: '1956' } }])
  })

  it('keeps a record that was mapped anew as a version behind the first', async () => {
    const compartment = world.compartment(source, chart, [{ resource: potassium() }])
    await world.archive.write(compartment)
    const [telling] = compartment.tellings
    const anew = { ...telling!, resource: { ...potassium(), valueQuantity: { value: 6.9 } }, mapper: { name: 'test', hash: 'bb' } }
    await world.archive.write({ ...compartment, tellings: [anew], commitId: 'anew', sequence: 50 })
    expect(await world.store.find(resources, { where: { patient: chart }, limit: 10 })).toHaveLength(2)
    expect(await factsOf(chart)).toMatchObject([{ record: { valueQuantity: { value: 6.9 } } }])
  })

  it('stores nothing of a directory entry that says nothing new', async () => {
    const directory = 'directory:first-hospital'
    await world.tell(source, directory, { resource: ward('市第一医院') })
    expect((await world.tell(source, directory, { resource: ward('市第一医院'), at: '2026-11-02T00:00:00.000Z' })).written.changed).toBe(false)
    expect(await world.store.find(resources, { where: { patient: directory }, limit: 10 })).toHaveLength(1)
    expect((await world.tell(source, directory, { resource: ward('厦门市第一医院'), at: '2026-11-03T00:00:00.000Z' })).written.changed).toBe(true)
  })

  it('refuses a write whose lease was lost, and writes nothing of it', async () => {
    const compartment = world.compartment(source, chart, [{ resource: potassium() }])
    await expect(world.archive.write({ ...compartment, fence: { collection: lanes, key: [0], token: 'stale' } })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(await factsOf(chart)).toEqual([])
  })

  it('refuses words of a source that is not configured', async () => {
    await expect(world.archive.write(world.compartment('nobody', chart, [{ resource: potassium() }]))).rejects.toMatchObject({ code: 'UNKNOWN_SOURCE' })
  })
})
