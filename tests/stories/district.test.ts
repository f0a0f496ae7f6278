import { generateDistrict } from '../../seed'
import { openPipeline, type Pipeline } from '../support/pipeline'
import { residentViewer, steward } from './archive'

describe('the whole district through the whole gateway', () => {
  const district = generateDistrict()
  const { residents, faults } = district.truth()
  let pipeline: Pipeline
  beforeAll(async () => {
    pipeline = await openPipeline({ uploads: district })
  }, 120_000)
  afterAll(() => pipeline.close())

  it('never makes two residents one, and links nearly every source patient to its resident; the stories’ all', async () => {
    const owner = new Map<string, string>()
    let whole = 0
    const parted: string[] = []
    for (const { key, story, patients } of residents) {
      const told = patients.filter(patient => patient.identifier !== 'SY9000001')
      const linked = new Set(await Promise.all(told.map(({ source, identifier }) => pipeline.residentOf(source, identifier))))
      for (const resident of linked) expect(owner.get(resident) ?? key).toBe(key)
      for (const resident of linked) owner.set(resident, key)
      if (linked.size === 1) whole += 1
      else if (story !== undefined) parted.push(story)
    }
    expect(parted).toEqual(['05-he-jiamin'])
    expect(whole / residents.length).toBeGreaterThan(0.93)
  })

  it('has in quarantine what is bad on purpose, and nothing else', async () => {
    const { data } = await pipeline.graphql('{ quarantine(first: 50) { nodes { source reason { code } } } }', {}, steward)
    const nodes: { source: string; reason: { code: string } }[] = data.quarantine.nodes
    const planned = faults.filter(fault => fault.expected === 'quarantined').map(({ source, code }) => `${source} ${code}`)
    expect(nodes.map(({ source, reason }) => `${source} ${reason.code}`).toSorted()).toEqual(planned.toSorted())
  })

  it('lost nothing: received = mapped + pending + quarantined, and nothing is pending', async () => {
    const query = '{ accounts(from: "2026-01-01", to: "2026-11-20") { received mapped pending quarantined } }'
    const { data } = await pipeline.graphql(query, {}, steward)
    const accounts: { received: number; mapped: number; pending: number; quarantined: number }[] = data.accounts
    expect(accounts.length).toBeGreaterThan(50)
    for (const { received, mapped, pending, quarantined } of accounts) {
      expect(mapped + quarantined).toBe(received)
      expect(pending).toBe(0)
    }
  })

  it('serves a result that 市一院 and the platform both tell as one, with two tellers', async () => {
    let twice = 0
    for (const { patients } of residents.filter(each => each.patients.length === 3).slice(0, 12)) {
      const [{ source, identifier }] = patients as [(typeof patients)[number]]
      const { data } = await pipeline.graphql(
        '{ me { resident { archive { laboratoryResults(first: 500) { nodes { tellers { source } } } } } } }',
        {},
        residentViewer(await pipeline.residentOf(source, identifier)),
      )
      const nodes: { tellers: { source: string }[] }[] = data.me.resident.archive.laboratoryResults.nodes
      twice += nodes.filter(({ tellers }) => tellers.length === 2).length
    }
    expect(twice).toBeGreaterThan(20)
  })
})
