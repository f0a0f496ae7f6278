import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive } from './archive'

describe('黄丽 and her twins, first known under her number', () => {
  let pipeline: Pipeline
  let mother: string
  const twins = [
    ['350206002000900005', 'p900005', 'FY900005'],
    ['350206002000900006', 'p900006', 'FY900006'],
  ] as const
  beforeAll(async () => {
    pipeline = await openStory('04-huang-li')
    mother = await pipeline.residentOf('community-health', '350206002000900004')
  }, 60_000)
  afterAll(() => pipeline.close())

  it('is the same woman at the centre and at 区妇幼', async () => {
    expect(await pipeline.residentOf('maternity-hospital', 'FY900004')).toBe(mother)
  })

  it('has no birth doses and no newborn stay in her archive', async () => {
    const { archive, patients } = await ownArchive(pipeline, mother)
    expect(archive.immunizations.nodes).toEqual([])
    expect(patients.every(patient => patient.birthDate === '1995-04-06')).toBe(true)
    expect(archive.encounters.nodes.map(encounter => encounter.serviceType?.text)).not.toContain('新生儿科')
  })

  it.each(twins)(
    'is not the child %s, whom the centre and the immunisation register know as one since July',
    async (centre, register) => {
      const child = await pipeline.residentOf('community-health', centre)
      expect(child).not.toBe(mother)
      expect(await pipeline.residentOf('regional-platform', register)).toBe(child)
      const { archive } = await ownArchive(pipeline, child)
      expect(
        archive.immunizations.nodes.map(dose => [dose.occurrenceDateTime.slice(0, 10), dose.vaccineCode.text]).toSorted(),
      ).toEqual([
        ['2026-05-11', '乙型肝炎疫苗'],
        ['2026-07-13', '脊髓灰质炎灭活疫苗'],
      ])
    },
  )

  it('leaves the newborns of 区妇幼, without a number of their own there, apart until a steward decides', async () => {
    const newborns = await Promise.all(twins.map(([, , chart]) => pipeline.residentOf('maternity-hospital', chart)))
    const registered = await Promise.all(twins.map(([centre]) => pipeline.residentOf('community-health', centre)))
    expect(new Set([mother, ...newborns, ...registered]).size).toBe(5)
  })
})
