import * as fc from 'fast-check'
import { createIdentity } from '../../src/identity/index'
import type { Patient } from '../../src/model/fhir'
import { links, residents } from '../../src/store/collections'
import { createWorld, id, numberSystem, patient, person, type World } from '../archive/world'

const sources = ['first-hospital', 'community-health', 'regional-platform'] as const
const mother = '110105199503078429'
const other = '440524188001010014'

const chart = (name: string, source: string = sources[0]) => id(source, 'Patient', name)
const numbered = (value: string, told: Partial<Patient> = {}): Partial<Patient> => ({ identifier: [{ system: numberSystem, value }], ...told })

describe('who is whom', () => {
  let world: World
  let clock: number
  beforeEach(async () => {
    world = await createWorld()
    clock = Date.parse('2026-11-01T00:00:00.000Z')
  })
  afterEach(() => world.close())

  const at = () => new Date(clock += 60_000).toISOString()
  const come = async (name: string, told: Partial<Patient>, source: string = sources[0]) => {
    const { linked } = await world.tell(source, chart(name, source), { resource: patient(source, name, told), at: at(), manner: 'whole' })
    return { ...linked!.link, issues: linked!.issues }
  }
  const residentOf = (name: string, source: string = sources[0]) => world.identity.residentOf(chart(name, source))

  it('takes the same number, with nothing that contradicts, for the same resident', async () => {
    const [a, b, c] = [await come('1', person), await come('1', person, sources[1]), await come('1', numbered(person.identifier![0]!.value!), sources[2])]
    expect(new Set([a.resident, b.resident, c.resident]).size).toBe(1)
    expect(b).toMatchObject({ grade: 'certain', rule: 'fellegi-sunter/2', by: 'machine', evidence: ['identity-number', 'name', 'birth-date', 'sex'], issues: [] })
    expect(await world.identity.patientsOf(a.resident)).toHaveLength(3)
  })

  it('takes a number with a wrong check digit for none', async () => {
    const wrong = { ...person, identifier: [{ system: numberSystem, value: '110105194912310021' }] }
    expect((await come('1', wrong)).resident).not.toBe((await come('1', wrong, sources[1])).resident)
  })

  it.each([
    ['name', { name: [{ text: '陈桂花' }] }], ['birth-date', { birthDate: '1949-12-30' }], ['sex', { gender: 'male' as const }],
  ])('keeps two apart whose %s differs, with an issue that names no value', async (feature, told) => {
    const a = await come('1', person)
    const b = await come('1', { ...person, ...told }, sources[1])
    expect(b.resident).not.toBe(a.resident)
    expect(b).toMatchObject({ grade: 'possible', issues: [{ code: 'identity-number-shared', severity: 'warning' }] })
    expect(b.evidence).toContain(`${feature}-differs`)
    expect(JSON.stringify(b.issues)).not.toMatch(/陈|\d{8}/)
  })

  it('lets a partial birth date and an unknown sex contradict nothing', async () => {
    const a = await come('1', person)
    expect((await come('1', { ...person, birthDate: '1949', gender: 'unknown' }, sources[1])).resident).toBe(a.resident)
  })

  it('reads a Chinese name in pinyin, and does not take another romanisation for it', async () => {
    const a = await come('1', person)
    expect((await come('1', { ...person, name: [{ text: 'Guifang CHEN' }] }, sources[1])).resident).toBe(a.resident)
    expect((await come('1', { ...person, name: [{ text: 'CHAN KWAI FONG' }] }, sources[2])).resident).not.toBe(a.resident)
  })

  it('keeps newborns under the mother\'s number their own, each of them, whoever comes first', async () => {
    const twin = (name: string) => numbered(mother, { name: [{ text: name }], birthDate: '2026-05-11', gender: 'female' })
    const born = await come('twin 1', twin('黄丽之女'))
    const second = await come('twin 2', twin('黄丽之女'))
    const elsewhere = await come('twin', twin('黄丽之女'), sources[2])
    const told = numbered(mother, { name: [{ text: '黄丽' }], birthDate: '1995-03-07', gender: 'female' })
    const herself = await come('mother', told)
    const again = await come('mother', told, sources[1])
    expect(new Set([born, second, elsewhere, herself].map(({ resident }) => resident)).size).toBe(4)
    expect(again.resident).toBe(herself.resident)
    expect(herself.grade).toBe('certain')
    expect(second.issues).toMatchObject([{ code: 'identity-number-shared' }])
  })

  it('links again when the number comes later; the resident who came first keeps the id', async () => {
    const early = await come('1', { name: person.name! })
    const numberFirst = await come('1', person, sources[1])
    expect(numberFirst.resident).not.toBe(early.resident)
    await come('1', person)
    expect(await residentOf('1', sources[1])).toBe(early.resident)
    expect(await world.store.get(residents, [numberFirst.resident])).toMatchObject({ patients: [], mergedInto: early.resident })
    expect(await world.identity.patientsOf(early.resident)).toHaveLength(2)
  })

  it('links a late comer\'s own number to the resident who was there before', async () => {
    const first = await come('1', person, sources[1])
    await come('1', { name: person.name! })
    expect((await come('1', person)).resident).toBe(first.resident)
  })

  it('takes a patient out again whose number was a mistake, and leaves the others who they are', async () => {
    const founder = await come('1', person)
    const stays = await come('1', person, sources[1])
    const gone = await come('1', { ...person, identifier: [{ system: numberSystem, value: other }], birthDate: '1880-01-01' })
    expect(gone.resident).not.toBe(founder.resident)
    expect(await residentOf('1', sources[1])).toBe(stays.resident)
    expect(await world.identity.patientsOf(stays.resident)).toEqual([chart('1', sources[1])])
    expect((await come('1', person)).resident).toBe(stays.resident)
  })

  it('takes a chart that another took the place of for the same resident (A40), twice, and before the other came', async () => {
    const replaced = { name: [{ text: '陈芳' }], link: [{ type: 'replaced-by' as const, other: { reference: `Patient/${chart('2')}` } }] }
    const retired = await come('1', replaced)
    expect(retired).toMatchObject({ rule: 'replaced-by/1', evidence: ['replaced-by'], grade: 'certain' })
    await come('1', replaced)
    await come('1', person, sources[1])
    const survivor = await come('2', person)
    expect(await residentOf('1')).toBe(survivor.resident)
    expect(await world.identity.patientsOf(survivor.resident)).toHaveLength(3)
  })

  it('takes retired charts along when the survivor turns out to be another resident', async () => {
    const known = await come('1', person, sources[1])
    await come('2', { name: person.name! })
    await come('1', { link: [{ type: 'replaced-by', other: { reference: `Patient/${chart('2')}` } }] })
    expect(await residentOf('1')).toBe(await residentOf('2'))
    await come('2', person)
    expect([await residentOf('1'), await residentOf('2')]).toEqual([known.resident, known.resident])
  })

  it('tells who was whom at an instant', async () => {
    const early = await come('1', { name: person.name! })
    const before = at()
    const late = await come('1', person, sources[1])
    await come('1', person)
    expect(await world.identity.patientsOf(early.resident, before)).toEqual([chart('1')])
    expect(await world.identity.patientsOf(late.resident, before)).toEqual([])
    expect(await world.identity.patientsOf(early.resident, at())).toHaveLength(2)
    expect(await world.identity.patientsOf('nobody', at())).toEqual([])
  })

  it('appends nothing when the same is told again, by this process or another', async () => {
    await come('1', person)
    await come('1', person, sources[1])
    const count = async () => (await world.store.find(links, { where: { patient: { in: [chart('1'), chart('1', sources[1])] } }, limit: 100 })).length
    const again = createIdentity({ store: world.store, idKey: 'a key of the tests' })
    for (const identity of [world.identity, again]) {
      for (const source of sources.slice(0, 2)) await identity.link({ id: chart('1', source), source, resource: patient(source, '1', person) }, at())
    }
    expect(await count()).toBe(2)
  })

  it('makes one resident of those who come at once', async () => {
    const names = Array.from({ length: 12 }, (_, n) => String(n))
    for (const name of names) await world.archive.write(world.compartment(sources[0], chart(name), [{ resource: patient(sources[0], name, person) }]))
    const workers = [1, 2, 3].map(() => createIdentity({ store: world.store, idKey: 'a key of the tests' }))
    await Promise.all(names.flatMap((name) => workers.map((worker) =>
      worker.link({ id: chart(name), source: sources[0], resource: patient(sources[0], name, person) }, '2026-11-01T00:00:00.000Z'))))
    const found = await Promise.all(names.map((name) => residentOf(name)))
    expect(new Set(found).size).toBe(1)
    expect((await world.identity.patientsOf(found[0]!)).length).toBe(12)
    expect(await world.store.find(links, { where: { patient: { in: names.map((name) => chart(name)) } }, limit: 9 })).toHaveLength(12)
  })

  it('lets those of one number who come at once wait for each other: nobody commits in vain', async () => {
    const names = Array.from({ length: 40 }, (_, n) => String(n))
    let commits = 0
    const here = await createWorld({ observe: (verb, collection) => { if (verb === 'commit' && (collection === 'subjects' || collection === 'links')) commits += 1 } })
    for (const name of names) await here.archive.write(here.compartment(sources[0], chart(name), [{ resource: patient(sources[0], name, person) }]))
    await Promise.all(names.map((name) => here.identity.link({ id: chart(name), source: sources[0], resource: patient(sources[0], name, person) }, at())))
    await here.close()
    // One that makes a patient findable, one that settles who it is.
    expect(commits).toBe(2 * names.length)
  })

  it('makes the same residents in whatever order patients come', async () => {
    const people: readonly (readonly [string, Partial<Patient>])[] = [
      ['a', person], ['b', person], ['c', { ...person, name: [{ text: '李四' }] }], ['d', { name: person.name! }],
      ['e', { ...person, name: [{ text: '李四' }] }], ['f', { link: [{ type: 'replaced-by', other: { reference: `Patient/${chart('a')}` } }] }],
      ['g', numbered(mother, { birthDate: '2026-05-11' })], ['h', numbered(mother, { birthDate: '1995-03-07' })],
    ]
    const partition = async (order: readonly (readonly [string, Partial<Patient>])[]) => {
      const here = await createWorld()
      for (const [name, told] of order) await here.tell(sources[0], chart(name), { resource: patient(sources[0], name, told), at: at() })
      const groups = new Map<string, string[]>()
      for (const [name] of people) {
        const resident = (await here.identity.residentOf(chart(name)))!
        groups.set(resident, [...groups.get(resident) ?? [], name])
      }
      await here.close()
      return [...groups.values()].map((group) => group.join('')).toSorted()
    }
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...people], { minLength: people.length }), async (order) => {
      expect(await partition(order)).toEqual(['abf', 'ce', 'd', 'g', 'h'])
    }), { numRuns: 15 })
  })
})
