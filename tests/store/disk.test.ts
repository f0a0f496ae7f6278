import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSources } from '../../mappers'
import { composeGateway } from '../../src/gateway'
import { createHttp } from '../../src/http'
import { startMllp } from '../../src/intake'
import { HutongError } from '../../src/model/errors'
import { createLog } from '../../src/operation/log'
import { createMetrics } from '../../src/operation/metrics'
import { demoIdKey, demoTokenKey } from '../../src/model/demoKeys'
import { createProbe } from '../../src/operation/ready'
import { openStore } from '../../src/store'
import { collections, search, words } from '../../src/store/collections'
import type { Store } from '../../src/store/port'
import { Connection } from '../../src/store/sqlite/connection'
import { diskTeller } from '../../src/store/sqlite/disk'
import { SqliteStore } from '../../src/store/sqlite/store'
import { prepareTables, tablesOf } from '../../src/store/sqlite/tables'
import { SqliteWriter } from '../../src/store/sqlite/writer'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hutong-disk-'))
  file = join(folder, 'a.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const word = (n: number) => ({ word: `w${n}`, json: JSON.stringify('x'.repeat(40_000)) })

/** A disk without room for the write-ahead log: a bound on pages, as in the other tests, lets small rows through. */
class Full extends Connection {
  full = false
  override run(sql: string, values: Parameters<Connection['run']>[1] = []): number {
    if (!this.full || sql !== 'COMMIT') return super.run(sql, values)
    throw new HutongError('STORE_UNAVAILABLE', 'The database cannot be read or written.', undefined, { cause: 'SQLITE_FULL' })
  }
}

describe('on a full disk', () => {
  let connection: Full
  let store: Store
  let causes: string[]
  let room: (pages: number) => void
  beforeEach(() => {
    causes = []
    connection = new Full(file, cause => causes.push(cause))
    connection.first('PRAGMA journal_mode = WAL')
    const tables = tablesOf(collections)
    prepareTables(connection, tables)
    store = new SqliteStore(() => connection, tables, new SqliteWriter(connection, tables), async () => connection.close())
    room = pages => void connection.first(`PRAGMA max_page_count = ${pages}`)
  })
  it('a commit is refused as STORE_UNAVAILABLE, what was there is there, and it goes on when there is room', async () => {
    await store.commit('1', [{ verb: 'put', collection: words, row: word(1) }])
    room(1)
    await expect(store.commit('2', [{ verb: 'put', collection: words, row: word(2) }]))
      .rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', details: { cause: 'SQLITE_FULL' } })
    expect(new Set(causes)).toEqual(new Set(['SQLITE_FULL']))
    expect(await store.getMany(words, [['w1'], ['w2']])).toHaveLength(1)
    room(100_000)
    expect(await store.commit('2', [{ verb: 'put', collection: words, row: word(2) }])).toEqual({ ok: true, repeated: false })
    await store.close()
  })

  it('clients, senders and MLLP hear STORE_UNAVAILABLE or nothing, never an acknowledgement', async () => {
    const mappings = loadSources({ idKey: demoIdKey })
    const log = createLog('silent')
    const gateway = composeGateway({ store, mappings, idKey: demoIdKey, tokenKey: demoTokenKey, relationDays: 90, now: () => Date.now(), log, metrics: createMetrics() })
    const app = await createHttp(gateway, { readiness: { ready: true }, maxUploadMb: 1, maxTokens: 1000, maxDepth: 15, maxCost: 50_000, engine: 'js' })
    const golden = readFileSync(join(__dirname, '../../mappers/sources/first-hospital/golden/a01-admission.in.hl7'))
    const token = await gateway.tokens.sign({ viewer: { role: 'source', id: 's', source: 'first-hospital' }, purpose: 'HOPERAT' }, { expiresIn: '1h' })
    const authorization = `Bearer ${token}`
    connection.full = true

    const intake = await app.inject({ method: 'POST', url: '/intake/first-hospital', headers: { authorization, 'content-type': 'application/octet-stream' }, payload: golden })
    expect([intake.statusCode, intake.json()]).toMatchObject([503, { error: { code: 'STORE_UNAVAILABLE' } }])
    const ready = await app.inject({ method: 'GET', url: '/readyz' })
    expect(ready.statusCode).toBe(503)
    const resident = await gateway.tokens.sign({ viewer: { role: 'resident', id: 'r', resident: 'nobody' }, purpose: 'PATRQT' }, { expiresIn: '1h' })
    const asked = await app.inject({ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${resident}` }, payload: { query: '{ resident(id: "r.nobody") { id } }' } })
    expect(asked.json()).toMatchObject({ errors: [{ extensions: { code: 'STORE_UNAVAILABLE' } }] })
    const mapping = mappings.get('first-hospital')!
    const listener = await startMllp({ journal: gateway.journal, mapping, port: 0, host: '127.0.0.1', allow: ['127.0.0.1'], now: () => Date.now(), log })
    const said = await new Promise<Buffer>(resolve => {
      const parts: Buffer[] = []
      const socket = connect(listener.port, '127.0.0.1').on('data', data => parts.push(data)).on('error', () => undefined)
      socket.on('close', () => resolve(Buffer.concat(parts)))
      socket.write(Buffer.concat([Buffer.from([0x0b]), golden, Buffer.from([0x1c, 0x0d])]))
    })
    expect(said.toString('latin1')).toBe('')
    await listener.stop()
    connection.full = false
    await app.close()
    await gateway.close()
  })

  it('whether the store can be written is asked once a second, and answered by writing', async () => {
    let now = 1_000_000
    const probe = createProbe(store, () => now)
    const claims = jest.spyOn(store, 'claim')
    expect(await Promise.all([probe(), probe(), probe()])).toEqual([true, true, true])
    expect(claims).toHaveBeenCalledTimes(1)
    claims.mockRejectedValueOnce(new Error('full'))
    now += 1000
    expect([await probe(), await probe()]).toEqual([false, false])
    now += 1000
    expect(await probe()).toBe(true)
    await store.close()
  })
})

describe('the operator is told', () => {
  it('once for each cause, with the disk and its room', () => {
    const told: string[] = []
    let now = 0
    const tell = diskTeller(file, message => told.push(message), () => now)
    for (const cause of ['SQLITE_FULL', 'SQLITE_FULL', 'SQLITE_CORRUPT', 'SQLITE_FULL']) tell(cause)
    expect(told).toHaveLength(2)
    expect(told[0]).toMatch(new RegExp(`SQLITE_FULL.*${folder}, \\d+ bytes free`))
    now += 600_000
    tell('SQLITE_FULL')
    expect(told).toHaveLength(3)
  })
})

describe('a damaged file', () => {
  const page = 16_384
  beforeEach(async () => {
    const store = await openStore(`sqlite:${file}`)
    for (let n = 0; n < 40; n++) {
      await store.commit(`${n}`, [{ verb: 'put', collection: words, row: word(n) }, { verb: 'put', collection: search, row: { term: `t${n}`, patient: 'p' } }])
    }
    await store.close()
  })
  const damage = (from: number, length: number): void => {
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, from, from + length))
  }

  it.each([['its magic', 0, 4], ['its size of pages', 16, 2], ['the head of a page', page, 64]])('is refused at start where %s is wrong, with what to do', async (_, from, length) => {
    damage(from, length)
    await expect(openStore(`sqlite:${file}`)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('hutong restore') })
  })

  it('is refused at start where it was cut off', async () => {
    truncateSync(file, readFileSync(file).length - 3 * page)
    await expect(openStore(`sqlite:${file}`)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('shorter') })
  })

  it('says STORE_UNAVAILABLE where a row is no row any more', async () => {
    const store = await openStore(`sqlite:${file}`)
    const beside = new Connection(file)
    beside.run("UPDATE search SET _doc = '{\"term' WHERE term = 't3'")
    await expect(store.get(search, ['t3', 'p'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await expect(store.find(search, { where: {}, limit: 100 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    beside.close()
    await store.close()
  })

  it('is told of where the process before did not end cleanly and its write-ahead log is gone', async () => {
    const warnings: string[] = []
    writeFileSync(`${file}.writer`, '{"address":"/nowhere","key":"00"}', { mode: 0o600 })
    rmSync(`${file}-wal`, { force: true })
    const store = await openStore(`sqlite:${file}`, { onWarning: warning => warnings.push(warning) })
    expect(warnings).toEqual([expect.stringContaining('write-ahead log (-wal) is gone')])
    await store.close()
    const again = await openStore(`sqlite:${file}`, { onWarning: warning => warnings.push(warning) })
    expect(warnings).toHaveLength(1)
    await again.close()
  })
})
