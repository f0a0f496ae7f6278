import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { checkExport, exportStore, holdStill, importStore, still, verifyStore, type Manifest, type MovingProgress } from '../../src/moving'
import { openStore } from '../../src/store'
import { collections, entries, lanes, links, residents, uploads, type EntryRow, type UploadRow } from '../../src/store/collections'
import type { Change, Store } from '../../src/store/port'

jest.setTimeout(30_000)

let folder: string
let stores: Store[]
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'hutong-moving-')), 'export')
  stores = []
})
afterEach(async () => {
  for (const store of stores) await store.close()
  rmSync(join(folder, '..'), { recursive: true })
})

async function open(): Promise<Store> {
  const store = await openStore('sqlite::memory:')
  stores.push(store)
  return store
}

const hex = (n: number): string => n.toString(16).padStart(64, '0')
const upload = (n: number, size = 40): UploadRow =>
  ({ upload: hex(n), source: 's', receivedAt: 't', size, context: { name: `第${n}批` }, bytes: Uint8Array.from({ length: size }, (_, i) => (n + i) % 256) })
const entry = (n: number, status: EntryRow['status'] = 'mapped'): EntryRow => ({
  entry: hex(n), source: 's', upload: hex(n), start: 0, end: 40, arrival: hex(n), receivedAt: 't', day: '2026-11-20', lane: n % 4, status, patient: `p${n % 7}`,
  controlId: '', attempts: 0, issues: [{ severity: 'warning', code: 'unknown-code', place: 'PID-8', message: '性别 “\u2028”\n' }],
})

const put = (collection: Change['collection'], row: object): Change => ({ verb: 'put', collection, row })

/** A store with `n` records of everything that has bytes, numbers, descending keys and supplementary characters. */
async function filled(n: number): Promise<Store> {
  const store = await open()
  const changes = Array.from({ length: n }, (_, i) => [
    put(uploads, upload(i)), put(entries, entry(i)),
    put(collections.find(({ name }) => name === 'facts')!, { patient: `p${i % 7}`, type: 'Observation', time: i % 3 ? i : `2026-${i}`, id: `f${i}`, more: { 值: [1.5, null, '𠮷'] } }),
    put(collections.find(({ name }) => name === 'looks')!, { resident: i % 2 ? '𠮷' : '\uffee', look: `t${i % 5}~l${i}` }),
  ]).flat()
  await store.commit('fill', [...changes, ...[0, 1, 2, 3].map(lane => put(lanes, { lane, last: lane * 10 })),
    put(residents, { resident: 'r', version: 3, patients: ['p1', 'p2'] })])
  return store
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const rowsIn = (manifest: Manifest): Record<string, number> => Object.fromEntries(manifest.files.map(({ collection, rows }) => [collection, rows]))

describe('an export', () => {
  it('holds every row of every collection, counted, with the checksum of each file', async () => {
    const manifest = await exportStore({ store: await filled(1234), folder, still })
    expect(rowsIn(manifest)).toEqual({
      entries: 1234, uploads: 1234, quotas: 0, lanes: 4, workers: 0, resources: 0, heads: 0, facts: 1234, words: 0, changes: 0, blocks: 0, search: 0, links: 0, residents: 1,
      subjects: 0, reviews: 0, decisions: 0, looks: 1234, refusals: 0, askings: 0, probes: 0,
    })
    expect(read('entries.ndjson').split('\n')).toHaveLength(1235)
    expect(JSON.parse(read('manifest.json'))).toEqual(manifest)
    expect(await checkExport({ folder })).toEqual(manifest)
  })

  it('is for its owner\'s eyes only', async () => {
    await exportStore({ store: await filled(3), folder, still })
    expect(statSync(folder).mode & 0o077).toBe(0)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
  })

  it('has no leases in it', async () => {
    const store = await filled(1)
    await store.claim(lanes, { where: {}, n: 9, now: 0, until: 1e15 })
    await exportStore({ store, folder, still })
    expect(read('lanes.ndjson').split('\n')[1]).toBe('{"lane":1,"last":10}')
  })

  it('says how far it is', async () => {
    const told: MovingProgress[] = []
    await exportStore({ store: await filled(300), folder, still, progress: progress => told.push(progress) })
    expect(told.filter(({ collection }) => collection === 'entries').map(({ rows, of }) => [rows, of])).toContainEqual([300, 300])
  })

  it('goes into an empty folder only, and anew with `restart`, which removes nothing else', async () => {
    const store = await filled(2)
    await exportStore({ store, folder, still })
    await expect(exportStore({ store, folder, still })).rejects.toMatchObject({ code: 'CONFIGURATION' })
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    await expect(exportStore({ store, folder, still, restart: true })).rejects.toMatchObject({ code: 'CONFIGURATION' })
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })
})

/** Fails at the nth read of rows (of one collection). */
function failing(store: Store, nth: number, of?: string): Store {
  let reads = 0
  return new Proxy(store, {
    get: (target, name) => name === 'find' ? async (...args: Parameters<Store['find']>) => {
      if (args[1].limit < 100_000 && (of ?? args[0].name) === args[0].name && (reads += 1) === nth) throw new Error('away')
      return target.find(...args)
    } : Reflect.get(target, name).bind(target),
  })
}

describe('an export that breaks off', () => {
  it.each([[1, false], [2, true], [4, false], [6, true], [9, true], [14, false]])('at its read no. %i (packed: %s) goes on to the same files', async (nth, gzip) => {
    const store = await filled(700)
    const whole = await exportStore({ store, folder: join(folder, '..', 'whole'), still })
    await expect(exportStore({ store: failing(store, nth), folder, still, gzip })).rejects.toThrow('away')
    expect(readdirSync(folder)).toContain('position.json')
    const manifest = await exportStore({ store, folder, still })
    expect(rowsIn(manifest)).toEqual(rowsIn(whole))
    for (const { collection } of whole.files) {
      const text = gzip ? gunzipSync(readFileSync(join(folder, `${collection}.ndjson.gz`))).toString() : read(`${collection}.ndjson`)
      expect(text).toBe(readFileSync(join(folder, '..', 'whole', `${collection}.ndjson`), 'utf8'))
    }
    expect(readdirSync(folder)).not.toContain('position.json')
    await checkExport({ folder })
  })

  it('in the middle of a large collection goes on there, whatever lies behind its position', async () => {
    const store = await filled(300)
    await expect(exportStore({ store: failing(store, 6, 'uploads'), folder, still, saveEvery: 1 })).rejects.toThrow('away')
    const { current } = JSON.parse(read('position.json')) as { current: { rows: number; bytes: number } }
    expect(current.rows).toBeGreaterThan(100)
    writeFileSync(join(folder, 'uploads.ndjson'), 'half a li', { flag: 'a' })
    const told: MovingProgress[] = []
    const manifest = await exportStore({ store, folder, still, progress: progress => told.push(progress) })
    expect(told.find(({ collection }) => collection === 'uploads')?.rows).toBe(current.rows)
    expect(rowsIn(manifest)['uploads']).toBe(300)
    const other = await open()
    await importStore({ store: other, folder })
    expect(await other.get(uploads, [hex(177)])).toEqual(upload(177))
  })

  it('is refused where records were worked in between: its files would not fit together', async () => {
    const store = await filled(10)
    await expect(exportStore({ store: failing(store, 3), folder, still })).rejects.toThrow('away')
    await store.commit('work', [{ verb: 'put', collection: entries, row: entry(99) }])
    await expect(exportStore({ store, folder, still })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('--restart') })
    expect(rowsIn(await exportStore({ store, folder, still, restart: true }))['entries']).toBe(11)
  })

  it('is refused where the database was migrated in between: its first files are of the layout before', async () => {
    const store = await filled(10)
    await expect(exportStore({ store: failing(store, 3), folder, still, steps: [] })).rejects.toThrow('away')
    await expect(exportStore({ store, folder, still })).rejects.toMatchObject({ code: 'CONFLICT' })
    writeFileSync(join(folder, 'position.json'), JSON.stringify({ ...JSON.parse(read('position.json')), layout: undefined }))
    await expect(exportStore({ store, folder, still })).rejects.toMatchObject({ code: 'CONFLICT' })
    await exportStore({ store, folder, still, restart: true })
  })

  it('takes no notice of records that were accepted in between and not worked', async () => {
    const store = await filled(10)
    await expect(exportStore({ store: failing(store, 3), folder, still })).rejects.toThrow('away')
    await store.commit('accept', [{ verb: 'put', collection: entries, row: entry(99, 'received') }])
    expect(rowsIn(await exportStore({ store, folder, still }))).toMatchObject({ uploads: 10, facts: 10 })
  })

  it('has no manifest, so that nobody takes it for a whole one', async () => {
    await expect(exportStore({ store: failing(await filled(10), 3), folder, still })).rejects.toThrow('away')
    await expect(importStore({ store: await open(), folder })).rejects.toMatchObject({ code: 'NOT_FOUND', place: 'manifest.json' })
  })
})

describe('an import', () => {
  it.each([false, true])('makes the same store of it, byte for byte (packed: %s)', async gzip => {
    const manifest = await exportStore({ store: await filled(1234), folder, still, gzip })
    const other = await open()
    expect(await importStore({ store: other, folder })).toEqual(manifest)
    expect(await verifyStore({ store: other, folder })).toEqual(manifest)
    expect(await other.get(uploads, [hex(77)])).toEqual(upload(77))
    const again = await exportStore({ store: other, folder: join(folder, '..', 'again'), still, gzip: false })
    expect(rowsIn(again)).toEqual(rowsIn(manifest))
    expect(again.files.map(({ rows, sha256 }) => gzip ? rows : [rows, sha256])).toEqual(manifest.files.map(({ rows, sha256 }) => gzip ? rows : [rows, sha256]))
  })

  it('that breaks off goes on, and does nothing twice', async () => {
    await exportStore({ store: await filled(1600), folder, still })
    const other = await open()
    let commits = 0
    const dying = new Proxy(other, {
      get: (target, name) => name === 'commit' ? async (...args: Parameters<Store['commit']>) => {
        if ((commits += 1) > 9) throw new Error('away')
        return target.commit(...args)
      } : Reflect.get(target, name).bind(target),
    })
    await expect(importStore({ store: dying, folder })).rejects.toThrow('away')
    await importStore({ store: other, folder })
    await verifyStore({ store: other, folder })
    const manifest = await importStore({ store: other, folder })
    expect(await verifyStore({ store: other, folder })).toEqual(manifest)
  })

  it('goes on where the store has forgotten the commits, too', async () => {
    const store = await filled(20)
    await exportStore({ store, folder, still })
    const forgetful = await open()
    await importStore({ store: forgetful, folder })
    const forgetting = new Proxy(forgetful, {
      get: (target, name) => name === 'commit'
        ? (id: string, changes: Change[]) => target.commit(changes.length === 1 && id.split(':').length === 2 ? id : `${Math.random()}`, changes)
        : Reflect.get(target, name).bind(target),
    })
    const manifest = await importStore({ store: forgetting, folder })
    expect(await verifyStore({ store: forgetful, folder })).toEqual(manifest)
  })

  it('is refused by a store that holds something else, which stays as it is', async () => {
    await exportStore({ store: await filled(20), folder, still })
    const other = await open()
    await other.commit('x', [{ verb: 'put', collection: links, row: { patient: 'p', at: 't', resident: 'r' } }])
    for (const _ of [1, 2]) await expect(importStore({ store: other, folder })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('not empty') })
    expect(await other.tally(entries, { where: {}, by: [] })).toEqual([])
  })

  it.each<[string, string, (lines: string[]) => string[], string]>([
    ['a line is cut', 'entries.ndjson:12', lines => lines.with(11, lines[11]!.slice(0, 30)), 'no row'],
    ['a row has no key', 'entries.ndjson:3', lines => lines.with(2, '{"source":"s"}'), 'no key'],
    ['rows change places', 'entries.ndjson:6', lines => lines.with(4, lines[5]!).with(5, lines[4]!), 'order'],
    ['a line is missing', 'entries.ndjson:19', lines => lines.toSpliced(7, 1), 'missing'],
    ['there is one too many', 'entries.ndjson:21', lines => [...lines.slice(0, 20), lines[19]!.replace('0013', 'ffff'), ''], 'more lines'],
    ['a value was changed', 'entries.ndjson', lines => lines.with(8, lines[8]!.replace('"mapped"', '"mopped"')), 'checksum'],
  ])('is not begun where %s: it says where', async (_what, place, spoil, message) => {
    await exportStore({ store: await filled(20), folder, still })
    writeFileSync(join(folder, 'entries.ndjson'), spoil(read('entries.ndjson').split('\n')).join('\n'))
    const other = await open()
    await expect(importStore({ store: other, folder })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place, message: expect.stringContaining(message) })
    expect(await other.tally(uploads, { where: {}, by: [] })).toEqual([])
  })

  it('names what is wrong with bytes, packed files, missing files and the manifest', async () => {
    await exportStore({ store: await filled(20), folder, still })
    const store = await open()
    const lines = read('uploads.ndjson').split('\n')
    writeFileSync(join(folder, 'uploads.ndjson'), lines.with(4, lines[4]!.replace('"bytes":"', '"bytes":"*')).join('\n'))
    await expect(importStore({ store, folder })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place: 'uploads.ndjson:5' })
    rmSync(join(folder, 'uploads.ndjson'))
    await expect(importStore({ store, folder })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place: 'uploads.ndjson' })
    writeFileSync(join(folder, 'manifest.json'), read('manifest.json').replace('"rows": 20', '"rows": 19'))
    await expect(importStore({ store, folder })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place: 'manifest.json' })
    const packed = join(folder, '..', 'packed')
    await exportStore({ store: await filled(20), folder: packed, still, gzip: true })
    truncateSync(join(packed, 'facts.ndjson.gz'), 200)
    await expect(importStore({ store, folder: packed })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place: expect.stringMatching(/^facts\.ndjson\.gz:\d+$/) })
    writeFileSync(join(packed, 'facts.ndjson.gz'), gzipSync('x'))
    await expect(importStore({ store, folder: packed })).rejects.toMatchObject({ code: 'EXPORT_DAMAGED', place: 'facts.ndjson.gz:1' })
  })

  it('takes no export of a version that keeps a collection otherwise', async () => {
    await exportStore({ store: await filled(2), folder, still })
    const others = collections.map(spec => spec.name === 'facts' ? { ...spec, key: ['id'] } : spec)
    await expect(importStore({ store: await open(), folder, collections: others })).rejects.toMatchObject({ code: 'CONFIGURATION', place: 'manifest.json facts' })
  })
})

describe('comparing a store with an export', () => {
  it.each<[string, Change, string]>([
    ['lacks a row', { verb: 'remove', collection: entries, key: [hex(4)] }, 'entries.ndjson:5'],
    ['has another row', { verb: 'put', collection: entries, row: entry(4, 'quarantined') }, 'entries.ndjson:5'],
    ['has one too many in between', { verb: 'put', collection: lanes, row: { lane: 0.5, last: 0 } }, 'lanes.ndjson:2'],
    ['has one too many at the end', { verb: 'put', collection: lanes, row: { lane: 9, last: 0 } }, 'lanes.ndjson:4'],
    ['has one in a collection that was empty', { verb: 'put', collection: links, row: { patient: 'p', at: 't', resident: 'r' } }, 'links.ndjson:0'],
  ])('says where a store %s', async (_what, change, place) => {
    const store = await filled(20)
    await exportStore({ store, folder, still })
    await verifyStore({ store, folder })
    await store.commit('change', [change])
    await expect(verifyStore({ store, folder })).rejects.toMatchObject({ code: 'CONFLICT', place })
  })
})

const until = (): { until: number; now: number } => ({ until: Date.now() + 15_000, now: Date.now() })

describe('holding a journal still', () => {
  it('is refused while a gateway works it, to which its lanes are left', async () => {
    const store = await filled(1)
    const { token } = await store.claim(lanes, { where: {}, n: 2, ...until() })
    await expect(holdStill(store, { patience: 300 })).rejects.toMatchObject({ code: 'STORE_BUSY' })
    expect((await store.claim(lanes, { where: {}, n: 4, token, ...until() })).rows).toHaveLength(4)
  })

  it('waits for the leases of one that died', async () => {
    const store = await filled(1)
    await store.claim(lanes, { where: {}, n: 4, now: Date.now(), until: Date.now() + 400 })
    const held = await holdStill(store)
    expect((await store.claim(lanes, { where: {}, n: 4, ...until() })).rows).toEqual([])
    held.check()
    await held.release()
    expect((await store.claim(lanes, { where: {}, n: 4, ...until() })).rows).toHaveLength(4)
  })

  it('breaks an export off where the lanes were lost', async () => {
    const store = await filled(1)
    const lost = { check: () => { throw new Error('lost') }, release: async () => undefined }
    await expect(exportStore({ store, folder, still: lost })).rejects.toThrow('lost')
  })
})
