/** What a resident said is not theirs, and what was taken out of an archive, is shown nowhere in it. */
import { clinician, createWorld, fromInstitution, hospital, id, number, numberSystem, patient, resident, steward, type World } from './world'

const source = 'first-hospital'
const chart = (name: string) => id(source, 'Patient', name)
const word = (minute: number) => ({ at: `2026-11-10T00:${String(minute).padStart(2, '0')}:00.000Z`, by: 'steward-1', reason: 'seen the papers' })
const visit = { resourceType: 'Encounter' as const, id: 'v1', status: 'finished' as const, class: { code: 'IMP' }, meta: fromInstitution(hospital),
  subject: { reference: `Patient/${chart('2')}` }, period: { start: '2026-11-01', end: '2026-11-05' } }

describe('an archive with a chart that is another person\'s', () => {
  let world: World
  let of: string
  beforeEach(async () => {
    world = await createWorld()
    const told = { identifier: [{ system: numberSystem, value: number }], name: [{ text: '陈桂芳' }], gender: 'female' as const, birthDate: '1949-12-31' }
    await world.tell(source, chart('1'), { resource: patient(source, '1', told) })
    await world.tell(source, chart('2'), { resource: patient(source, '2', { ...told, address: [{ text: '禾山路9号' }] }) }, { resource: visit })
    of = (await world.identity.residentOf(chart('1')))!
  })
  afterEach(() => world.close())

  const report = (type: 'Encounter' | 'Patient', record: string) =>
    world.identity.reportNotMine({ resident: of, records: [{ patient: chart('2'), type, id: record }] }, word(1))
  const visits = async (asOf?: string) =>
    (await (await world.archive.open(resident(of), { resident: of }, asOf === undefined ? {} : { asOf })).facts(['Encounter'], {}, {})).totalCount

  it('shows the chart at no time, when it was taken out', async () => {
    expect(await world.identity.residentOf(chart('2'))).toBe(of)
    expect(await visits()).toBe(1)
    await world.identity.splitPatient(chart('2'), word(2))
    expect([await visits(), await visits('2026-11-09T00:00:00Z')]).toEqual([0, 0])
  })

  it('shows what was another resident\'s before they were one', async () => {
    await world.identity.splitPatient(chart('2'), word(2))
    await world.identity.mergeResidents(of, (await world.identity.residentOf(chart('2')))!, word(3))
    expect(await visits('2026-11-09T00:00:00Z')).toBe(1)
  })

  it('is found by no name or number that is withheld, and shows none of it in a search', async () => {
    const addresses = async () => (await world.archive.search(steward, '陈桂芳', 5)).map(({ person }) => person.address?.map(({ text }) => text) ?? [])
    expect(await addresses()).toEqual([['禾山路9号']])
    await report('Patient', chart('2'))
    expect(await addresses()).toEqual([[]])
    await world.identity.reportNotMine({ resident: of, records: [{ patient: chart('1'), type: 'Patient', id: chart('1') }] }, word(2))
    expect(await addresses()).toEqual([])
    await expect(world.archive.open(steward, { identifier: number })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('does not open by a visit that is withheld', async () => {
    await expect(world.archive.open(clinician(hospital), { resident: of })).resolves.toBeDefined()
    await report('Encounter', 'v1')
    await expect(world.archive.open(clinician(hospital), { resident: of })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('tells its resident who was shown who they are, where no archive was opened', async () => {
    await world.archive.looked({ viewer: { role: 'source', id: 'a-system', source }, purpose: 'HOPERAT' }, [of], ['Patient', 'match'])
    const { items } = await (await world.archive.open(resident(of), { resident: of })).looks({})
    expect(items.map(({ item }) => item)).toContainEqual(expect.objectContaining({ who: { role: 'source', id: 'a-system' }, asked: ['Patient', 'match'] }))
  })
})
