import type { Pipeline } from '../support/pipeline'
import { askedBy, openStory, ownArchive, type Own } from './archive'

describe('许婷: what others may not see', () => {
  let pipeline: Pipeline
  let seen: Own
  const identity = () => seen.identifier.find(each => each.system === 'urn:oid:2.16.156.10011.1.3')!.value
  beforeAll(async () => {
    pipeline = await openStory('07-xu-ting')
    seen = await ownArchive(pipeline, await pipeline.residentOf('first-hospital', 'SY900009'))
  }, 60_000)
  afterAll(() => pipeline.close())

  it('is seen whole by herself', () => {
    const codes = seen.archive.conditions.nodes.flatMap(condition => (condition.code.coding ?? []).map(coding => coding.code))
    expect(codes).toContain('F32.900')
    expect(seen.archive.medicationRequests.nodes[0]?.medicationCodeableConcept.text).toContain('舍曲林')
    expect(seen.archive.laboratoryResults.nodes.map(result => result.code.text)).toEqual(
      expect.arrayContaining(['白细胞计数', '血红蛋白', '血小板计数']),
    )
  })

  it.each([
    ['区妇幼保健院', '123502064266000032'],
    ['湖里社康', '12350206426600011W'],
  ])('is not even known to exist by a doctor of %s, who has no relation to her', async (_, institution) => {
    const refused = await askedBy(pipeline, institution, identity())
    const nobody = await askedBy(pipeline, institution, '11010519491231002X')
    expect(refused.data.resident).toBeNull()
    expect(refused.errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual(
      nobody.errors?.map(({ message, extensions }) => [message, extensions.code]),
    )
  })

  it('sees in her ledger that she looked', async () => {
    const { data } = await pipeline.graphql(
      '{ me { resident { archive { looks { nodes { who { role } outcome } } } } } }',
      {},
      { role: 'resident', id: 'a-resident', resident: await pipeline.residentOf('first-hospital', 'SY900009') },
    )
    const looks: { who: { role: string }; outcome: string }[] = data.me.resident.archive.looks.nodes
    expect(looks.length).toBeGreaterThan(0)
    expect(looks.some(look => look.who.role === 'resident' && look.outcome === 'shown')).toBe(true)
  })
})
