/** What is refused of an archive is in its ledger as refused, never among what was shown. */
import type { Encounter } from '../../src/model/fhir'
import type { Asker } from '../../src/model/viewer'
import { clinician, createWorld, fromInstitution, hospital, id, patient, person, resident as self, steward, type World } from './world'

describe('a part of an archive that is refused', () => {
  let world: World
  let of: string
  const chart = id('first-hospital', 'Patient', '1')
  beforeEach(async () => {
    world = await createWorld()
    const visit = { resourceType: 'Encounter', id: 'e1', status: 'finished', period: { end: '2026-11-19' }, subject: { reference: `Patient/${chart}` }, meta: fromInstitution(hospital) } as Encounter
    await world.tell('first-hospital', chart, { resource: patient('first-hospital', '1', person) }, { resource: visit })
    of = (await world.identity.residentOf(chart))!
  })
  afterEach(() => world.close())

  const looks = async (by: Asker) => {
    const { items } = await (await world.archive.open(self(of), { resident: of })).looks({})
    return items.filter(({ item }) => item.who.role === by.viewer.role).map(({ item: { asked, outcome } }) => ({ asked, outcome }))
  }
  const open = (by: Asker) => world.archive.open(by, { resident: of }, { operation: 'Chart' })
  const forbidden = { code: 'FORBIDDEN' }

  it('is a refused look, and no shown one, where nothing else was asked', async () => {
    const archive = await open(steward)
    await expect(archive.facts(['Encounter'], {}, {})).rejects.toMatchObject(forbidden)
    await archive.audited()
    expect(await looks(steward)).toEqual([{ asked: ['Chart', 'Encounter'], outcome: 'denied' }])
  })

  it('is not among what was shown, where something was', async () => {
    const archive = await open(steward)
    const parts = await Promise.allSettled([archive.person(), archive.facts(['Encounter'], {}, {}), archive.looks({})])
    await archive.audited()
    expect(parts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    const found = await looks(steward)
    expect(found).toHaveLength(2)
    expect(found).toEqual(expect.arrayContaining([{ asked: ['Chart', 'Patient'], outcome: 'shown' }, { asked: ['Chart', 'Encounter', 'looks'], outcome: 'denied' }]))
  })

  it('is the ledger itself, for a clinician', async () => {
    const doctor = clinician(hospital)
    const archive = await open(doctor)
    await expect(archive.looks({})).rejects.toMatchObject(forbidden)
    await archive.audited()
    expect(await looks(doctor)).toEqual([{ asked: ['Chart', 'looks'], outcome: 'denied' }])
  })

  it('is a fact by its id, and is written before the refusal is told', async () => {
    await expect(world.archive.fact(steward, { type: 'Encounter', patient: chart, id: 'e1' })).rejects.toMatchObject(forbidden)
    expect(await looks(steward)).toEqual([{ asked: ['Encounter'], outcome: 'denied' }])
  })
})
