import type { Pipeline } from '../support/pipeline'
import { openStory, ownArchive, residentViewer, steward } from './archive'

const system = { role: 'source', id: 'a-source', source: 'first-hospital' } as const

describe('who is whom, asked and decided over GraphQL', () => {
  let pipeline: Pipeline
  let centre: string
  let hospital: string
  beforeAll(async () => {
    pipeline = await openStory('05-he-jiamin')
    centre = await pipeline.residentOf('community-health', '350206005000900007')
    hospital = await pipeline.residentOf('first-hospital', 'SY900007')
  }, 60_000)
  afterAll(() => pipeline.close())

  const ask = async (query: string, viewer: Parameters<Pipeline['graphql']>[2] = steward) => {
    const { data, errors } = await pipeline.graphql(query, {}, viewer)
    if (errors) throw new Error(errors.map(({ extensions }) => extensions.code).join())
    return data
  }
  const queue = '{ reviewQueue { id kind status probability against evidence { feature weight } patients { id source resident features } } }'
  const match = '{ match(person: { name: "何嘉敏", birthDate: "1990-08-15", phone: "13599990505" }) { resident grade score evidence { feature } } }'

  it('has her in the queue, side by side', async () => {
    const { reviewQueue } = await ask(queue)
    expect(reviewQueue).toHaveLength(1)
    expect(reviewQueue[0]).toMatchObject({ kind: 'possible', status: 'open', against: [] })
    expect(reviewQueue[0].patients.map((each: { source: string }) => each.source).toSorted()).toEqual(['community-health', 'first-hospital'])
  })

  it.each([
    ['a resident the queue', queue], ['a resident the matches', match], ['a resident the links', '{ linkHistory(patient: "x") { by } }'],
    ['a resident a merge', 'mutation { mergeResidents(resident: "x", other: "y", reason: "z") }'],
  ])('refuses %s', async (_, query) => {
    await expect(ask(query, residentViewer(centre))).rejects.toThrow('FORBIDDEN')
  })

  it('answers a system who has a permit, and who may be the person', async () => {
    const query = '{ crossReference(identifier: { system: "urn:hutong:hk-macau-travel-permit", value: "H0123456701" }) { resident patients { source } } }'
    const { crossReference } = await ask(query, system)
    expect(crossReference).toMatchObject([{ patients: [{ source: 'first-hospital' }] }])
    const found = (await ask(match, system)).match
    expect(found[0]).toMatchObject({ grade: 'possible', score: 0.5, evidence: [] })
    const [same] = (await ask(match)).match
    expect(same.score).toBeGreaterThan(0.99)
    const looks = '{ me { resident { archive { looks { nodes { who { role id } asked } } } } } }'
    const { nodes } = (await ask(looks, residentViewer(hospital))).me.resident.archive.looks
    expect(nodes).toContainEqual({ who: { role: 'source', id: 'a-source' }, asked: ['Patient', 'crossReference'] })
  })

  it('tells a source its own patients of a resident, one who is not its own as one whom nobody knows, and a steward all', async () => {
    const query = '{ crossReference(identifier: { system: "urn:hutong:hk-macau-travel-permit", value: "H0123456701" }) { patients { source } } }'
    expect((await ask(query, { ...system, source: 'community-health' })).crossReference).toEqual([])
    expect((await ask(query)).crossReference).toEqual([{ patients: [{ source: 'first-hospital' }] }])
  })

  it('withholds a record that she says is not hers, until a steward has decided', async () => {
    const results = async () => (await ownArchive(pipeline, hospital)).archive.laboratoryResults.nodes
    const [first] = (await results()) as unknown as readonly { readonly id: string }[]
    const all = (await results()).length
    const { reportNotMine } = await ask(`mutation { reportNotMine(record: "${first!.id}", reason: "I was not there") { id kind status } }`, residentViewer(hospital))
    expect(reportNotMine).toMatchObject({ kind: 'not-mine', status: 'open' })
    expect(await results()).toHaveLength(all - 1)
    await expect(ask(`mutation { reportNotMine(record: "${first!.id}", reason: "again") { id } }`, residentViewer(hospital))).rejects.toThrow('NOT_FOUND')
    await ask(`mutation { decideReview(id: "${reportNotMine.id}", verdict: joined, reason: "it is hers") { status } }`)
    expect(await results()).toHaveLength(all)
  })

  it('shows nothing of basic data that she says are not hers, in any field that has them', async () => {
    const own = '{ me { resident { name { text } birthDate patients { id } } } }'
    const asked = async () => (await ask(own, residentViewer(hospital))).me.resident
    const [{ id }] = (await asked()).patients
    const { reportNotMine } = await ask(`mutation { reportNotMine(record: "${id}", reason: "I was never there") { id } }`, residentViewer(hospital))
    expect(await asked()).toMatchObject({ birthDate: null, patients: [] })
    await ask(`mutation { decideReview(id: "${reportNotMine.id}", verdict: joined, reason: "it is hers") { status } }`)
    expect((await asked()).patients).toHaveLength(1)
  })

  it('makes one archive of both when the steward decides, with who and why; and takes it back', async () => {
    const [{ id, patients }] = (await ask(queue)).reviewQueue
    await ask(`mutation { decideReview(id: "${id}", verdict: joined, reason: "both documents seen") { status } }`)
    const one = await pipeline.residentOf('first-hospital', 'SY900007')
    expect(await pipeline.residentOf('community-health', '350206005000900007')).toBe(one)
    expect((await ownArchive(pipeline, hospital)).patients).toHaveLength(2)
    expect((await ask(queue)).reviewQueue).toEqual([])
    const patient = patients.find((each: { source: string }) => each.source === 'first-hospital').id
    await ask(`mutation { splitPatient(patient: "${patient}", reason: "a namesake") }`)
    expect(await pipeline.residentOf('first-hospital', 'SY900007')).not.toBe(await pipeline.residentOf('community-health', '350206005000900007'))
    const { linkHistory } = await ask(`{ linkHistory(patient: "${patient}") { at by rule reason } }`)
    expect(linkHistory.at(-1)).toMatchObject({ by: 'a-steward', rule: 'steward/1', reason: 'a namesake' })
    // By the gateway's clock, which stands still in this test; links of a patient follow one another by a millisecond.
    const dated: string[] = linkHistory.filter(({ by }: { by: string }) => by === 'a-steward').map(({ at }: { at: string }) => at)
    expect(dated.filter(at => !/^2026-11-20T02:00:00\.00\dZ$/.test(at))).toEqual([])
    expect(dated).not.toHaveLength(0)
  })
})
