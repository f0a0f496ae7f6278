import * as fc from 'fast-check'
import { compose } from '../../src/archive'
import type { Patient } from '../../src/model/fhir'
import { instrument } from '../../src/store'
import { heads, resources } from '../../src/store/collections'
import { createWorld, id, patient, type World } from './world'

const source = 'first-hospital'
const chart = id(source, 'Patient', '1')
const ref = `Patient/${chart}`
const minute = (n: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000).toISOString()

describe('a resource that is told of very often', () => {
  let world: World
  let read = 0
  beforeEach(async () => {
    world = await createWorld({ wrap: (store) => ({
      ...instrument(store, () => undefined),
      find: async (collection, find) => {
        const rows = await store.find(collection, find)
        if (collection.name === 'resources') read += rows.length
        return rows
      },
    }) })
  })
  afterEach(() => world.close())

  const tell = (n: number, told: Partial<Patient>, manner: 'part' | 'whole' | 'deleted' = 'part') =>
    world.archive.write(world.compartment(source, chart, [{ resource: patient(source, '1', told), at: minute(n), manner }]))
  const address = (n: number): Partial<Patient> => ({ address: [{ text: `${n}号` }] })

  it('costs the same for the 300th message as for the 100th', async () => {
    for (let n = 0; n < 300; n += 1) {
      read = 0
      const { person } = await tell(n, n === 0 ? { birthDate: '1949-12-31' } : address(n))
      expect(person).toMatchObject({ birthDate: '1949-12-31', ...(n === 0 ? {} : address(n)) })
      expect(read).toBeLessThan(100)
    }
  })

  it('has a message of long ago in its place in the past, and the next one again at no cost', async () => {
    for (let n = 1; n <= 100; n += 1) await tell(n * 10, address(n))
    expect((await tell(5, { ...address(0), gender: 'female' })).person).toMatchObject({ ...address(100), gender: 'female' })
    expect((await tell(15, { gender: 'male' })).person).toMatchObject({ ...address(100), gender: 'male' })
    read = 0
    expect((await tell(2000, address(101))).person).toMatchObject({ ...address(101), gender: 'male' })
    expect(read).toBeLessThan(100)
  })

  it('comes to what all its tellings come to, in whatever order and manner they were told', async () => {
    const telling = fc.tuple(fc.nat(80), fc.constantFrom('part', 'part', 'part', 'whole', 'deleted'), fc.constantFrom<Partial<Patient>>(
      { gender: 'female' }, { gender: 'male' }, { birthDate: '1949' }, { name: [{ text: '陈桂芳' }] }, address(1), address(2), {},
    ))
    await fc.assert(fc.asyncProperty(fc.array(telling, { minLength: 60, maxLength: 140 }), async (tellings) => {
      const here = await createWorld()
      for (const [n, manner, told] of tellings) {
        const { person } = await here.archive.write(here.compartment(source, chart, [{ resource: patient(source, '1', told), at: minute(n), manner }]))
        const rows = await here.store.find(resources, { where: { patient: chart, ref }, limit: 1000 })
        expect(person).toEqual(compose(rows))
      }
      await here.close()
    }), { numRuns: 8 })
  })

  it('makes one of two who write at once begin again', async () => {
    for (let n = 0; n < 40; n += 1) await tell(n, address(n))
    const outcomes = await Promise.allSettled([tell(50, address(50)), tell(51, address(51))])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } })
  })

  it('has nothing beside its tellings while they are few', async () => {
    for (let n = 0; n < 30; n += 1) await tell(n, address(n))
    expect(await world.store.get(heads, [chart, ref])).toBeUndefined()
  })
})

describe('a compartment that two gateways write at once', () => {
  it('makes one of them begin again, so that what is current of it is what both told', async () => {
    const world = await createWorld()
    const part = (told: Partial<Patient>, minutes: number) =>
      world.compartment(source, chart, [{ resource: patient(source, '1', told), at: minute(minutes) }])
    const told = [part({ gender: 'female' }, 1), part({ birthDate: '1949-12-31' }, 2)]
    const outcomes = await Promise.allSettled(told.map((compartment) => world.archive.write(compartment)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.findIndex(({ status }) => status === 'rejected')
    expect(outcomes[lost]).toMatchObject({ reason: { code: 'CONFLICT' } })
    expect((await world.archive.write(told[lost]!)).person).toMatchObject({ gender: 'female', birthDate: '1949-12-31' })
    await world.close()
  })
})
