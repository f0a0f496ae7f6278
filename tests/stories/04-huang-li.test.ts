import { storyUploads } from '../../seed'
import { openPipeline, type Pipeline } from '../support/pipeline'
import { openStory, ownArchive } from './archive'

const twins = [
  ['350206002000900005', 'p900005', 'FY900005'],
  ['350206002000900006', 'p900006', 'FY900006'],
] as const

describe('黄丽 and her twins, first known under her number', () => {
  let pipeline: Pipeline
  let mother: string
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

  it('is three residents: since the check of 42 days 区妇幼 has their own names and numbers in the newborns’ charts', async () => {
    const newborns = await Promise.all(twins.map(([, , chart]) => pipeline.residentOf('maternity-hospital', chart)))
    const registered = await Promise.all(twins.map(([centre]) => pipeline.residentOf('community-health', centre)))
    expect(newborns).toEqual(registered)
    expect(new Set([mother, ...newborns, ...registered]).size).toBe(3)
  })

  it('has the stay after birth in the child’s archive, once it is known whose it was', async () => {
    for (const [centre] of twins) {
      const { archive } = await ownArchive(pipeline, await pipeline.residentOf('community-health', centre))
      expect(archive.encounters.nodes.map(encounter => encounter.period.start.slice(0, 10))).toContain('2026-05-11')
    }
  })
})

describe('the newborns before they had numbers', () => {
  it('were nobody else: neither their mother nor one another', async () => {
    const pipeline = await openPipeline({ uploads: storyUploads(['04-huang-li'], '2026-07-01T00:00:00+08:00') })
    const charts = ['FY900004', ...twins.map(([, , chart]) => chart)]
    const known = await Promise.all(charts.map(chart => pipeline.residentOf('maternity-hospital', chart)))
    expect(new Set(known).size).toBe(3)
    await pipeline.close()
  }, 60_000)
})
