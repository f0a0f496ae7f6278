import type { Pipeline } from '../support/pipeline'
import { askedBy, openStory, ownArchive, type Own } from './archive'

describe('林建国: results of 区二院, now at 市一院', () => {
  let pipeline: Pipeline
  let seen: Own
  const result = (name: string) =>
    seen.archive.laboratoryResults.nodes.filter(
      each => each.code.text === name && each.tellers[0]?.source === 'regional-platform',
    )
  beforeAll(async () => {
    pipeline = await openStory('02-lin-jianguo')
    seen = await ownArchive(pipeline, await pipeline.residentOf('first-hospital', 'SY900002'))
  }, 60_000)
  afterAll(() => pipeline.close())

  it.each([
    ['糖化血红蛋白A1c', 7.4, '%', '4548-4', '2026-09-25T10:30:00+08:00'],
    ['空腹血糖', 7.8, 'mmol/L', '14771-0', '2026-10-28T11:00:00+08:00'],
    ['肌酐', 88, 'umol/L', '14682-9', '2026-11-10T10:40:00+08:00'],
    ['钾', 4.1, 'mmol/L', '2823-3', '2026-11-12T09:30:00+08:00'],
  ])('has %s of 区二院 with its mark and the time of its report, from which windows run', (name, value, unit, loinc, issued) => {
    expect(result(name)).toHaveLength(1)
    expect(result(name)[0]).toMatchObject({
      status: 'final',
      valueQuantity: { value, unit },
      issued,
      recognitionMarks: ['全国HR'],
      performer: [{ display: '区第二医院' }],
      tellers: [{ source: 'regional-platform', institution: { name: '区第二医院' } }],
    })
    expect(result(name)[0]?.code.coding).toContainEqual({ system: 'http://loinc.org', code: loinc })
  })

  it('keeps both words on the cholesterol: reported on 10-19, amended on 11-15', () => {
    const [cholesterol] = result('总胆固醇')
    expect(cholesterol).toMatchObject({ status: 'amended', valueQuantity: { value: 5.46 }, issued: '2026-11-15T15:40:00+08:00' })
    expect(cholesterol?.versions.map(({ resource }) => [resource.status, resource.valueQuantity.value, resource.issued])).toEqual(
      [
        ['amended', 5.46, '2026-11-15T15:40:00+08:00'],
        ['final', 5.62, '2026-10-19T11:20:00+08:00'],
      ],
    )
  })

  it('knows the centre’s finger-stick of 11-17 for what it is', () => {
    const fingerStick = seen.archive.laboratoryResults.nodes.filter(each => each.valueQuantity?.value === 8.9)
    expect(fingerStick).toHaveLength(1)
    expect(fingerStick[0]).toMatchObject({ code: { text: '随机血糖' }, specimen: { display: '末梢血' } })
    const codes = fingerStick[0]?.code.coding?.map(coding => coding.code)
    for (const venous of ['14749-6', '14771-0']) expect(codes).not.toContain(venous)
    expect(fingerStick[0]?.recognitionMarks).toBeNull()
    expect(fingerStick[0]?.effectiveDateTime?.slice(0, 10)).toBe('2026-11-17')
  })

  it('is seen by 市一院, where he is today, and by no hospital that he never went to', async () => {
    const identity = seen.identifier.find(each => each.system === 'urn:oid:2.16.156.10011.1.3')!.value
    const first = await askedBy(pipeline, '12350206426600001U', identity)
    expect(first.data.resident.archive.laboratoryResults.nodes).not.toHaveLength(0)
    const maternity = await askedBy(pipeline, '123502064266000032', identity)
    expect(maternity.data.resident).toBeNull()
    expect(maternity.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })
})
