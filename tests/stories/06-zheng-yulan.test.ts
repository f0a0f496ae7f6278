import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, residentsFor, type Own, type Question } from './archive'

describe('郑玉兰 moved house', () => {
  let pipeline: Pipeline
  let seen: Own
  beforeAll(async () => {
    pipeline = await openStory('06-zheng-yulan')
    seen = await ownArchive(pipeline, await pipeline.residentOf('community-health', '350206005000900008'))
  }, 60_000)
  afterAll(() => pipeline.close())

  it('has two archive numbers and one archive', async () => {
    expect(
      await residentsFor(pipeline, [
        { source: 'community-health', identifier: '350206005000900008' },
        { source: 'community-health', identifier: '350206004000900214' },
        { source: 'first-hospital', identifier: 'SY900008' },
        { source: 'regional-platform', identifier: 'p900008' },
      ]),
    ).toHaveLength(1)
    const numbers = seen.patients
      .flatMap(patient => patient.identifier)
      .filter(each => each.system === 'urn:oid:2.16.156.10011.1.2')
      .map(each => each.value)
    expect([...new Set(numbers)].toSorted()).toEqual(['35020600400700214', '35020600500300008'])
  })

  it('was seen three times and telephoned once, which is not face to face', () => {
    const ways = seen.archive.encounters.nodes
      .filter(encounter => encounter.serviceType?.text === '糖尿病随访')
      .map(encounter => [encounter.period.start.slice(0, 10), encounter.class.code])
    expect(ways.toSorted()).toEqual([
      ['2024-09-10', 'AMB'],
      ['2026-02-10', 'AMB'],
      ['2026-05-12', 'VR'],
      ['2026-08-11', 'AMB'],
    ])
  })

  it('had no adverse reaction: 1 means none in this form', () => {
    const questions = (items: readonly Question[]): Question[] => items.flatMap(item => [item, ...questions(item.item ?? [])])
    const answers = seen.archive.followUps.nodes
      .flatMap(form => questions(form.item))
      .filter(question => question.linkId.endsWith('adverseReactions'))
    expect(answers).toHaveLength(4)
    for (const { answer } of answers) expect(answer?.[0]?.valueCoding).toMatchObject({ code: '1', display: '无' })
  })

  it('was admitted for J44.100 and has tiotropium for twelve weeks, signed', () => {
    const codes = seen.archive.conditions.nodes.flatMap(condition => (condition.code.coding ?? []).map(coding => coding.code))
    expect(codes).toContain('J44.100')
    const tiotropium = seen.archive.medicationRequests.nodes.filter(request =>
      request.medicationCodeableConcept.text.startsWith('噻托溴铵'),
    )
    expect(tiotropium).toHaveLength(1)
    expect(tiotropium[0]).toMatchObject({
      authoredOn: '2026-09-10T10:10:00+08:00',
      dosageInstruction: [{ text: '每次18ug 每日1次 吸入' }],
      dispenseRequest: { expectedSupplyDuration: { value: 84 } },
    })
  })
})
