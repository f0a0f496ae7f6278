import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, steward } from './archive'

describe('何嘉敏 of Hong Kong, whom two systems hold under two documents', () => {
  let pipeline: Pipeline
  beforeAll(async () => {
    pipeline = await openStory('05-he-jiamin')
  }, 60_000)
  afterAll(() => pipeline.close())

  it('is not made one by a name in Latin letters: a steward will have to decide', async () => {
    const centre = await pipeline.residentOf('community-health', '350206005000900007')
    const hospital = await pipeline.residentOf('first-hospital', 'SY900007')
    expect(centre).not.toBe(hospital)
    expect((await ownArchive(pipeline, hospital)).name[0]?.text).toBe('HO KA MAN')
    expect((await ownArchive(pipeline, centre)).name[0]?.text).toBe('何嘉敏')
  })

  it('is in the queue of stewards, as one question with both documents beside it', async () => {
    const { data } = await pipeline.graphql('{ reviewQueue { kind patients { source features } } }', {}, steward)
    expect(data.reviewQueue).toHaveLength(1)
    expect(data.reviewQueue[0].kind).toBe('possible')
    expect(data.reviewQueue[0].patients.map((each: { source: string }) => each.source).toSorted()).toEqual(['community-health', 'first-hospital'])
  })

  it('raises no issue about her number: 810000 is no county, and valid', async () => {
    const { data } = await pipeline.graphql(
      '{ trace(source: "community-health", key: "350206005000900007") { status issues { code severity } } }',
      {},
      steward,
    )
    expect(data.trace.length).toBeGreaterThan(0)
    for (const entry of data.trace) {
      expect(entry.status).toBe('mapped')
      expect(entry.issues.filter((issue: { code: string }) => /identity|county/.test(issue.code))).toEqual([])
    }
  })

  it('keeps the permit under the system of home-return permits', async () => {
    const { patients } = await ownArchive(pipeline, await pipeline.residentOf('first-hospital', 'SY900007'))
    expect(patients[0]?.identifier).toContainEqual({ system: 'urn:hutong:hk-macau-travel-permit', value: 'H0123456701' })
  })
})
