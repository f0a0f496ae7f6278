import fastify from 'fastify'
import { intakeRoutes, openJournal, openQuotas, startMllp } from '../../src/intake'
import type { Journal, QuotaLimits } from '../../src/intake'
import type { HutongError } from '../../src/model/errors'
import type { SourceMapping } from '../../src/model/mapping'
import { instrument } from '../../src/store'
import { entries, quotas } from '../../src/store/collections'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { adt, hospital } from '../support/intake/hospital'
import { lines, plainMapping, plainSource } from '../support/intake/plain'
import { connectSender } from '../support/intake/sender'
import { grammars as wireGrammars } from '../../src/wire'

const minute = 60_000

describe('the quota of a source', () => {
  let house: House
  const limits: QuotaLimits = { entriesPerHour: 3, bytesPerHour: 1_000_000 }
  const journalOf = (limited: QuotaLimits = limits, mappings: ReadonlyMap<string, SourceMapping> = house.mappings): Journal => {
    const { store, grammars } = house
    const now = (): number => house.now
    return openJournal({ store, mappings, grammars: new Map([...grammars, ...wireGrammars]), now, quotas: openQuotas({ store, now, limits: limited }) })
  }
  const send = (journal: Journal, control: string, source = 'plain') => journal.append({ source, bytes: lines({ control }), metered: true })
  const refused = { code: 'TOO_MANY_REQUESTS', details: { retryAfter: 3600 } }

  beforeEach(async () => {
    house = await openHouse({ mappings: new Map([['plain', plainMapping()], ['other', plainMapping(plainSource('other'))], ['hospital', hospital]]) })
  })
  afterEach(() => house.close())

  it('lets so many new records in within an hour of the clock, and says when to go on', async () => {
    const journal = journalOf()
    for (const control of ['1', '2', '3']) expect(await send(journal, control)).toMatchObject([{ outcome: 'accepted' }])
    await expect(send(journal, '4')).rejects.toMatchObject({ ...refused, message: expect.stringMatching(/go on in 60 minutes.*quota\.entriesPerHour.*--quota-entries/) })
    house.now += 59 * minute
    await expect(send(journal, '4')).rejects.toMatchObject({ details: { retryAfter: 60 } })
    house.now += minute
    expect(await send(journal, '4')).toMatchObject([{ outcome: 'accepted' }])
  })

  it('counts what is known already as bytes only', async () => {
    const journal = journalOf({ entriesPerHour: 2, bytesPerHour: 100 })
    for (let n = 0; n < 7; n += 1) await send(journal, '1')
    await expect(send(journal, '1')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', message: expect.stringContaining('--quota-mb') })
  })

  it('is each source’s own, as its configuration says', async () => {
    const mappings = new Map([...house.mappings, ['other', plainMapping({ ...plainSource('other'), quota: { entriesPerHour: 1 } })]])
    const journal = journalOf(limits, mappings)
    await send(journal, '1', 'other')
    await expect(send(journal, '2', 'other')).rejects.toMatchObject(refused)
    expect(await send(journal, '2')).toMatchObject([{ outcome: 'accepted' }])
  })

  it('is none for what does not come over the network', async () => {
    const journal = journalOf()
    expect(await journal.append({ source: 'plain', bytes: lines(...['1', '2', '3', '4', '5'].map(control => ({ control }))) })).toHaveLength(5)
    expect(await journal.append({ source: 'plain', bytes: lines({ control: '6' }) })).toHaveLength(1)
    expect(await send(journal, '7')).toMatchObject([{ outcome: 'accepted' }])
  })

  it('is shared by the processes on a database, and outlives them', async () => {
    const journals = [journalOf(), journalOf()]
    const rounds: string[][] = []
    for (let round = 0; round < 5; round += 1) {
      rounds.push(await Promise.all(journals.map((journal, at) => send(journal, `${round}${at}`).then(
        ([outcome]) => String(outcome?.outcome), (error: unknown) => (error as HutongError).code))))
      house.now += 5_000
    }
    expect(rounds.at(-1)).toEqual(['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS'])
    expect(rounds.flat().filter(outcome => outcome === 'accepted').length).toBeLessThanOrEqual(3 + journals.length)
    await expect(send(journalOf(), '7')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  })

  it('asks the store no more than once in five seconds, and leaves no rows of hours that are past', async () => {
    let calls = 0
    const store = instrument(house.store, () => { calls += 1 })
    const quota = openQuotas({ store, now: () => house.now, limits: { entriesPerHour: 1_000_000, bytesPerHour: 1_000_000 } })
    for (let n = 0; n < 1_000; n += 1) {
      await quota.admit(plainSource())
      quota.spend(plainSource(), { entries: 1, bytes: 1 })
      house.now += 10
    }
    expect(calls).toBeLessThanOrEqual(2 * 3)
    house.now += 60 * minute
    await quota.admit(plainSource())
    expect(await house.store.find(quotas, { where: { source: 'plain' }, limit: 9 })).toMatchObject([{ hour: '2026-11-20T03:00:00.000Z', entries: 0 }])
  })

  it('is told over HTTP: 429 with when to try again, and what was kept before it was used up', async () => {
    const app = fastify()
    await app.register(intakeRoutes, { journal: journalOf({ ...limits, entriesPerHour: 1_500 }), sources: house.mappings, authorise: () => undefined, log: house.log })
    const post = (from: number, count: number) => app.inject({
      method: 'POST', url: '/intake/plain', payload: Buffer.from(lines(...Array.from({ length: count }, (_, n) => ({ control: `${from + n}` })))),
    })
    const partly = await post(0, 4_000)
    expect([partly.statusCode, partly.headers['retry-after'], partly.json()]).toMatchObject([429, '3600', { error: { code: 'TOO_MANY_REQUESTS' }, received: 1_500, accepted: 1_500 }])
    expect(await house.store.tally(entries, { where: { source: 'plain' }, by: ['source'] })).toMatchObject([{ count: 1_500 }])
    const whole = await post(4_000, 1)
    expect([whole.statusCode, whole.headers['retry-after'], Object.keys(whole.json<object>())]).toEqual([429, '3600', ['error']])
    await app.close()
  })

  it('is told over MLLP: AR, and the connection goes on', async () => {
    const journal = journalOf({ ...limits, entriesPerHour: 1 })
    const listener = await startMllp({ journal, mapping: hospital, port: 0, now: () => house.now, log: house.log })
    const sender = await connectSender(listener.port)
    for (const control of ['1', '2']) sender.send(adt({ control, chart: control }))
    const [first, second] = await sender.answers(2)
    expect(first!.some(line => line.startsWith('MSA|AA|1'))).toBe(true)
    expect(second!.some(line => line.startsWith('MSA|AR|2|This source has sent the 1 records that it may'))).toBe(true)
    house.now += 60 * minute
    sender.send(adt({ control: '2', chart: '2' }))
    expect((await sender.answers(1))[0]!.some(line => line.startsWith('MSA|AA|2'))).toBe(true)
    await listener.stop()
  })
})
