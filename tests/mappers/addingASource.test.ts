import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSources } from '../../mappers'
import type { MappingResult, SourceMapping } from '../../src/model/mapping'
import { grammars } from '../../src/wire'
import { holds } from '../support/golden'
import { idKey, openPipeline, type Pipeline } from '../support/pipeline'
import { filesShown, queriesWithAnswers, textOf } from '../support/readme'

const id = 'tcm-hospital'
const page = textOf('README.md')
const shown = filesShown(page, 'mappers/sources')

describe('README, "Adding a source": the folder as the page shows it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-sources-'))
  const bytesOf = (path: string) => readFileSync(join(folder, id, 'golden', path))
  let pipeline: Pipeline

  beforeAll(async () => {
    for (const { path, text } of shown) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    pipeline = await openPipeline({ sources: folder })
  })
  afterAll(async () => {
    await pipeline.close()
    rmSync(folder, { recursive: true })
  })

  it('is the source, one table, one message and what must come out of it', () => {
    expect(shown.map(({ path }) => path)).toEqual([
      `${id}/source.json`, `${id}/tables/PV1-36.json`, `${id}/golden/a03-discharge.in.hl7`, `${id}/golden/a03-discharge.must.json`,
    ])
  })

  it('maps the message to what must come out of it, and leaves no field unused', () => {
    const { tellings, issues, unmapped } = mapped(loadSources({ idKey, folder }).get(id)!, bytesOf('a03-discharge.in.hl7'))
    const demands = JSON.parse(bytesOf('a03-discharge.must.json').toString()) as string[]
    const golden = { resources: tellings.map(({ resource }) => resource), report: { issues, unmapped, tellings: [] } }
    expect(demands.filter(demand => !holds(demand, golden))).toEqual([])
    expect(issues.filter(({ severity }) => severity !== 'information')).toEqual([])
    expect(unmapped).toEqual([])
  })

  it('serves the facts of the message to the resident, with the answer that the page prints', async () => {
    const bytes = bytesOf('a03-discharge.in.hl7')
    await pipeline.load([{ source: id, name: 'a03-discharge.hl7', arrivedAt: '2026-10-30T01:31:00.000Z', bytes }])
    const resident = await pipeline.residentOf(id, 'Z0004521')
    const { query, answer } = queriesWithAnswers(page).find(({ answer: printed }) => JSON.stringify(printed).includes(id))!
    expect(await pipeline.graphql(query, {}, { role: 'resident', id: 'a-resident', resident })).toEqual(answer)
  })

  it('is found again by the message\'s control id', async () => {
    const trace = `query ($key: String!) { trace(source: "${id}", key: $key) { status } }`
    const { data } = await pipeline.graphql(trace, { key: 'QZY2026103000007' }, { role: 'steward', id: 'a-steward' })
    expect(data.trace).toEqual([{ status: 'mapped' }])
  })
})

/** One record through grammar and mapper. */
function mapped({ source, dialect }: SourceMapping, bytes: Uint8Array): MappingResult {
  const grammar = grammars.get(source.format)!
  const { context, pieces } = grammar.split(bytes, { source, context: {}, last: true })
  expect(pieces).toHaveLength(1)
  return dialect.map(grammar.read(bytes.subarray(pieces[0]!.start, pieces[0]!.end), { source, context }), source)
}
