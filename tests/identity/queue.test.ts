import { createIdentity } from '../../src/identity/index'
import type { Patient } from '../../src/model/fhir'
import { openStore } from '../../src/store'

const system = 'urn:oid:2.16.156.10011.1.3'
const [number, other] = ['11010519491231002X', '440524188001010014']
const chen: Partial<Patient> = { name: [{ text: '陈桂芳' }], birthDate: '1949-12-31', gender: 'female' }
const found: Partial<Patient> = { ...chen, telecom: [{ system: 'phone', value: '13850051234' }] }
const numbered = (value: string | undefined, told: Partial<Patient>): Partial<Patient> => ({ ...told, identifier: [{ system, value: value! }] })
const mine = numbered(number, chen)
const li = numbered(other, { name: [{ text: '李四' }], birthDate: '1880-01-01', gender: 'male' })
const into = (survivor: string, told: Partial<Patient>): Partial<Patient> => ({ ...told, link: [{ type: 'replaced-by', other: { reference: `Patient/${survivor}` } }] })
const orders = <T>(all: readonly T[]): T[][] => all.length < 2 ? [[...all]] : all.flatMap((each, n) => orders(all.toSpliced(n, 1)).map(rest => [each, ...rest]))

async function world() {
  const store = await openStore('sqlite::memory:')
  const identity = createIdentity({ store, idKey: 'k' })
  let clock = Date.parse('2026-11-01T00:00:00.000Z')
  const at = () => new Date(clock += 60_000).toISOString()
  const come = async (id: string, told: Partial<Patient>) =>
    (await identity.link({ id, source: id, resource: { resourceType: 'Patient', id, ...told } }, at())).link.resident
  return { store, identity, come, word: () => ({ at: at(), by: 'steward-1', reason: 'seen the papers' }) }
}

describe('the queue of stewards', () => {
  it('fills its page, however many questions the links have answered since', async () => {
    const { store, identity, come, word } = await world()
    const [a, c, d] = [await come('a', li), await come('c', found), await come('d', chen)]
    expect(await identity.reviewQueue({ limit: 9 })).toHaveLength(1)
    await identity.mergeResidents(a, c, word())
    await identity.mergeResidents(a, d, word())
    await come('f', { ...found, name: [{ text: '林建国' }], birthDate: '1963-01-01' })
    await come('g', { ...chen, name: [{ text: '林建国' }], birthDate: '1963-01-01' })
    expect((await identity.reviewQueue({ limit: 1 })).map(({ patient }) => patient)).toEqual(['f'])
    expect(await identity.reviewQueue({ limit: 50 })).toHaveLength(1)
    await store.close()
  })

  it.each<readonly [string, Readonly<Record<string, Partial<Patient>>>]>([
    ['two names on one number, and one who tells the number only', { a: mine, b: numbered(number, { name: [{ text: '李四' }] }), c: numbered(number, {}) }],
    ['a chain of replaced charts, of whom one is another person', { a: mine, b: into('a', mine), c: into('b', li), d: li }],
    ['charts that replaced each other, of two people', { a: into('b', mine), b: into('a', li), c: mine }],
    ['one who is as like to two who contradict each other', { a: numbered(number, found), b: numbered('110105194912310046', found), c: found }],
  ])('asks the same in whatever order they come: %s', async (_, people) => {
    const outcomes = new Set<string>()
    for (const order of orders(Object.keys(people))) {
      const { store, identity, come } = await world()
      for (const id of order) await come(id, people[id]!)
      const groups = new Map<string, string>()
      for (const id of Object.keys(people)) {
        const resident = (await identity.residentOf(id))!
        groups.set(resident, `${groups.get(resident) ?? ''}${id}`)
      }
      outcomes.add(`${[...groups.values()].join(' ')} ${(await identity.reviewQueue({ limit: 50 })).length}`)
      await store.close()
    }
    expect([...outcomes]).toHaveLength(1)
  })
})
