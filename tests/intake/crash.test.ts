import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAccount } from '../../src/intake'
import { resourceId } from '../../src/model/ids'
import { changes, lanes, links } from '../../src/store/collections'
import { grammars } from '../../src/wire'
import { crashLines } from '../support/intake/crashLines'
import { adt, hospital, hospitalSource } from '../support/intake/hospital'
import { openHouse } from '../support/intake/house'
import { plainGrammar, plainMapping, plainSource } from '../support/intake/plain'

jest.setTimeout(30_000)

const support = join(__dirname, '..', 'support')

/** Runs the child until it dies; how many records it had acknowledged by then. */
async function crash(database: string, point: string, nth: number): Promise<{ signal: string | null; acknowledged: number }> {
  const child = spawn(process.execPath, ['-r', join(support, 'register.js'), join(support, 'intake', 'crashing.ts'), database, point, `${nth}`],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const [, signal] = await once(child, 'close') as [number | null, string | null]
  return { signal, acknowledged: output.split('\n').filter(Boolean).length }
}

describe('after kill -9', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'hutong-crash-')) })
  afterEach(() => rm(folder, { recursive: true }))

  it.each([
    ['after-journal', 1], ['after-journal', 13], ['after-tellings', 1], ['after-tellings', 9], ['after-link', 1], ['after-link', 6],
    ['before-ack', 1], ['before-ack', 8], ['after-mark', 1], ['after-mark', 5],
  ])('%s (no. %i) nothing acknowledged is lost, nothing is doubled, and the accounts add up', async (point, nth) => {
    const database = join(folder, 'hutong.db')
    const { signal, acknowledged } = await crash(database, point, nth)
    expect(signal).toBe('SIGKILL')

    const house = await openHouse({
      url: `sqlite:${database}`, mappings: new Map([['plain', plainMapping()], ['hospital', hospital]]),
      grammars: new Map([...grammars, ['plain', plainGrammar]]),
    })
    house.now += 60_000
    const outcomes = []
    for (const [n, record] of crashLines.entries()) {
      outcomes.push(...await house.journal.append({ source: 'plain', bytes: record }))
      outcomes.push(...await house.journal.append({ source: 'hospital', bytes: Buffer.from(adt({ control: `${n}`, chart: `${n % 4}` })) }))
    }
    expect(outcomes.slice(0, acknowledged * 2).map(({ outcome }) => outcome)).toEqual(Array.from({ length: acknowledged * 2 }, () => 'duplicate'))
    await house.work()

    expect(await readAccount({ store: house.store, sources: ['plain', 'hospital'] })).toMatchObject([
      { source: 'hospital', received: 30, mapped: 30, pending: 0, quarantined: 0 },
      { source: 'plain', received: 30, mapped: 27, pending: 0, quarantined: 3 },
    ])
    for (const [n] of crashLines.entries()) {
      const patient = resourceId(plainSource(), 'Patient', `p${n % 5}`)
      const versions = await house.versions(patient, `Observation/${resourceId(plainSource(), 'Observation', `v${n}`)}`)
      expect(versions).toHaveLength(n % 10 === 9 ? 0 : 1)
      expect(await house.store.find(links, { where: { patient }, limit: 9 })).toHaveLength(1)
    }
    const chart = resourceId(hospitalSource, 'Patient', '1')
    expect(await house.versions(chart, `Patient/${chart}`)).toHaveLength(8)
    await expectEachChangeToldOnce(house.store)
    await house.close()
  })
})

/** Sequences of a lane are each given out once, and `last` stands at the end of them. */
async function expectEachChangeToldOnce(store: Awaited<ReturnType<typeof openHouse>>['store']): Promise<void> {
  for (const { lane, last } of await store.find(lanes, { where: {}, limit: 64 })) {
    const rows = await store.find(changes, { where: { lane }, order: 'backward', limit: 1 })
    expect(last).toBe(rows[0]?.seq ?? 0)
  }
}
