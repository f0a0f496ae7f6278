import { resourceId } from '../../src/model/ids'
import { links, residents } from '../../src/store/collections'
import { openPipeline } from '../support/pipeline'
import type { Pipeline } from '../support/pipeline'
import { first } from './records'

const head = (type: string, n: number): string => `MSH|^~\\&|HIS|SYY|HUTONG|HULI|202611010800${String(n).padStart(2, '0')}||${type}|C${n}|P|2.4|||||CHN|UNICODE UTF-8`
const arrives = (n: number, chart: string, number = ''): string =>
  [head('ADT^A04', n), `EVN|A04|20261101080000`, `PID|1||${chart}^^^SYY^MR${number && `~${number}^^^CN^NI`}||张三||19491231|F`, ''].join('\r')
const merges = (n: number, survivor: string, retired: string): string =>
  [head('ADT^A40', n), `EVN|A40|20261101080000`, `PID|1||${survivor}^^^SYY^MR||张三||19491231|F`, `MRG|${retired}^^^SYY^MR`, ''].join('\r')

describe('merges of charts that make no sense', () => {
  let pipeline: Pipeline
  beforeEach(async () => { pipeline = await openPipeline() })
  afterEach(() => pipeline.close())

  const load = (...messages: string[]) => pipeline.load(messages.map(message => first(Buffer.from(message))))
  const chart = (name: string) => resourceId(pipeline.gateway.mappings.get('first-hospital')!.source, 'Patient', name)
  const residentOf = (name: string) => pipeline.gateway.identity.residentOf(chart(name))
  const everybody = async () => (await pipeline.gateway.store.find(residents, { where: {}, limit: 100 })).flatMap(({ patients }) => patients).toSorted()

  it('a chart that is merged into itself stays who it is', async () => {
    await load(arrives(1, 'A', '11010519491231002X'), merges(2, 'A', 'A'), arrives(3, 'A', '11010519491231002X'))
    expect(await residentOf('A')).toBeDefined()
    expect(await everybody()).toEqual([chart('A')])
  })

  it.each([
    ['two charts, each merged into the other', [['A', 'B'], ['B', 'A']]],
    ['three charts in a ring', [['A', 'B'], ['B', 'C'], ['C', 'A']]],
    ['a chain, told backwards', [['A', 'B'], ['B', 'C'], ['C', 'D'], ['A', 'B']]],
  ])('%s are one resident, and messages go on', async (_, pairs) => {
    const names = [...new Set(pairs.flat())]
    await load(...names.map((name, n) => arrives(n + 1, name)), ...pairs.map(([survivor = '', retired = ''], n) => merges(20 + n, survivor, retired)))
    await load(...names.map((name, n) => arrives(40 + n, name)))
    const found = await Promise.all(names.map(residentOf))
    expect(new Set(found).size).toBe(1)
    expect(await everybody()).toEqual(names.map(chart).toSorted())
    const history = await pipeline.gateway.store.find(links, { where: { patient: { in: names.map(chart) } }, limit: 100 })
    expect(history.length).toBeLessThan(names.length * 6)
  })

  it('forty charts merged into one another are one resident', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `M${n}`)
    await load(...names.map((name, n) => arrives(n + 1, name)))
    await load(...names.slice(1).map((name, n) => merges(n + 1, names[n]!, name)))
    expect(new Set(await Promise.all(names.map(residentOf))).size).toBe(1)
  })
})
