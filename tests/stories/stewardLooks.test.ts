/** A steward reads what came of a resident's records, and the resident can see that. */
import { lookedByOperator } from '../../src/commands/looks'
import { traceRecords } from '../../src/intake'
import { encodeGlobalId } from '../../src/model/globalId'
import { askings } from '../../src/store/collections'
import { residentViewer, steward } from './archive'
import { first, golden } from '../badInput/records'
import { openPipeline, type Pipeline } from '../support/pipeline'

describe('what a steward reads of a resident\'s records', () => {
  let pipeline: Pipeline
  let resident: string
  const bad = 'MSH|^~\\&|HIS|SY|||20260724091500||ADT^A01^ADT_A01|BAD1|P|2.5.1\rEVN|A01|20260724091500\rPV1|1|I\rNTE|1||林建国 19630412 SY0031457'
  beforeAll(async () => {
    pipeline = await openPipeline({ now: '2026-07-25T10:00:00+08:00' })
    await pipeline.load([first(golden('first-hospital', 'a01-admission.in.hl7')), { source: 'first-hospital', name: 'bad.hl7', bytes: Buffer.from(bad), arrivedAt: '2026-07-25T00:00:00Z' }])
    resident = await pipeline.residentOf('first-hospital', 'SY0031457')
  })
  afterAll(() => pipeline.close())

  const ask = async (query: string, viewer: Parameters<Pipeline['graphql']>[2] = steward) => {
    const { data, errors } = await pipeline.graphql(query, {}, viewer)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const looks = async (): Promise<{ who: { role: string; id: string }; asked: string[] }[]> =>
    (await ask('{ me { resident { archive { looks { nodes { who { role id } asked } } } } } }', residentViewer(resident))).me.resident.archive.looks.nodes

  it('is a trace that she finds among the looks', async () => {
    const { trace } = await ask('{ trace(source: "first-hospital", key: "SY0031457") { status resources issues { code } } }')
    expect(trace[0].resources.length).toBeGreaterThan(0)
    expect(await looks()).toContainEqual({ who: { role: 'steward', id: 'a-steward' }, asked: ['trace'] })
  })

  it('is how the chart was linked', async () => {
    const { trace } = await ask('{ trace(source: "first-hospital", key: "SY0031457") { resources } }')
    const chart = trace[0].resources.find((each: string) => each.startsWith('Patient/')).slice('Patient/'.length)
    await ask(`{ linkHistory(patient: "${chart}") { at } }`)
    expect(await looks()).toContainEqual({ who: { role: 'steward', id: 'a-steward' }, asked: ['linkHistory'] })
  })

  it('is counted in the steward\'s own ledger by the field that asked', async () => {
    await ask(`{ node(id: "${encodeGlobalId('Resident', resident)}") { id } }`)
    await ask(`{ node(id: "${encodeGlobalId('Encounter', 'f'.repeat(32), 'f'.repeat(32))}") { id } }`).catch(() => undefined)
    await ask(`{ resident(id: "${encodeGlobalId('Resident', resident)}") { id } }`)
    const rows = await pipeline.gateway.store.find(askings, { where: { asker: 'steward:a-steward' }, limit: 9 })
    expect(rows.flatMap(({ field, count }) => (/^(node|resident)$/.test(field) ? `${field} ${count}` : [])).toSorted()).toEqual(['node 2', 'resident 1'])
  })

  it('is what the command line shows, in the name of its operator', async () => {
    const [traced] = await traceRecords(pipeline.gateway, { source: 'first-hospital', text: 'SY0031457' })
    await lookedByOperator(pipeline.gateway, traced!.patients, 'bytes, because: the sender asks')
    expect(await looks()).toContainEqual({ who: { role: 'steward', id: 'operator' }, asked: ['bytes, because: the sender asks'] })
  })

  it('is a record in quarantine: of which without a reason no name, number or date is shown', async () => {
    const [{ id }] = (await ask('{ quarantine { nodes { id } } }')).quarantine.nodes
    const text = async (args: string) => Buffer.from((await ask(`{ quarantinedEntry(id: "${id}") { bytes${args} } }`)).quarantinedEntry.bytes, 'base64').toString()
    expect(await text('')).toMatch(/^MSH\|\^~\\&\|xxx\|xx\|\|\|99999999999999\|\|ADT\^A01\^ADT_A01\|xxx9\|x\|9\.9\.9\rEVN\|/)
    expect(await text('')).not.toMatch(/林|建国|0031457|1963/)
    expect(await text('(reason: "who sent it")')).toContain('林建国')
  })
})
