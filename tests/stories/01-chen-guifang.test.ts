import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, residentsFor, steward, type Own } from './archive'

describe('陈桂芳, a diabetic with hypertension, goes up to the hospital and down again', () => {
  let pipeline: Pipeline
  let seen: Own
  beforeAll(async () => {
    pipeline = await openStory('01-chen-guifang')
    seen = await ownArchive(pipeline, await pipeline.residentOf('first-hospital', 'SY900001'))
  }, 60_000)
  afterAll(() => pipeline.close())

  it('is one resident in three systems, none of whose records waits or is in quarantine', async () => {
    expect(
      await residentsFor(pipeline, [
        { source: 'first-hospital', identifier: 'SY900001' },
        { source: 'community-health', identifier: '350206001000900001' },
        { source: 'regional-platform', identifier: 'p900001' },
      ]),
    ).toHaveLength(1)
    const linked = seen.archive.completeness.filter(source => source.linked)
    expect(linked.map(source => source.source).toSorted()).toEqual(['community-health', 'first-hospital', 'regional-platform'])
    for (const source of linked) expect(source).toMatchObject({ waiting: 0, quarantined: 0 })
  })

  it('keeps the codes of three versions and years: I10.x05 of 2019, I10.x00x028 and E11.900', () => {
    const codes = seen.archive.conditions.nodes.flatMap(condition => (condition.code.coding ?? []).map(coding => coding.code))
    expect(codes).toEqual(expect.arrayContaining(['I10.x05', 'I10.x00x028', 'E11.900']))
  })

  it('was admitted once, though her discharge came twice, and left for the community centre', () => {
    const stays = seen.archive.encounters.nodes.filter(encounter => encounter.class.code === 'IMP')
    expect(stays).toHaveLength(1)
    expect(stays[0]).toMatchObject({
      status: 'finished',
      serviceType: { text: '心血管内科' },
      period: { start: '2026-07-24T09:10:00+08:00', end: '2026-07-30T10:15:00+08:00' },
    })
    expect(stays[0]?.hospitalization?.dischargeDisposition?.coding?.map(coding => coding.code)).toContain('3')
    expect(stays[0]?.versions).toHaveLength(3)
  })

  it('has the results of her stay', () => {
    const results = seen.archive.laboratoryResults.nodes.map(result => [
      result.code.text,
      result.valueQuantity?.value,
      result.valueQuantity?.unit,
      result.effectiveDateTime?.slice(0, 10),
    ])
    expect(results).toContainEqual(['钾', 3.1, 'mmol/L', '2026-07-24'])
    expect(results).toContainEqual(['糖化血红蛋白A1c', 8.6, '%', '2026-07-24'])
  })

  it('was measured at 162/96, 158/94 and, back home, 134/82', () => {
    const pressures = seen.archive.vitalSigns.nodes
      .filter(sign => sign.component?.length)
      .map(sign => [sign.effectiveDateTime?.slice(0, 10), ...sign.component!.map(part => part.valueQuantity.value)])
    expect(pressures).toContainEqual(['2026-07-06', 162, 96])
    expect(pressures).toContainEqual(['2026-07-20', 158, 94])
    expect(pressures).toContainEqual(['2026-08-11', 134, 82])
  })

  it('was discharged on one tablet of 80/5 mg a day and metformin twice', () => {
    const ordered = seen.archive.medicationRequests.nodes.map(request => [
      request.medicationCodeableConcept.text,
      request.dosageInstruction[0]?.text,
    ])
    expect(ordered).toEqual(
      expect.arrayContaining([
        ['缬沙坦氨氯地平片 80mg/5mg', '每次1片 每日1次 口服'],
        ['二甲双胍缓释片 0.5g', '每次0.5g 每日2次 口服'],
      ]),
    )
    expect(ordered).toHaveLength(2)
  })

  it('keeps the referral, its appointment and slip, and the follow-up task whole, without facts', async () => {
    const { data } = await pipeline.graphql(
      '{ trace(source: "regional-platform", key: "referral-900001-3") { status resources } }',
      {},
      steward,
    )
    expect(data.trace[0]?.status).toBe('mapped')
    const kinds = data.trace[0]?.resources.map((resource: string) => resource.split('/')[0]).toSorted()
    expect(kinds).toEqual(['Communication', 'Patient', 'ServiceRequest', 'ServiceRequest', 'Task', 'Task'])
  })
})
