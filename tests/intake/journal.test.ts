import { entries, uploads } from '../../src/store/collections'
import { resourceId } from '../../src/model/ids'
import { openJournal } from '../../src/intake'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { lines, plainSource } from '../support/intake/plain'

describe('the journal', () => {
  let house: House
  beforeEach(async () => { house = await openHouse() })
  afterEach(() => house.close())

  it('keeps each record of an upload, in order, before it answers', async () => {
    const bytes = lines({ control: '1', patient: 'p' }, { control: '2', patient: 'q' })
    const outcomes = await house.journal.append({ source: 'plain', bytes, context: { name: 'two.txt' } })
    expect(outcomes).toMatchObject([{ outcome: 'accepted', controlId: '1' }, { outcome: 'accepted', controlId: '2' }])
    const first = await house.entry(outcomes[0]?.entry)
    const second = await house.entry(outcomes[1]?.entry)
    expect(first).toMatchObject({ source: 'plain', status: 'received', attempts: 0, patient: resourceId(plainSource(), 'Patient', 'p') })
    expect(second.arrival > first.arrival).toBe(true)
    const upload = await house.store.get(uploads, [second.upload])
    expect(upload).toMatchObject({ context: { name: 'two.txt' }, size: bytes.length })
    expect(Buffer.from(upload!.bytes.subarray(second.start, second.end)).toString()).toBe(JSON.stringify({ control: '2', patient: 'q' }))
  })

  it('puts all records of one patient into one lane, below 64', async () => {
    const outcomes = await house.journal.append({ source: 'plain', bytes: lines({ patient: 'p', control: '1' }, { patient: 'p', control: '2' }, { control: '3' }) })
    const rows = await Promise.all(outcomes.map(outcome => house.entry(outcome.entry)))
    expect(rows[0]?.lane).toBe(rows[1]?.lane)
    expect(rows[0]?.lane).toBe(parseInt(rows[0]!.patient.slice(0, 2), 16) & 63)
    expect(rows[2]?.lane).toBe(parseInt(rows[2]!.entry.slice(0, 2), 16) & 63)
  })

  it('writes nothing for the same bytes, whatever the file is called', async () => {
    const bytes = lines({ control: '1', patient: 'p' })
    await house.journal.append({ source: 'plain', bytes, context: { name: 'a' } })
    const again = await house.journal.append({ source: 'plain', bytes, context: { name: 'b' } })
    expect(again).toMatchObject([{ outcome: 'duplicate', controlId: '1' }])
    expect(await house.store.tally(uploads, { where: {}, by: [] })).toMatchObject([{ count: 1 }])
  })

  it('takes a record once that stands in an upload twice', async () => {
    const outcomes = await house.journal.append({ source: 'plain', bytes: lines({ patient: 'p' }, { patient: 'p' }) })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate'])
  })

  it('makes one record\'s work of a re-export in which one row changed', async () => {
    const rows = Array.from({ length: 1200 }, (_, n) => ({ control: `c${n}`, patient: `p${n}` }))
    await house.journal.append({ source: 'plain', bytes: lines(...rows) })
    const changed = rows.map((row, n) => n === 700 ? { ...row, name: '张三' } : row)
    const outcomes = await house.journal.append({ source: 'plain', bytes: lines(...changed) })
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1)
    expect(outcomes[700]).toMatchObject({ outcome: 'accepted' })
  })

  it('takes each record of two senders of the same once, without a loss', async () => {
    const bytes = lines(...Array.from({ length: 700 }, (_, n) => ({ control: `c${n}` })))
    const both = await Promise.all([house.journal.append({ source: 'plain', bytes }), house.journal.append({ source: 'plain', bytes })])
    const accepted = both.map(outcomes => outcomes.filter(({ outcome }) => outcome === 'accepted').length)
    expect(accepted.reduce((sum, each) => sum + each, 0)).toBe(700)
    expect(await house.store.tally(entries, { where: { source: 'plain' }, by: ['source'] })).toMatchObject([{ count: 700 }])
  })

  it('keeps a record that cannot be read, and says so at once', async () => {
    const [outcome, good] = await house.journal.append({ source: 'plain', bytes: lines('{"broken', { patient: 'p' }) })
    expect(outcome).toMatchObject({ outcome: 'accepted', error: { code: 'SYNTAX', place: 'line 1' } })
    expect(good).toMatchObject({ outcome: 'accepted' })
    expect(await house.entry(outcome?.entry)).toMatchObject({ status: 'received', reason: { code: 'SYNTAX' } })
  })

  it('refuses a record of a kind the source may not send, and keeps its neighbour', async () => {
    const [refused, kept] = await house.journal.append({ source: 'plain', bytes: lines({ refuse: true }, { patient: 'p' }) })
    expect(refused).toMatchObject({ outcome: 'refused', error: { code: 'UNSUPPORTED' } })
    expect(await house.store.get(entries, [refused!.entry])).toBeUndefined()
    expect(kept).toMatchObject({ outcome: 'accepted' })
  })

  it('refuses an unknown source', async () => {
    await expect(house.journal.append({ source: 'nobody', bytes: lines({}) })).rejects.toMatchObject({ code: 'UNKNOWN_SOURCE' })
  })

  it('takes the same control id with other content, and notes it', async () => {
    await house.journal.append({ source: 'plain', bytes: lines({ control: '7', patient: 'p' }) })
    const outcomes = await house.journal.append({ source: 'plain', bytes: lines({ control: '7', patient: 'q' }, { control: '8' }, { control: '8', name: 'x' }) })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
    const rows = await Promise.all(outcomes.map(({ entry }) => house.entry(entry)))
    expect(rows.map(row => row.issues?.map(({ code }) => code))).toEqual([['control-id-reused'], undefined, ['control-id-reused']])
  })

  it('counts the day in the source\'s time zone', async () => {
    const [outcome] = await house.journal.append({ source: 'plain', bytes: lines({}), arrivedAt: '2026-11-19T16:30:00Z' })
    expect(await house.entry(outcome?.entry)).toMatchObject({ receivedAt: '2026-11-19T16:30:00.000Z', day: '2026-11-20', backdated: true })
  })

  it('reports outcomes', async () => {
    await house.journal.append({ source: 'plain', bytes: lines({}, {}, { refuse: true }) })
    expect(house.events).toEqual([
      { kind: 'journaled', source: 'plain', outcome: 'accepted', records: 1 },
      { kind: 'journaled', source: 'plain', outcome: 'duplicate', records: 1 },
      { kind: 'journaled', source: 'plain', outcome: 'refused', records: 1 },
    ])
  })
})

describe('streams', () => {
  let house: House
  beforeEach(async () => { house = await openHouse() })
  afterEach(() => house.close())

  const pad = 'x'.repeat(1000)
  async function collect(bytes: Uint8Array, size = 65_536) {
    const windows = []
    for await (const outcomes of house.journal.appendStream({ source: 'plain', chunks: chunksOf(bytes, size) })) windows.push(outcomes)
    return windows
  }

  it('together hold so many bytes: the largest that is still coming gives way, whether more of it comes or not', async () => {
    const { store, mappings, grammars } = house
    const journal = openJournal({ store, mappings, grammars, now: () => house.now, mostUploadBytes: 100_000 })
    for (const after of [[Buffer.from('y')], []]) {
      let goOn = (): void => undefined
      const other = new Promise<void>(resolve => { goOn = resolve })
      async function* large() {
        yield Buffer.from(pad.repeat(70))
        await other
        yield* after
      }
      async function* small() {
        yield Buffer.from(`{"control":"${after.length}","pad":"`)
        await new Promise(resolve => setImmediate(resolve))
        yield Buffer.from(`${pad.repeat(40)}"}\n`)
      }
      const gaveWay = journal.appendStream({ source: 'plain', chunks: large() }).next()
      const kept = []
      for await (const outcomes of journal.appendStream({ source: 'plain', chunks: small() })) kept.push(...outcomes)
      goOn()
      await expect(gaveWay).rejects.toMatchObject({ code: 'STORE_BUSY' })
      expect(kept).toMatchObject([{ outcome: 'accepted', controlId: `${after.length}` }])
    }
    expect(await store.tally(entries, { where: {}, by: [] })).toMatchObject([{ count: 2 }])
  })

  it('journals a long upload window by window, and each row gives back its record', async () => {
    const records = Array.from({ length: 9000 }, (_, n) => ({ control: `c${n}`, pad }))
    const windows = await collect(lines(...records))
    expect(windows.length).toBeGreaterThan(2)
    const outcomes = windows.flat()
    expect(outcomes).toHaveLength(9000)
    for (const n of [0, 4100, 8999]) {
      const row = await house.entry(outcomes[n]?.entry)
      const upload = await house.store.get(uploads, [row.upload])
      expect(JSON.parse(Buffer.from(upload!.bytes.subarray(row.start, row.end)).toString())).toEqual(records[n])
    }
  })

  it('cuts the same entries, however the stream is chunked', async () => {
    const bytes = lines(...Array.from({ length: 5000 }, (_, n) => ({ control: `c${n}`, pad })))
    await collect(bytes, 65_536)
    expect((await collect(bytes, 7_777)).flat().every(({ outcome }) => outcome === 'duplicate')).toBe(true)
  })

  it('refuses a record of 50 MB and takes its neighbours', async () => {
    const huge = Buffer.alloc(50_000_000, 0x78)
    const bytes = Buffer.concat([lines({ control: 'before' }), Buffer.from('\n'), huge, Buffer.from('\n'), lines({ control: 'after' })])
    const outcomes = (await collect(bytes, 1_000_000)).flat()
    expect(outcomes).toMatchObject([
      { outcome: 'accepted', controlId: 'before' }, { outcome: 'refused', error: { code: 'RECORD_TOO_LARGE' } }, { outcome: 'accepted', controlId: 'after' },
    ])
  })

  it('takes a record just within the limit, and refuses one just over', async () => {
    const outcomes = await house.journal.append({ source: 'plain', bytes: Buffer.concat([
      Buffer.alloc(16_000_000, 0x78), Buffer.from('\n'), Buffer.alloc(16_000_001, 0x79), Buffer.from('\n'), lines({ control: 'after' })]) })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused', 'accepted'])
  })

  it('gives up on a record that does not end within 64 MB', async () => {
    await expect(collect(Buffer.alloc(80_000_000, 0x78), 4_000_000)).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
  })
})

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
