import * as fc from 'fast-check'
import { createIdentity } from '../../src/identity/index'
import type { Patient } from '../../src/model/fhir'
import { openStore } from '../../src/store'

const number = '11010519491231002X'
const owner: Partial<Patient> = { identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: number }], name: [{ text: '陈桂芳' }], birthDate: '1949-12-31', gender: 'female' }
const user = (n: number): Partial<Patient> => ({ ...owner, name: [{ text: `${'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕'[n]}建国` }], birthDate: `${1950 + n}-01-01` })
const users = Array.from({ length: 22 }, (_, n) => n)

describe('the quarantine of an identity number', () => {
  const told = async (act: (come: (id: string, told: Partial<Patient>) => Promise<unknown>) => Promise<void>) => {
    const store = await openStore('sqlite::memory:')
    const identity = createIdentity({ store, idKey: 'k' })
    let clock = Date.parse('2026-11-01T00:00:00.000Z')
    await act((id, resource) => identity.link({ id, source: id, resource: { resourceType: 'Patient', id, ...resource } }, new Date(clock += 60_000).toISOString()))
    const [first, second] = [await identity.residentOf('o1'), await identity.residentOf('o2')]
    await store.close()
    return first === second
  }

  it('stands while many use it, and is lifted when they give it up, whether the owner comes before or after', async () => {
    const steps: readonly (readonly [string, Partial<Patient>])[] = [['o1', owner], ['o2', owner], ...users.map(n => [`q${n}`, user(n)] as const)]
    expect(await told(async come => { for (const [id, resource] of steps) await come(id, resource) })).toBe(false)
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...steps], { minLength: steps.length }), async order => {
      expect(await told(async come => {
        for (const [id, resource] of order) await come(id, resource)
        for (const n of users.slice(1)) await come(`q${n}`, { ...user(n), identifier: [] })
      })).toBe(true)
    }), { numRuns: 3 })
    expect(await told(async come => {
      for (const n of users) await come(`q${n}`, user(n))
      for (const n of users) await come(`q${n}`, { ...user(n), identifier: [] })
      for (const id of ['o1', 'o2']) await come(id, owner)
    })).toBe(true)
  })
})
