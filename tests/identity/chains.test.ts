import { createIdentity } from '../../src/identity/index'
import type { Patient } from '../../src/model/fhir'
import { openStore } from '../../src/store'

const house = { telecom: [{ system: 'phone', value: '13850051234' }], address: [{ text: '福建省厦门市湖里区江头街道江村社区幸福路12号3栋401' }] } as const
const twin = (...names: string[]): Partial<Patient> =>
  ({ ...house, telecom: [...house.telecom], address: [...house.address], birthDate: '2015-06-01', gender: 'male', name: names.map(text => ({ text })) })
const card = (told: Partial<Patient>): Partial<Patient> => ({ ...told, identifier: [{ system: 'urn:x:card', value: 'C12345' }] })
const orders = <T>(all: readonly T[]): T[][] => all.length < 2 ? [[...all]] : all.flatMap((each, n) => orders(all.toSpliced(n, 1)).map(rest => [each, ...rest]))

describe('twins of one house', () => {
  it.each<readonly [string, Readonly<Record<string, Partial<Patient>>>]>([
    ['a chart that lists both names', { a: twin('黄子涵'), b: twin('黄宇轩'), c: twin('黄子涵', '黄宇轩') }],
    ['the name of one once on the card of the other', { a: card(twin('黄子涵')), b: twin('黄子轩'), c: card(twin('黄子轩')) }],
  ])('are not joined by %s, in whatever order', async (_, people) => {
    for (const order of orders(Object.keys(people))) {
      const store = await openStore('sqlite::memory:')
      const identity = createIdentity({ store, idKey: 'k' })
      let clock = Date.parse('2026-11-01T00:00:00.000Z')
      for (const id of order) await identity.link({ id, source: id, resource: { resourceType: 'Patient', id, ...people[id] } }, new Date(clock += 60_000).toISOString())
      expect(await identity.residentOf('a')).not.toBe(await identity.residentOf('b'))
      await store.close()
    }
  })
})
