import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, type Own } from './archive'

describe('赵国平 died', () => {
  let pipeline: Pipeline
  let seen: Own
  beforeAll(async () => {
    pipeline = await openStory('08-zhao-guoping')
    seen = await ownArchive(pipeline, await pipeline.residentOf('first-hospital', 'SY900010'))
  }, 60_000)
  afterAll(() => pipeline.close())

  it('died on 2026-10-02, as the hospital and the centre say', () => {
    expect(seen.deceasedDateTime?.slice(0, 10)).toBe('2026-10-02')
  })

  it('left the hospital in the way that means death', () => {
    const stays = seen.archive.encounters.nodes.filter(encounter => encounter.class.code === 'IMP')
    expect(stays).toHaveLength(1)
    expect(stays[0]?.hospitalization?.dischargeDisposition?.coding?.map(coding => coding.code)).toContain('5')
    const codes = seen.archive.conditions.nodes.flatMap(condition => (condition.code.coding ?? []).map(coding => coding.code))
    expect(codes).toContain('I21.401')
  })

  it('has a prescription dated a week later, which is flagged', () => {
    expect(seen.archive.medicationRequests.nodes).toHaveLength(1)
    expect(seen.archive.medicationRequests.nodes[0]).toMatchObject({ authoredOn: '2026-10-09T09:00:00+08:00', afterDeath: true })
  })

  it('ends as an archive: nothing of him is current after the death but that record', () => {
    const late = seen.archive.encounters.nodes.filter(encounter => encounter.period.start > '2026-10-02T05')
    expect(late).toEqual([])
  })
})
