import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadSources } from '../../mappers'
import { composeGateway } from '../../src/gateway'
import { createHttp } from '../../src/http'
import { traceRecords } from '../../src/intake'
import { exportStore, importStore, layoutOfExport, still, verifyStore } from '../../src/moving'
import { createLog } from '../../src/operation/log'
import { createMetrics } from '../../src/operation/metrics'
import { demoIdKey, demoTokenKey } from '../../src/model/demoKeys'
import { backupSqlite, newestLayout, openStore, restoreSqlite, type MigrationProgress, type Step, type StoreOptions } from '../../src/store'
import { collections, facts, resources, uploads } from '../../src/store/collections'
import { moveRows, steps } from '../../src/store/layout'
import type { Collection, CollectionSpec, Store } from '../../src/store/port'
import { Connection } from '../../src/store/sqlite/connection'

interface Old { readonly patient: string; readonly look: string }
interface New { readonly look: string; readonly patients: readonly string[] }

const old: Collection<Old> = { name: 'glances', key: ['patient', 'look'], shardKey: ['patient'], why: 'As it was.' }
const now: Collection<New> = { name: 'glanced', key: ['look'], shardKey: ['look'], indexes: { first: ['first'] }, why: 'As it is.' }
const first = (row: { readonly look: string; readonly patients: readonly string[] }) => ({ ...row, first: row.patients[0] ?? '' })

/** Rows of several patients become one; stops where it is told to. */
const step = (stopAfter = Infinity): Step => ({
  to: 2, why: 'one row for a look', retired: [old],
  run: work => {
    let pages = 0
    return moveRows(work, old, async rows => {
      if (pages++ >= stopAfter) throw new Error('killed')
      const looks = new Map((await work.store.getMany(now, [...new Set(rows.map(({ look }) => look))].map(look => [look]))).map(row => [row.look, row]))
      for (const { look, patient } of rows) looks.set(look, { look, patients: [...looks.get(look)?.patients ?? [], patient] })
      return [...looks.values()].map(row => ({ verb: 'put', collection: now, row: first(row) }))
    })
  },
})

let folder: string
let url: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hutong-layout-'))
  url = `sqlite:${join(folder, 'a.db')}`
})
afterEach(() => rmSync(folder, { recursive: true }))

const looks = 40
/** 1,200 rows: three pages. */
async function makeOld(): Promise<void> {
  const store = await openStore(url, { collections: [old], steps: [] })
  const rows = Array.from({ length: 1200 }, (_, i) => ({ patient: `p${i}`, look: `l${i % looks}` }))
  await store.commit('old', rows.map(row => ({ verb: 'insert', collection: old, row })))
  await store.close()
}
async function expectMoved(store: Store): Promise<void> {
  const rows = await store.find(now, { where: {}, limit: 2000 })
  expect(rows.map(({ patients }) => new Set(patients).size)).toEqual(Array(looks).fill(1200 / looks))
  await store.close()
}
const tables = (): unknown[] => {
  const connection = new Connection(join(folder, 'a.db'))
  const names = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'glance%'").map(({ name }) => name)
  connection.close()
  return names
}
const newer = (options: StoreOptions = {}): Promise<Store> => openStore(url, { collections: [now], steps: [step()], ...options })

/** MyArchive of the first person whom the made database knows, by a gateway of today. */
async function ask(store: Store): Promise<unknown> {
  const mappings = loadSources({ idKey: demoIdKey })
  const gateway = composeGateway({ store, mappings, idKey: demoIdKey, tokenKey: demoTokenKey, relationDays: 90, now: () => Date.now(), log: createLog('silent'), metrics: createMetrics() })
  const app = await createHttp(gateway, { readiness: { ready: true }, maxUploadMb: 1, maxTokens: 1000, maxDepth: 15, maxCost: 50_000, engine: 'js' })
  const [entry] = await traceRecords(gateway, { source: 'first-hospital', text: 'SYY20260724000123' })
  const token = await gateway.tokens.sign({ viewer: { role: 'resident', id: 'r', resident: entry?.resident ?? '' }, purpose: 'PATRQT' }, { expiresIn: '1h' })
  const query = readFileSync(join(__dirname, '../../schema/operations/MyArchive.graphql'), 'utf8')
  const answer = await app.inject({ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${token}` }, payload: { query } })
  await app.close()
  await gateway.close()
  return answer.json<{ data: { me: { resident: unknown } } }>().data.me.resident
}

describe('a database of an older layout', () => {
  it('is migrated by the step, told as it goes, and what the step retires is gone', async () => {
    await makeOld()
    const told: MigrationProgress[] = []
    await expectMoved(await newer({ onMigration: progress => told.push(progress) }))
    expect(told.filter(({ doing }) => doing === 'one row for a look').map(({ done, of }) => `${done}/${of}`))
      .toEqual(['0/1', '0/1200', '500/1200', '1000/1200', '1200/1200', '1/1'])
    expect(tables()).toEqual(['glanced'])
  })

  it('is not touched when it is opened again', async () => {
    await makeOld()
    await expectMoved(await newer())
    const told: MigrationProgress[] = []
    await expectMoved(await newer({ onMigration: progress => told.push(progress) }))
    expect(told).toEqual([])
  })

  it.each([0, 1, 2])('is finished at the next opening where it broke off behind %i pages', async pages => {
    await makeOld()
    await expect(newer({ steps: [step(pages)] })).rejects.toThrow('killed')
    expect(tables()).toEqual(expect.arrayContaining(['glances', 'glanced']))
    await expectMoved(await newer())
    expect(tables()).toEqual(['glanced'])
  })

  it('is refused to a process that only reads, with what to do', async () => {
    await makeOld()
    await expect(newer({ role: 'reader', patience: 0 })).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('layout 1') })
  })
})

describe('a database of a newer layout', () => {
  it.each(['writer', 'reader'] as const)('is refused to a %s, and left as it was', async role => {
    await (await newer()).close()
    await expect(openStore(url, { collections: [old], steps: [], role, patience: 0 }))
      .rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('newer Hutong (layout 2, this one knows 1)') })
    expect(tables()).toEqual(['glanced'])
  })
  it('is neither copied nor restored', async () => {
    await (await newer({ steps: [...steps, { to: newestLayout() + 1, why: 'to come' }] })).close()
    const words = { code: 'CONFIGURATION', message: expect.stringContaining('newer Hutong') }
    expect(() => backupSqlite(join(folder, 'a.db'), join(folder, 'copy.db'))).toThrow(expect.objectContaining(words))
    expect(() => restoreSqlite(join(folder, 'a.db'), join(folder, 'copy.db'))).toThrow(expect.objectContaining(words))
  })
  it('cannot be written by a version that knows no numbers', async () => {
    await (await newer()).close()
    const connection = new Connection(join(folder, 'a.db'))
    expect(() => connection.run("INSERT OR REPLACE INTO hutong_layout VALUES (1, 'hash')")).toThrow('SQLite refused a statement.')
    connection.close()
  })
})

describe('an export', () => {
  const to = (name: string): string => join(folder, name)
  const steps2 = [step()]
  const declared: readonly CollectionSpec[] = [...collections, now]
  const into = (options: StoreOptions): Promise<Store> => openStore(`sqlite:${to('b.db')}`, { collections: declared, steps: steps2, ...options })
  async function exportOld(): Promise<void> {
    await makeOld()
    const store = await openStore(url, { collections: [...collections, old], steps: [] })
    await exportStore({ store, folder: to('export'), still, collections: [...collections, old], steps: [] })
    await store.close()
  }
  const moving = { collections: declared, steps: steps2 }

  it('of an older layout goes into a store of that layout, which is migrated when it is opened next', async () => {
    await exportOld()
    const layout = await layoutOfExport(to('export'), steps2)
    expect(layout).toBe(1)
    const store = await into({ layout })
    await importStore({ store, folder: to('export'), ...moving })
    await store.close()
    const migrated = await into({})
    await expect(verifyStore({ store: migrated, folder: to('export'), ...moving })).rejects.toMatchObject({ code: 'CONFIGURATION' })
    await expectMoved(migrated)
  })
  it('of an older layout is refused by a database that is newer already', async () => {
    await (await into({})).close()
    await expect(into({ layout: 1 })).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })
  it('of a newer layout is refused', async () => {
    await exportOld()
    const manifest = join(to('export'), 'manifest.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"layout": 1', '"layout": 7'))
    await expect(layoutOfExport(to('export'), steps2)).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('The export was made by a newer') })
  })
})

describe('the steps there are', () => {
  it('lead from each layout to the next, and retire no name that is declared', () => {
    expect(steps.map(({ to }) => to)).toEqual(steps.map((_, i) => i + 2))
    const declared = collections.map(({ name }) => name)
    expect(steps.flatMap(({ retired = [] }) => retired.map(({ name }) => name)).filter(name => declared.includes(name))).toEqual([])
  })

  it('bring a database of commit 1d2f39a to this version, with all that is in it', async () => {
    writeFileSync(join(folder, 'a.db'), gunzipSync(readFileSync(join(__dirname, 'made/layout-1.db.gz'))))
    const before = new Connection(join(folder, 'a.db'))
    const kept = [resources, facts, uploads].map(({ name }) => before.first(`SELECT count(*) AS rows FROM ${name}`)?.['rows'])
    before.close()
    const told: MigrationProgress[][] = [[], []]
    for (const opening of told) {
      const store = await openStore(url, { onMigration: progress => opening.push(progress) })
      expect(await Promise.all(([resources, facts, uploads] as readonly CollectionSpec[]).map(async of => (await store.tally(of, { where: {}, by: [] }))[0]?.count))).toEqual(kept)
      const resident = await ask(store)
      expect(resident).toMatchObject({ name: [{ text: '林小东' }], patients: [{ name: [{ text: '林小东' }] }] })
      expect(resident).toHaveProperty('archive.timeline.nodes.length', 9)
    }
    expect(told[1]).toEqual([])
    const after = new Connection(join(folder, 'a.db'))
    expect(after.first('SELECT number FROM hutong_layout')).toMatchObject({ number: newestLayout() })
    after.close()
  })
})
