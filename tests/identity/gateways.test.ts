import { createArchive } from '../../src/archive'
import { createIdentity } from '../../src/identity'
import type { Patient } from '../../src/model/fhir'
import { createWorld, id, idKey, number, numberSystem, patient, sources, type World } from '../archive/world'
import { identityNumber } from '../../seed/identityNumbers'

const source = 'first-hospital'
const minute = (n: number): string => new Date(Date.parse('2026-11-01T00:00:00Z') + n * 60_000).toISOString()
const other = identityNumber({ county: '110105', birth: '1949-12-31', sex: 'M', serial: 17 })
const zhang: Partial<Patient> = { name: [{ text: '张三' }], gender: 'male', birthDate: '1949-12-31' }
const numbered = (value: string): Partial<Patient> => ({ ...zhang, identifier: [{ system: numberSystem, value }] })

describe('two gateways that link one patient', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  /** A gateway of its own on the world's store. */
  function gateway() {
    const { store, audit } = world
    const identity = createIdentity({ store, idKey })
    const archive = createArchive({ store, identity, audit, idKey, sources, now: () => new Date(minute(60)) })
    const write = (name: string, value: string, at: string) =>
      archive.write(world.compartment(source, id(source, 'Patient', name), [{ resource: patient(source, name, numbered(value)), at, manner: 'whole' }]))
    const link = (name: string, { person, turn }: Awaited<ReturnType<typeof write>>, at: string) =>
      identity.link({ id: id(source, 'Patient', name), source, resource: person! }, at, turn)
    return { write, link, tell: async (name: string, value: string, at: string) => link(name, await write(name, value, at), at) }
  }
  const residentOf = (name: string) => world.identity.residentOf(id(source, 'Patient', name))

  it('never by what was current before the other told of the patient anew', async () => {
    const [slow, quick] = [gateway(), gateway()]
    await quick.tell('q', number, minute(0))
    const mistaken = await slow.write('p', number, minute(1))
    await quick.tell('p', other, minute(2))
    expect(await residentOf('p')).not.toBe(await residentOf('q'))
    await expect(slow.link('p', mistaken, minute(1))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await residentOf('p')).not.toBe(await residentOf('q'))
  })

  it('never by what one of them remembers of it', async () => {
    const [one, two] = [gateway(), gateway()]
    await one.tell('q', number, minute(0))
    await one.tell('p', other, minute(1))
    await two.tell('p', number, minute(2))
    expect(await residentOf('p')).toBe(await residentOf('q'))
    await one.tell('p', other, minute(3))
    expect(await residentOf('p')).not.toBe(await residentOf('q'))
  })
})
