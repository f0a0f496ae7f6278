import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, steward } from './archive'

describe('吴志强: laboratory across hospitals', () => {
  let pipeline: Pipeline
  let resident: string
  const potassium = async (asOf?: string) =>
    (await ownArchive(pipeline, resident, asOf)).archive.laboratoryResults.nodes.filter(each => each.code.text.includes('钾'))
  beforeAll(async () => {
    pipeline = await openStory('03-wu-zhiqiang')
    resident = await pipeline.residentOf('first-hospital', 'SY900003')
  }, 60_000)
  afterAll(() => pipeline.close())

  it('has one potassium, corrected to 4.6 because the specimen was haemolysed', async () => {
    const now = await potassium()
    expect(now).toHaveLength(1)
    expect(now[0]).toMatchObject({ status: 'corrected', valueQuantity: { value: 4.6 } })
    expect(now[0]?.note?.[0]?.text).toContain('溶血')
    expect(now[0]?.versions).toHaveLength(3)
  })

  it('said 6.8 and critical at half past four, and at five that it was acknowledged', async () => {
    const [first] = await potassium('2026-11-04T16:30:00+08:00')
    expect(first).toMatchObject({ status: 'final', valueQuantity: { value: 6.8 }, note: null })
    expect(first?.interpretation?.[0]?.coding?.map(coding => coding.code)).toContain('HH')
    const [acknowledged] = await potassium('2026-11-04T17:00:00+08:00')
    expect(acknowledged).toMatchObject({ valueQuantity: { value: 6.8 } })
    expect(acknowledged?.note?.[0]?.text).toContain('危急值已于20261104165000确认')
  })

  it('knew nothing of it before it was reported', async () => {
    expect(await potassium('2026-11-04T16:00:00+08:00')).toHaveLength(0)
  })

  it('was tested by 市一院 for others: the orders of 区二院 and of the centre are kept', async () => {
    const { archive } = await ownArchive(pipeline, resident)
    const tested = archive.laboratoryResults.nodes.filter(each => each.tellers[0]?.source === 'first-hospital')
    expect(tested.length).toBe(4)
    for (const result of tested) expect(result.performer?.[0]?.display).toBe('市第一医院')
    for (const key of ['order-900003-1', 'order-900003-2']) {
      const { data } = await pipeline.graphql(
        'query ($key: String!) { trace(source: "regional-platform", key: $key) { resources } }',
        { key },
        steward,
      )
      expect(data.trace[0]?.resources.some((resource: string) => resource.startsWith('ServiceRequest/'))).toBe(true)
    }
  })

  it('came to 市一院 on 11-03 for the results that 区二院 had ordered', async () => {
    const { archive } = await ownArchive(pipeline, resident)
    const results = archive.laboratoryResults.nodes.filter(each => each.effectiveDateTime?.startsWith('2026-11-03'))
    expect(results.map(each => [each.code.text, each.valueQuantity?.value]).toSorted()).toEqual([
      ['尿素', 7.4],
      ['尿酸', 431],
      ['肌酐', 102],
    ])
  })
})
