import * as fc from 'fast-check'
import { createIdentity } from '../../src/identity/index'
import type { Patient } from '../../src/model/fhir'
import { residents, reviews } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { openStore } from '../../src/store'
import { useIndex } from './index'

const system = 'urn:oid:2.16.156.10011.1.3'
const number = '11010519491231002X'
const chen: Partial<Patient> = { name: [{ text: '陈桂芳' }], birthDate: '1949-12-31', gender: 'female', telecom: [{ system: 'phone', value: '13850051234' }] }
const numbered: Partial<Patient> = { ...chen, identifier: [{ system, value: number }] }
const { telecom: _, ...bare } = chen

describe('the master patient index', () => {
  const desk = useIndex()
  const { at, word, link: come } = desk
  const queue = () => desk.identity.reviewQueue({ limit: 50 })

  it('links without a number where all else agrees, and asks where less does', async () => {
    const first = await come('a', numbered)
    expect((await come('b', chen)).resident).toBe(first.resident)
    expect((await come('c', bare)).resident).not.toBe(first.resident)
    expect(await queue()).toMatchObject([{ kind: 'possible', status: 'open', rule: 'fellegi-sunter/2' }])
  })

  it('re-links the earlier ones when late evidence comes', async () => {
    const early = await come('a', bare)
    await come('b', { ...bare, identifier: [{ system, value: number }] })
    expect((await queue())).toHaveLength(1)
    await come('a', { ...bare, identifier: [{ system, value: number }] })
    expect(await desk.identity.residentOf('b')).toBe(early.resident)
    expect(await queue()).toEqual([])
  })

  it('joins what a steward joins, with who and why, and keeps it', async () => {
    const [a, c] = [await come('a', numbered), await come('c', bare)]
    const [question] = await queue()
    await desk.identity.decideReview(question!.review, 'joined', word())
    expect(await desk.identity.residentOf('c')).toBe(a.resident)
    expect(await desk.store.get(residents, [c.resident])).toMatchObject({ patients: [], mergedInto: a.resident })
    await come('c', { ...bare, birthDate: '1949-12-30' })
    expect(await desk.identity.residentOf('c')).toBe(a.resident)
    expect((await desk.identity.linkHistory('c')).at(-1)).toMatchObject({ by: 'steward-1', reason: 'seen the papers', rule: 'steward/1' })
    expect(await queue()).toEqual([])
  })

  it('never makes again what a steward cut, and tells who was whom before', async () => {
    const [a] = [await come('a', numbered), await come('b', chen)]
    const before = at()
    const own = await desk.identity.splitPatient('b', word('two cousins'))
    expect(own).not.toBe(a.resident)
    await come('b', numbered)
    expect(await desk.identity.residentOf('b')).not.toBe(a.resident)
    expect(await desk.identity.patientsOf(a.resident, before)).toHaveLength(2)
    expect(await desk.identity.patientsOf(a.resident)).toEqual(['a'])
  })

  it('merges residents whatever the score says', async () => {
    const [a, b] = [await come('a', numbered), await come('b', { name: [{ text: '李四' }] })]
    const merged = await desk.identity.mergeResidents(a.resident, b.resident, word())
    expect(await desk.identity.residentOf('a')).toBe(merged)
    expect(await desk.identity.residentOf('b')).toBe(merged)
  })

  it('lets one who is as like to two be neither', async () => {
    const other = '110105194912310046'
    await come('a', { ...chen, identifier: [{ system, value: number }] })
    await come('b', { ...chen, identifier: [{ system, value: other }] })
    const c = await come('c', chen)
    expect(new Set([c.resident, await desk.identity.residentOf('a'), await desk.identity.residentOf('b')]).size).toBe(3)
    expect(await queue()).toHaveLength(2)
  })

  it('quarantines a number that very many use: it joins nobody, and those it joined are taken apart', async () => {
    for (let n = 0; n < 80; n += 1) await come(`p${n}`, { identifier: [{ system, value: number }], name: [{ text: '陈桂芳' }], birthDate: `${1930 + n}` }, 's')
    for (let n = 0; n < 5; n += 1) await come(`q${n}`, { identifier: [{ system, value: number }] }, 's')
    expect(new Set(await Promise.all([0, 1, 2, 3, 4].map(n => desk.identity.residentOf(`q${n}`)))).size).toBe(5)
    const { issues } = await desk.identity.link({ id: 'q9', source: 's', resource: { resourceType: 'Patient', id: 'q9', identifier: [{ system, value: number }] } }, at())
    expect(issues.map(({ code }) => code)).toContain('identity-number-quarantined')
  })

  it('quarantines a number in whatever order its users come, and keeps together whom other evidence joins', async () => {
    const users = Array.from({ length: 24 }, (_unused, n): readonly [string, Partial<Patient>] => [`p${n}`, { ...numbered, name: [{ text: '陈桂芳' }], birthDate: `${1930 + n}-02-03`, telecom: [] }])
    const owner: (readonly [string, Partial<Patient>])[] = ['o1', 'o2'].map(id => [id, numbered])
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...users, ...owner], { minLength: 26 }), async order => {
      const own = await openStore('sqlite::memory:')
      const index = createIdentity({ store: own, idKey: 'k' })
      for (const [id, patient] of order) await index.link({ id, source: id, resource: { resourceType: 'Patient', id, ...patient } }, at())
      const found = await Promise.all(order.map(([id]) => index.residentOf(id)))
      const [first, second] = await Promise.all(owner.map(([id]) => index.residentOf(id)))
      await own.close()
      expect([new Set(found).size, first === second]).toEqual([25, true])
    }), { numRuns: 4 })
  })

  it('leaves a resident with 70 charts under the own number in one piece, and tells systems who it is', async () => {
    for (let n = 0; n < 70; n += 1) await come(`p${n}`, n % 7 === 0 ? { ...numbered, name: [{ text: 'Guifang CHEN' }] } : numbered)
    const found = await Promise.all(Array.from({ length: 70 }, (_unused, n) => desk.identity.residentOf(`p${n}`)))
    expect(new Set(found).size).toBe(1)
    expect(await queue()).toEqual([])
    const [known] = await desk.identity.crossReference({ system, value: number })
    expect(known?.patients).toHaveLength(70)
    expect((await desk.identity.match(numbered, 5))[0]).toMatchObject({ resident: found[0], grade: 'certain' })
  })

  it('keeps a newborn, who comes under the mother\'s number and tells her chart, from her, in whatever order', async () => {
    const chart = { system: 'urn:hutong:s:MR', value: 'FY1000086' }
    const told: readonly (readonly [string, Partial<Patient>])[] = [
      ['mother', { ...numbered, identifier: [{ system, value: number }, chart] }], ['hers', numbered],
      ['child', { ...numbered, name: [{ text: '陈桂芳之女' }], birthDate: '2026-05-11', extension: [{ url: 'urn:hutong:family', extension: [{ url: 'mother', valueReference: { identifier: chart } }] }] }],
    ]
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...told], { minLength: told.length }), async order => {
      const own = await openStore('sqlite::memory:')
      const index = createIdentity({ store: own, idKey: 'k' })
      for (const [id, patient] of order) await index.link({ id, source: 's', resource: { resourceType: 'Patient', id, ...patient } }, at())
      const [mother, hers, child] = await Promise.all(told.map(([id]) => index.residentOf(id)))
      const open = await index.reviewQueue({ limit: 9 })
      await own.close()
      expect([mother === hers, mother === child, open.length]).toEqual([true, false, 0])
    }), { numRuns: 6 })
  })

  it('costs the same in the 1,000th patient of one block as in the 100th', async () => {
    let calls = 0
    const counting = new Proxy(desk.store, { get: (target, name: keyof Store) => typeof target[name] === 'function' && name !== 'close'
      ? (...given: never[]) => { calls += 1; return (target[name] as (...all: never[]) => unknown)(...given) } : target[name] })
    desk.identity = createIdentity({ store: counting, idKey: 'a key of the tests' })
    const cost = async (n: number) => {
      calls = 0
      await come(`p${n}`, { telecom: [{ system: 'phone', value: '13850051234' }], birthDate: '1949-12-31', name: [{ text: '测试' }] })
      return calls
    }
    const costs: number[] = []
    for (let n = 0; n < 200; n += 1) costs.push(await cost(n))
    expect(Math.max(...costs)).toBeLessThanOrEqual(14)
    expect(await desk.store.find(reviews, { where: { status: 'open' }, limit: 1000 })).toEqual([])
  })

  it('ends in the same residents in whatever order patients and their corrections come', async () => {
    const people: readonly (readonly [string, Partial<Patient>])[] = [
      ['a', numbered], ['b', chen], ['c', { ...chen, name: [{ text: 'Guifang CHEN' }] }], ['d', { ...chen, name: [{ text: '陈桂花' }] }],
      ['e', { ...chen, birthDate: '1949-12-13', identifier: [{ system, value: number }] }], ['f', { identifier: [{ system, value: number }] }],
      ['g', { ...chen, identifier: [{ system: 'urn:card', value: 'A1234567' }] }], ['h', { identifier: [{ system: 'urn:card', value: 'A1234567' }], name: [{ text: '陈桂芳' }], birthDate: '1949-12-31' }],
    ]
    const partition = async (order: typeof people) => {
      const own = await openStore('sqlite::memory:')
      const index = createIdentity({ store: own, idKey: 'k' })
      for (const [id, told] of order) await index.link({ id, source: id, resource: { resourceType: 'Patient', id, ...told } }, at())
      const groups = new Map<string, string[]>()
      for (const [id] of people) {
        const resident = (await index.residentOf(id))!
        groups.set(resident, [...groups.get(resident) ?? [], id])
      }
      await own.close()
      return [...groups.values()].map(each => each.join('')).toSorted().join(' ')
    }
    const expected = await partition(people)
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...people], { minLength: people.length }), async order => {
      expect(await partition(order)).toBe(expected)
    }), { numRuns: 25 })
  })
})
