import { Work } from '../../src/archive/index'
import type { Observation } from '../../src/model/fhir'
import { createWorld, id, patient, person, resident, type World } from './world'

const source = 'first-hospital'
const chart = id(source, 'Patient', '1')
const laboratory = ['LaboratoryResult'] as const
const result = (n: number, value: number): { resource: Observation; at: string } => ({
  at: `2026-11-0${1 + n % 3}T00:00:00.000Z`,
  resource: {
    resourceType: 'Observation', id: id(source, 'Observation', String(n)), status: 'final', category: [{ coding: [{ code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] }, effectiveDateTime: '2026-11-04', valueQuantity: { value },
  },
})

describe('what one operation goes over', () => {
  let world: World
  let of: string
  const rows: number[] = []
  beforeAll(async () => {
    world = await createWorld()
    const find = world.store.find.bind(world.store)
    jest.spyOn(world.store, 'find').mockImplementation(async (collection, asked) => {
      const found = await find(collection, asked)
      if (collection.name === 'resources') rows.push(found.length)
      return found
    })
    const { linked } = await world.tell(source, chart, { resource: patient(source, '1', person) })
    of = linked!.link.resident
    for (let n = 0; n < 12; n++) await world.tell(source, chart, ...Array.from({ length: 200 }, (_, each) => result(n * 200 + each, n)))
  }, 60_000)
  afterAll(() => world.close())
  beforeEach(() => { rows.length = 0 })

  const open = (most: number, asOf?: string) => world.archive.open(resident(of), { resident: of }, { work: new Work(most), ...(asOf !== undefined && { asOf }) })
  const tooMuch = expect.objectContaining({ code: 'QUERY_TOO_COSTLY', details: expect.objectContaining({ what: 'records' }) })

  it('is counted once for what is asked alike, and for each filter anew', async () => {
    const archive = await open(8000)
    for (let n = 0; n < 20; n++) await archive.facts(laboratory, {}, { first: 1 })
    await archive.facts(laboratory, { code: '2823-3' }, { first: 1 })
    await archive.facts(laboratory, { code: '2823-3' }, { first: 1 })
    await expect(archive.facts(laboratory, { code: '2823-3' }, { first: 1 })).rejects.toEqual(tooMuch)
  })

  it('is counted over all archives that the operation opens', async () => {
    const work = new Work(4000)
    const again = () => world.archive.open(resident(of), { resident: of }, { work })
    await (await again()).facts(laboratory, {}, { first: 1 })
    await expect((await again()).facts(laboratory, {}, { first: 1 })).rejects.toEqual(tooMuch)
  })

  it('is counted for all that was ever told of one record', async () => {
    const [told, other] = [id(source, 'Observation', 'told-again'), id(source, 'Patient', '2')]
    const { linked } = await world.tell(source, other, { resource: patient(source, '2', { name: [{ text: '林建国' }] }) })
    const whose = linked!.link.resident
    for (let n = 0; n < 5; n++) {
      await world.tell(source, other, ...Array.from({ length: 60 }, (_, each) => {
        const { resource } = result(0, each)
        return { resource: { ...resource, id: told }, at: `2026-10-0${1 + n}T00:00:${String(each).padStart(2, '0')}.000Z` }
      }))
    }
    const archive = await world.archive.open(resident(whose), { resident: whose }, { work: new Work(15_000) })
    const { fact } = await archive.node('LaboratoryResult', other, told)
    for (let n = 0; n < 4; n++) expect(await archive.versions(fact)).toHaveLength(300)
    await expect(archive.versions(fact)).rejects.toEqual(tooMuch)
    await expect(archive.resource(fact)).rejects.toEqual(tooMuch)
  })

  it('reads the past in parts, and no further than it may', async () => {
    expect((await (await open(1_000_000, '2026-11-20T00:00:00Z')).facts(laboratory, {}, { first: 1 })).totalCount).toBe(2400)
    expect(Math.max(...rows)).toBeLessThanOrEqual(1000)
    rows.length = 0
    await expect((await open(20_000, '2026-11-20T00:00:00Z')).facts(laboratory, {}, { first: 1 })).rejects.toEqual(tooMuch)
    expect(rows.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(3000)
  })

  it('reads of a large archive only the kinds that are asked for', async () => {
    await (await open(1_000_000, '2026-11-20T00:00:00Z')).facts(['Condition'], {}, { first: 1 })
    expect(rows.slice(1).reduce((sum, each) => sum + each, 0)).toBe(1)
  })
})
