import type { Encounter } from '../../src/model/fhir'
import { centre, clinician, createWorld, hospital, id, number, patient, person, type World } from './world'

describe('a refusal', () => {
  let world: World
  const calls: string[] = []
  beforeAll(async () => {
    world = await createWorld({ observe: (verb, collection) => void calls.push(`${verb} ${collection}`) })
    const chart = id('first-hospital', 'Patient', '1')
    const visit = { resourceType: 'Encounter', id: 'e1', status: 'finished', period: { end: '2026-11-19' }, subject: { reference: `Patient/${chart}` } } as Encounter
    await world.tell('first-hospital', chart, { resource: patient('first-hospital', '1', person) }, { resource: visit })
  })
  afterAll(() => world.close())

  const refuse = async (who: { resident: string } | { identifier: string }) => {
    calls.length = 0
    const error = await world.archive.open(clinician(centre), who).catch((refused: unknown) => refused)
    return { error, calls: [...calls] }
  }

  it('asks the store the same for a number that is known as for one that is not, and says the same', async () => {
    const [known, unknown] = [await refuse({ identifier: number }), await refuse({ identifier: '440524188001010014' })]
    expect(unknown).toEqual(known)
    expect(known.error).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('asks the store the same for a resident who is there as for one who is not, and says the same', async () => {
    const resident = (await world.identity.residentOf(id('first-hospital', 'Patient', '1')))!
    expect(await refuse({ resident: 'f'.repeat(32) })).toEqual(await refuse({ resident }))
  })

  it('is none for the hospital', async () => {
    await expect(world.archive.open(clinician(hospital), { identifier: number })).resolves.toBeDefined()
  })
})
