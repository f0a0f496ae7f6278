import { fakeIdentity, fakeWriter } from '../support/intake/fakeArchive'
import { HutongError } from '../../src/model/errors'
import { resourceId } from '../../src/model/ids'
import { changes, lanes, links } from '../../src/store/collections'
import { readAccount } from '../../src/intake'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { lines, plainSource } from '../support/intake/plain'
import type { PlainRecord } from '../support/intake/plain'

const patient = (name: string): string => resourceId(plainSource(), 'Patient', name)
const observation = (name: string): string => `Observation/${resourceId(plainSource(), 'Observation', name)}`

describe('workers', () => {
  let house: House
  beforeEach(async () => { house = await openHouse() })
  afterEach(() => house.close())

  const send = async (...records: (PlainRecord | string)[]) => house.journal.append({ source: 'plain', bytes: lines(...records) })
  const statuses = (outcomes: Awaited<ReturnType<typeof send>>) =>
    Promise.all(outcomes.map(async ({ entry }) => (await house.entry(entry)).status))

  it('map, write, link and mark', async () => {
    const [outcome] = await send({ patient: 'p', name: '张三', values: { k: 4.1 }, doctor: 'd', pad: 'unused', at: '2026-11-20T09:00:00+08:00' })
    house.now += 5_000
    await house.work()
    const row = await house.entry(outcome?.entry)
    expect(row).toMatchObject({ status: 'mapped', workedAt: '2026-11-20T02:00:05.000Z', mapper: { name: 'plain', hash: 'plain-1' }, unmapped: ['pad'] })
    expect(row.resources).toEqual([`Patient/${patient('p')}`, observation('k'), `Practitioner/${resourceId(plainSource(), 'Practitioner', 'd')}`])
    const [version] = await house.versions(patient('p'), observation('k'))
    expect(version).toMatchObject({ version: `2026-11-20T01:00:00.000Z~${row.arrival}`, committedAt: '2026-11-20T02:00:05.000Z', entry: row.entry })
    expect(await house.versions('directory:plain', `Practitioner/${resourceId(plainSource(), 'Practitioner', 'd')}`)).toHaveLength(1)
    expect(await house.store.find(links, { where: { patient: patient('p') }, limit: 9 })).toHaveLength(1)
    expect(house.events).toContainEqual({ kind: 'worked', source: 'plain', status: 'mapped', resources: 3, lag: 5_000 })
  })

  it('are woken by what is journaled', async () => {
    const workers = await house.start({ pollMs: 60_000 })
    await workers.idle()
    const outcomes = await send({ patient: 'p', name: '李四' })
    await workers.idle()
    expect(await statuses(outcomes)).toEqual(['mapped'])
  })

  it('count a backdated record as committed when it is said to have come', async () => {
    const [outcome] = await house.journal.append({ source: 'plain', bytes: lines({ patient: 'p', name: '张三' }), arrivedAt: '2019-05-01T00:00:00Z' })
    await house.work()
    const [version] = await house.versions(patient('p'), `Patient/${patient('p')}`)
    expect(version).toMatchObject({ receivedAt: '2019-05-01T00:00:00.000Z', committedAt: '2019-05-01T00:00:00.000Z', entry: outcome?.entry })
    expect(await house.store.find(links, { where: { patient: patient('p') }, limit: 9 })).toMatchObject([{ at: '2019-05-01T00:00:00.000Z' }])
  })

  it('take the time of arrival for a clock that runs a day ahead, and for none', async () => {
    const [ahead, none, near] = await send(
      { patient: 'p', name: 'a', at: '2026-11-21T02:00:00Z' }, { patient: 'p', values: { k: 1 } }, { patient: 'p', values: { na: 1 }, at: '2026-11-20T02:09:00Z' })
    await house.work()
    expect((await house.versions(patient('p'), `Patient/${patient('p')}`))[0]?.version).toMatch(/^2026-11-20T02:00:00.000Z~/)
    expect((await house.versions(patient('p'), observation('k')))[0]?.version).toMatch(/^2026-11-20T02:00:00.000Z~/)
    expect((await house.versions(patient('p'), observation('na')))[0]?.version).toMatch(/^2026-11-20T02:09:00.000Z~/)
    expect((await house.entry(ahead?.entry)).issues).toMatchObject([{ code: 'version-time-in-future', place: `Patient/${patient('p')}` }])
    expect((await house.entry(none?.entry)).issues).toBeUndefined()
    expect((await house.entry(near?.entry)).issues).toBeUndefined()
  })

  it('quarantine what cannot be read, mapped or told, with the reason and without the value, and harm no neighbour', async () => {
    const many = Array.from({ length: 500 }, (_, n) => ({ patient: `p${n}`, name: `n${n}` }))
    const outcomes = await send('{"broken', { patient: 'p', throws: 'mapping' }, { patient: 'p', throws: 'fault' }, { patient: 'p' }, ...many)
    await house.work()
    const rows = await Promise.all(outcomes.slice(0, 4).map(({ entry }) => house.entry(entry)))
    expect(rows.map(({ status, reason }) => [status, reason?.code, reason?.place])).toEqual([
      ['quarantined', 'SYNTAX', 'line 1'], ['quarantined', 'MAPPING', 'throws'], ['quarantined', 'INTERNAL', undefined], ['quarantined', 'MAPPING', undefined]])
    expect(new Set(await statuses(outcomes.slice(4)))).toEqual(new Set(['mapped']))
    expect(JSON.stringify([rows, house.logged])).not.toContain('350206199001011234')
    expect(house.logged).toContainEqual(expect.objectContaining({ level: 'error', fields: expect.objectContaining({ entry: rows[2]?.entry }) }))
  })

  it('keep at most 200 issues of 300 characters, and of a small record no more than three times its bytes, one at least', async () => {
    const outcomes = await send({ patient: 'p', name: 'x', issues: 500, pad: 'x'.repeat(100_000) }, { patient: 'p', name: 'x', issues: 500 }, { name: 'x'.repeat(300), issues: 500 })
    await house.work()
    const rows = await Promise.all(outcomes.map(outcome => house.entry(outcome.entry)))
    const [large = [], tiny = [], small = []] = rows.map(({ issues }) => issues)
    expect([large.length, large[0]?.message.length, tiny.length]).toEqual([200, 300, 1])
    expect(small.length).toBeGreaterThan(1)
    expect(JSON.stringify(small).length).toBeLessThanOrEqual(3 * 350)
  })

  it('do not leave a record pending whose patient came to another gateway while it was worked', async () => {
    const outcomes = await send({ patient: 'p', values: { k: 1 } })
    await house.work({ identity: { ...fakeIdentity(house.store), residentOf: async () => 'resident' } })
    expect(await statuses(outcomes)).toEqual(['mapped'])
  })

  it('hold a record pending until its patient comes', async () => {
    const outcomes = await send({ patient: 'p', values: { k: 1 } })
    await house.work()
    expect(await statuses(outcomes)).toEqual(['pending'])
    expect(await readAccount({ store: house.store, sources: ['plain'] })).toEqual([
      { source: 'plain', day: '2026-11-20', received: 1, mapped: 0, pending: 1, quarantined: 0 }])
    await send({ patient: 'p', name: '张三' })
    await house.work()
    expect(await statuses(outcomes)).toEqual(['mapped'])
    expect(await house.entry(outcomes[0]?.entry)).not.toHaveProperty('waitsFor')
  })

  it('hold a bundle of several patients pending until the last of them comes', async () => {
    const outcomes = await send({ patient: 'p', name: 'P', values: { 'k@q': 1, 'na@r': 2 } })
    await house.work()
    expect(await house.entry(outcomes[0]?.entry)).toMatchObject({ status: 'pending', patient: patient('q'), waitsFor: [patient('q'), patient('r')] })
    await send({ patient: 'q', name: 'Q' })
    await house.work()
    expect(await statuses(outcomes)).toEqual(['pending'])
    await send({ patient: 'r', name: 'R' })
    await house.work()
    expect(await statuses(outcomes)).toEqual(['mapped'])
  })

  it('end in the same state in reverse order as in order', async () => {
    const records: PlainRecord[] = Array.from({ length: 20 }, (_, n) => ({
      control: `${n}`, patient: `p${n % 3}`, name: `name ${n}`, values: { [`k${n % 3}`]: n }, at: new Date(Date.UTC(2026, 10, 1, n)).toISOString(),
    }))
    const newest = async (): Promise<unknown> => {
      const found = await Promise.all([0, 1, 2].flatMap(n => [`Patient/${patient(`p${n}`)}`, observation(`k${n}`)].map(ref => house.versions(patient(`p${n}`), ref))))
      return found.map(versions => versions.map(({ resource, version }) => [version.split('~')[0], resource]))
    }
    for (const record of records) await send(record)
    await house.work()
    const inOrder = await newest()
    await house.close()
    house = await openHouse()
    for (const record of records.toReversed()) {
      await send(record)
      await house.work()
    }
    expect(await newest()).toEqual(inOrder)
  })

  it('give each change of a lane its own sequence, and tell the last when all before it are written', async () => {
    for (let n = 0; n < 5; n += 1) {
      await send({ patient: 'p', name: `n${n}` })
      await house.work()
    }
    const lane = parseInt(patient('p').slice(0, 2), 16) & 63
    const found = await house.store.find(changes, { where: { lane }, limit: 100 })
    expect(found.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(await house.store.get(lanes, [lane])).toMatchObject({ last: 5 })
  })

  it('try again when the store fails, and lose nothing', async () => {
    const writer = fakeWriter(house.store)
    let failures = 3
    const failing = { write: (compartment: Parameters<typeof writer.write>[0]) =>
      failures-- > 0 ? Promise.reject(new HutongError('STORE_UNAVAILABLE', 'Away.')) : writer.write(compartment) }
    const outcomes = await send({ patient: 'p', name: 'a' }, { patient: 'q', name: 'b' })
    await house.work({ writer: failing })
    expect(await statuses(outcomes)).toEqual(['mapped', 'mapped'])
  })

  it('write compartments that lost a race once more, one after the other', async () => {
    const identity = fakeIdentity(house.store)
    let linking = 0
    const racing = { ...identity, async link(...told: Parameters<typeof identity.link>) {
      linking += 1
      try {
        if (linking > 1) throw new HutongError('CONFLICT', 'Someone else was first.')
        await new Promise(resolve => { setTimeout(resolve, 1) })
        return await identity.link(...told)
      } finally {
        linking -= 1
      }
    } }
    const outcomes = await send(...Array.from({ length: 20 }, (_, n) => ({ patient: `p${n}`, name: `n${n}` })))
    await house.work({ identity: racing })
    expect(new Set(await statuses(outcomes))).toEqual(new Set(['mapped']))
    expect(house.logged).toEqual([])
  })

  it('quarantine the one record of a compartment that cannot be written', async () => {
    const writer = fakeWriter(house.store)
    const picky = { write: (compartment: Parameters<typeof writer.write>[0]) =>
      JSON.stringify(compartment.tellings).includes('poison') ? Promise.reject(new RangeError('poison')) : writer.write(compartment) }
    const outcomes = await send({ patient: 'p', name: 'a' }, { patient: 'p', name: 'poison' }, { patient: 'p', name: 'c' })
    await house.work({ writer: picky })
    expect(await statuses(outcomes)).toEqual(['mapped', 'quarantined', 'mapped'])
  })

  it('leave a lane that another worker took, and finish none of its work', async () => {
    const identity = fakeIdentity(house.store)
    const outcomes = await send({ patient: 'p', name: 'a' })
    let taken = false
    const workers = await house.start({
      identity: {
        ...identity,
        async link(...told) {
          if (!taken) {
            taken = true
            await house.store.claim(lanes, { where: {}, n: 64, until: house.now + 120_000, now: house.now + 60_000 })
          }
          return identity.link(...told)
        },
      },
    })
    while (!house.logged.some(({ message }) => message === 'a lane was lost to another worker')) await new Promise(resolve => { setTimeout(resolve, 10) })
    expect(await statuses(outcomes)).toEqual(['received'])
    await workers.stop()
    house.now += 180_000
    await house.work()
    expect(await statuses(outcomes)).toEqual(['mapped'])
  })

  it('hand over their lanes when they stop', async () => {
    const first = await house.start()
    await first.idle()
    await first.stop()
    const outcomes = await send({ patient: 'p', name: 'a' })
    await house.work()
    expect(await statuses(outcomes)).toEqual(['mapped'])
  })
})
