/** The ledger of looks: all of it can be reached, at a cost that does not grow with it. */
import { askings, looks as looksCollection, refusals, type LookRow } from '../../src/store/collections'
import { centre, clinician, createWorld, hospital, id, patient, person, resident, steward, type World } from './world'
import { Work, type LookPage } from '../../src/archive/index'

const source = 'first-hospital'
const chart = (name: string) => id(source, 'Patient', name)
const word = (second: number) => ({ at: `2026-11-20T02:00:${String(second).padStart(2, '0')}.000Z`, by: 'steward-1', reason: 'seen the papers' })

describe('the ledger of looks', () => {
  let world: World
  let of: string
  let rowsRead = 0
  const calls: string[] = []
  beforeEach(async () => {
    world = await createWorld({
      observe: (verb, collection) => void calls.push(`${verb} ${collection}`),
      wrap: (store) => ({ ...store, find: async (collection, find) => {
        const rows = await store.find(collection, find)
        if (collection.name === 'looks') rowsRead += rows.length
        return rows
      } }),
    })
    await world.tell(source, chart('1'), { resource: patient(source, '1', person) })
    of = (await world.identity.residentOf(chart('1')))!
  })
  afterEach(() => world.close())

  /** Looks as if they had been written: `second` counts back from two o'clock. */
  const write = async (rows: readonly { second: number; who?: string; asked?: readonly string[]; patients?: readonly string[]; resident?: string }[]) => {
    const changes = rows.map(({ second, who = 'doctor', asked = ['Patient'], patients = [chart('1')], resident: whose = of }, n) => {
      const at = new Date(Date.parse('2026-11-20T02:00:00.000Z') - second * 1000).toISOString()
      const row: LookRow = { resident: whose, look: `${at}~${String(n).padStart(6, '0')}`, patients, viewer: { role: 'clinician', id: who }, purpose: 'TREAT', asked, outcome: 'shown' }
      return { verb: 'insert' as const, collection: looksCollection, row }
    })
    for (let from = 0; from < changes.length; from += 5000) await world.store.commit(`looks:${from}:${Math.random()}`, changes.slice(from, from + 5000))
  }
  const page = async (ask: Parameters<Awaited<ReturnType<World['archive']['open']>>['looks']>[0], whose = of): Promise<LookPage> =>
    (await world.archive.open(resident(whose), { resident: whose })).looks(ask)
  const who = ({ items }: LookPage) => items.map(({ item }) => `${item.who.id} ${item.count}`)

  /** Everything but her own looks, by going on from page to page. */
  const all = async (size: number, whose = of) => {
    const lines: LookPage['items'][number]['item'][] = []
    let pages = 0
    for (let after: string | undefined; ; pages += 1) {
      const found = await page({ first: size, ...(after === undefined ? {} : { after }) }, whose)
      lines.push(...found.items.map(({ item }) => item))
      if (!found.hasNextPage) return { lines: lines.filter((line) => line.who.role !== 'resident'), pages }
      after = found.endCursor ?? found.items.at(-1)!.cursor
    }
  }

  it('is reached whole, however long it is', async () => {
    await write(Array.from({ length: 12_000 }, (_, n) => ({ second: 60 * n + 1, who: `d${n}` })))
    const { lines } = await all(500)
    expect(lines.map((line) => line.who.id)).toEqual(Array.from({ length: 12_000 }, (_, n) => `d${n}`))
  })

  it('costs a page the same calls and a bounded number of rows, however long it is', async () => {
    const costOf = async () => {
      const archive = await world.archive.open(resident(of), { resident: of })
      await archive.audited()
      calls.length = rowsRead = 0
      await archive.looks({ first: 50 })
      return { calls: [...calls], rowsRead }
    }
    await write(Array.from({ length: 200 }, (_, n) => ({ second: 60 * n + 1 })))
    const short = await costOf()
    await write(Array.from({ length: 9000 }, (_, n) => ({ second: 60 * n + 20_000 })))
    const long = await costOf()
    expect(long).toEqual(short)
    expect(short.rowsRead).toBeLessThanOrEqual(110)
  })

  it('is counted to the operation that asks, which reads no more of it than a few pages', async () => {
    await write(Array.from({ length: 9000 }, (_, n) => ({ second: n })))
    const work = new Work(20_000)
    const archive = await world.archive.open(resident(of), { resident: of }, { work })
    rowsRead = 0
    await archive.looks({ first: 500 })
    const asked = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => archive.looks({ first: 500 - n })))
    expect(asked.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(15)
    expect(asked.at(-1)).toMatchObject({ reason: { code: 'QUERY_TOO_COSTLY' } })
    expect(rowsRead).toBeLessThan(30_000)
  })

  it('shows equal looks of one asker within a minute as one line with a count, whoever else looks in between', async () => {
    await write([
      { second: 1, who: 'a' }, { second: 2, who: 'b' }, { second: 3, who: 'a' }, { second: 4, who: 'a', asked: ['Encounter'] }, { second: 5, who: 'b' },
      { second: 61, who: 'a' },
    ])
    const lines = ['a 2', 'b 2', 'a 1', 'a 1']
    const whole = await page({ first: 10 })
    expect(who(whole).slice(1)).toEqual(lines)
    expect(whole).toMatchObject({ hasNextPage: false, hasPreviousPage: false, totalCount: 5 })
    const { lines: one } = await all(1)
    expect(one.map((line) => `${line.who.id} ${line.count}`)).toEqual(lines)
  })

  it('goes back as it came, and counts nothing that it has not read', async () => {
    await write(Array.from({ length: 30 }, (_, n) => ({ second: 40 * n + 1, who: `d${n}` })))
    const last = await page({ last: 4 })
    expect(who(last)).toEqual(['d26 1', 'd27 1', 'd28 1', 'd29 1'])
    expect(last).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    expect(last.totalCount).toBeUndefined()
    const before = await page({ last: 3, before: last.items[0]!.cursor })
    expect(who(before)).toEqual(['d23 1', 'd24 1', 'd25 1'])
    expect(before).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
    const after = await page({ first: 9, after: before.items[0]!.cursor, before: last.items[1]!.cursor })
    expect(who(after)).toEqual(['d24 1', 'd25 1', 'd26 1'])
    await expect(page({ first: 3, after: 'x' })).rejects.toMatchObject({ code: 'BAD_CURSOR', place: 'after' })
  })

  it('loses no look where one asker fills a minute with more than a page reads', async () => {
    await write([...Array.from({ length: 6500 }, (_, n) => ({ second: 30 + n / 1000, who: 'flood' })), { second: 3600, who: 'buried' }])
    const { lines, pages } = await all(10)
    expect(lines.filter((line) => line.who.id === 'flood').reduce((sum, { count }) => sum + count, 0)).toBe(6500)
    expect(lines.at(-1)!.who.id).toBe('buried')
    expect(pages).toBeLessThan(5)
  })

  it('goes on past what is others\' since', async () => {
    await write([...Array.from({ length: 8000 }, (_, n) => ({ second: 10 + n, patients: ['another'] })), { second: 9000, who: 'hers' }])
    const { lines, pages } = await all(10)
    expect(lines.map((line) => line.who.id)).toEqual(['hers'])
    expect(pages).toBeLessThan(5)
  })

  it('counts a look once, whatever was asked of it later', async () => {
    const archive = await world.archive.open(steward, { resident: of })
    await archive.person()
    await new Promise((resolve) => setImmediate(resolve))
    await archive.completeness()
    const { items } = await page({ first: 10 })
    expect(items.map(({ item }) => item).filter((line) => line.who.role === 'steward')).toMatchObject([{ count: 1, asked: ['Patient', 'completeness'] }])
  })

  it('counts a look once also where a page ends between what was asked of it', async () => {
    await write(Array.from({ length: 100 }, (_, n) => ({ second: 30 + n / 10, who: 'flood' })))
    const rows = await world.store.find(looksCollection, { where: { resident: of }, limit: 200 })
    await world.store.commit('parts', rows.map((row) => ({ verb: 'insert', collection: looksCollection, row: { ...row, look: `${row.look}~1`, asked: ['Encounter'] } })))
    await write([{ second: 29.95, who: 'flood', asked: ['Encounter', 'Patient'] }])
    const { lines } = await all(1)
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(101)
    expect(new Set(lines.map(({ asked }) => asked.toSorted().join()))).toEqual(new Set(['Encounter,Patient']))
  })

  it('goes along with whom it was about: into a merge, and out of it', async () => {
    await world.tell(source, chart('2'), { resource: patient(source, '2', { name: [{ text: '林建国' }], gender: 'male', birthDate: '1960-01-01' }) })
    const other = (await world.identity.residentOf(chart('2')))!
    await write([{ second: 10, who: 'hers' }, { second: 20, who: 'his', patients: [chart('2')], resident: other }])
    await world.archive.open(clinician(centre), { resident: other }).catch(() => undefined)
    const now = await world.identity.mergeResidents(of, other, word(1))
    const both = (await all(10, now)).lines.map((line) => `${line.who.id} ${line.outcome}`)
    expect(both).toEqual(expect.arrayContaining(['hers shown', 'his shown', 'doctor denied']))
    const [stays, goes] = now === of ? ['1', '2'] : ['2', '1']
    const gone = await world.identity.splitPatient(chart(goes), word(2))
    const named = async (whose: string) => (await all(10, whose)).lines.filter((line) => line.outcome === 'shown').map((line) => line.who.id)
    expect(await named(gone)).toEqual([goes === '2' ? 'his' : 'hers'])
    expect(await named(now)).toEqual([stays === '2' ? 'his' : 'hers'])
  })

  it('is of whom somebody is now, by whatever id they are named', async () => {
    await world.tell(source, chart('2'), { resource: patient(source, '2', { name: [{ text: '林建国' }], gender: 'male', birthDate: '1960-01-01' }) })
    const other = (await world.identity.residentOf(chart('2')))!
    const now = await world.identity.mergeResidents(of, other, word(1))
    await world.archive.looked(steward, [now === of ? other : of], ['reviewQueue'])
    await world.archive.looked(steward, [of, other], ['linkHistory'])
    const { lines } = await all(10, now)
    expect(lines.map(({ asked, count }) => `${asked.join()} ${count}`).toSorted()).toEqual(['linkHistory 1', 'reviewQueue 1'])
  })

  it('has refused looks counted, and not what the stranger wrote', async () => {
    for (let n = 0; n < 5; n += 1) await world.archive.open(clinician(centre), { resident: of }).catch(() => undefined)
    const { lines } = await all(10)
    expect(lines).toMatchObject([{ outcome: 'denied', count: 5, institution: centre, asked: [] }])
    expect(await world.store.find(looksCollection, { where: { resident: of }, limit: 99 })).not.toContainEqual(expect.objectContaining({ outcome: 'denied' }))
  })

  it('has a line in the asker\'s own, whether somebody is found, refused or not there', async () => {
    const asker = clinician(hospital)
    await world.archive.search(asker, 'nobody', 5)
    await world.archive.search(asker, '陈桂芳', 5)
    await world.archive.open(asker, { resident: of }).catch(() => undefined)
    await world.archive.open(asker, { resident: 'f'.repeat(32) }).catch(() => undefined)
    await world.archive.looked(asker, [], ['Patient', 'match'])
    const rows = await world.store.find(askings, { where: { asker: 'clinician:doctor' }, limit: 9 })
    expect(rows.map(({ field, count }) => `${field} ${count}`).toSorted()).toEqual(['match 1', 'resident 2', 'residents 2'])
    expect(JSON.stringify(rows)).not.toContain('陈')
    expect(await world.store.find(refusals, { where: { resident: 'nobody:clinician:doctor' }, limit: 9 })).toHaveLength(1)
  })
})
