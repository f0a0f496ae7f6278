import { setTimeout as wait } from 'node:timers/promises'
import { openStore } from '../../src/store'
import { collections as everything } from '../../src/store/collections'
import type { Change, Store } from '../../src/store/port'
import { contractCollections as collections, counters, events, lanes, tasks } from '../contract/collections'
import { keep, newId } from '../contract/storeContract'
import { beside, describeMongo, describeOwnServer, dropDatabase, freshUrl, startOwn, type OwnServer } from './server'

jest.setTimeout(60_000)

let url: string
let stores: Store[]
beforeEach(() => {
  url = freshUrl()
  stores = []
})

async function open(patience?: number): Promise<Store> {
  const store = await openStore(url, { collections, patience })
  stores.push(store)
  return store
}

const task = (id: string): object => ({ id, status: 's', lane: 1, arrival: '1', size: 1 })
const put = (id: string): Change => ({ verb: 'put', collection: tasks, row: task(id) })

describeMongo('mongodb: what is in the database', () => {
  afterEach(async () => {
    for (const store of stores) await store.close()
    await dropDatabase(url)
  })

  it('has the declared indexes, and keeps what else an administrator made', async () => {
    await open()
    await beside(url, ({ db }) => db!.collection('tasks').createIndex({ size: 1 }))
    await (await open()).close()
    const indexes = await beside(url, ({ db }) => db!.collection('tasks').indexes())
    expect(indexes.map(({ key }) => JSON.stringify(key)).toSorted()).toEqual([
      '{"_id":1}', '{"lane":1,"arrival":-1,"_id":1}', '{"size":1}', '{"status":1,"lane":1,"arrival":1,"_id":1}',
    ])
    expect((await beside(url, ({ db }) => db!.collection('events').indexes())).map(({ key }) => JSON.stringify(key)).toSorted())
      .toEqual(['{"_id":1}', '{"patient":1,"type":1,"time":-1,"id":1}'])
  })
  it('forgets the ids of commits after a week', async () => {
    await open()
    const indexes = await beside(url, ({ db }) => db!.collection('hutong_applied').indexes())
    expect(indexes).toContainEqual(expect.objectContaining({ key: { at: 1 }, expireAfterSeconds: 604_800 }))
  })
  it('can be opened by many at once', async () => {
    const [one, ...others] = await Promise.all(Array.from({ length: 5 }, () => open()))
    await keep(one!, tasks, [task('a') as never])
    for (const other of others) expect(await other.get(tasks, ['a'])).toEqual(task('a'))
  })
  it('is refused where a key was declared differently', async () => {
    await (await open()).close()
    const other = [{ ...events, key: ['patient', 'id'] }]
    await expect(openStore(url, { collections: other })).rejects.toMatchObject({ code: 'CONFIGURATION', place: 'events' })
  })
  it('is refused where a collection sorts in its own way', async () => {
    await beside(url, ({ db }) => db!.createCollection('tasks', { collation: { locale: 'zh' } }))
    await expect(open()).rejects.toMatchObject({ code: 'CONFIGURATION', place: 'tasks' })
  })
  it('keeps the key as fields and in the _id, the row as it was in JSON, and numbers beside', async () => {
    const store = await open()
    await keep(store, events, [{ patient: 'p', type: 't', time: '2026', id: 'x', note: '血' }])
    await keep(store, counters, [{ id: 'c', version: 3, count: 4 }])
    const found = await beside(url, async ({ db }) => [await db!.collection('events').findOne(), await db!.collection('counters').findOne()])
    expect(found).toEqual([
      { _id: '["p","t","2026","x"]', patient: 'p', type: 't', time: '2026', id: 'x', _json: '{"patient":"p","type":"t","time":"2026","id":"x","note":"血"}' },
      { _id: 'c', version: 3, count: 4, _json: '{"id":"c","version":3,"count":4}' },
    ])
  })
  it('serves every question of the archive by an index that begins with the shard key', async () => {
    for (const { key, shardKey } of everything) {
      expect(key.slice(0, shardKey.length).map(field => field.replace('-', '')).toSorted()).toEqual([...shardKey].toSorted())
    }
  })
})

describeMongo('mongodb: several stores on one database', () => {
  afterEach(async () => {
    for (const store of stores) await store.close()
    await dropDatabase(url)
  })

  it('count as one', async () => {
    const [one, other] = [await open(), await open()]
    await keep(one, counters, [{ id: 'c', version: 0, count: 0 }])
    await Promise.all([one, other].map(async store => {
      for (let done = 0; done < 20;) {
        const now = await store.get(counters, ['c'])
        const row = { id: 'c', version: now!.version + 1, count: now!.count + 1 }
        if ((await store.commit(newId(), [{ verb: 'putIf', collection: counters, version: now!.version, row }])).ok) done++
      }
    }))
    expect(await one.get(counters, ['c'])).toEqual({ id: 'c', version: 40, count: 40 })
  })
  it('see at once what the other wrote', async () => {
    const [one, other] = [await open(), await open()]
    for (let i = 0; i < 20; i++) {
      await (i % 2 ? one : other).commit(newId(), [put(`${i}`)])
      expect([await one.get(tasks, [`${i}`]), await other.get(tasks, [`${i}`])]).toEqual([task(`${i}`), task(`${i}`)])
    }
  })
  it('apply a commit that both send once', async () => {
    const both = [await open(), await open()]
    for (let i = 0; i < 10; i++) {
      const id = newId()
      const outcomes = await Promise.all(both.map(store => store.commit(id, [{ verb: 'insert', collection: tasks, row: task(id) }])))
      expect(outcomes).toEqual(expect.arrayContaining([{ ok: true, repeated: false }, { ok: true, repeated: true }]))
    }
  })
  it('write many rows that both want without either failing', async () => {
    const both = [await open(), await open()]
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => both[i % 2]!.commit(newId(), ['a', 'b', 'c'].map(put))))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
  })
  it('never let a commit through behind a takeover', async () => {
    const [slow, next] = [await open(), await open()]
    for (let round = 0; round < 10; round++) {
      await keep(slow, lanes, [{ lane: round, last: 0 }])
      const { token } = await slow.claim(lanes, { where: { lane: round }, n: 1, now: 0, until: 100 })
      const fence = { collection: lanes, key: [round], token }
      const late = Array.from({ length: 5 }, (_, i) => slow.commit(newId(), [put(`${round}-${i}`)], fence))
      const takeover = wait(round).then(async () => {
        /** A row that is written at this moment is left by a claim: whoever wants it asks again. */
        while ((await next.claim(lanes, { where: { lane: round }, n: 1, now: 200, until: 300 })).rows.length === 0) await wait(1)
        return (await next.find(tasks, { where: {}, limit: 99 })).filter(({ id }) => id.startsWith(`${round}-`)).map(({ id }) => id)
      })
      const outcomes = await Promise.all(late)
      const applied = outcomes.flatMap(({ ok }, i) => ok ? [`${round}-${i}`] : [])
      expect((await takeover).toSorted()).toEqual(applied.toSorted())
    }
  })
  it('share out rows among many that claim at once', async () => {
    const both = [await open(), await open()]
    await keep(both[0]!, lanes, Array.from({ length: 60 }, (_, lane) => ({ lane, last: 0 })))
    const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => both[i % 2]!.claim(lanes, { where: {}, n: 4, now: 0, until: 100 })))
    const taken = claims.flatMap(({ rows }) => rows.map(({ lane }) => lane))
    expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, lane) => lane))
  })
})

describe('mongodb: a server that is not there, or not fit', () => {
  it('is told as such, within the patience', async () => {
    const began = Date.now()
    await expect(openStore('mongodb://127.0.0.1:1/x', { patience: 300 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', place: 'database' })
    expect(Date.now() - began).toBeLessThan(3000)
  })
  it.each(['mongodb://', 'mongodb:///x', 'mongodb://host:port/x', 'mongodb://h/x?noSuchOption=1'])('%s is refused as configuration', async wrong => {
    await expect(openStore(wrong, { patience: 300 })).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })
})

describeOwnServer('mongodb: servers that fail', () => {
  let server: OwnServer | undefined
  afterEach(async () => {
    for (const store of stores) await store.close()
    await server?.stop()
  })
  const start = async (options?: { alone: boolean }): Promise<OwnServer> => {
    server = await startOwn(options)
    url = freshUrl(server.url)
    return server
  }

  it('one that stands alone is refused, with what to do', async () => {
    await start({ alone: true })
    await expect(open(2000)).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringMatching(/mongod --replSet rs0.*rs\.initiate\(\)/) })
  })
  it('one that goes away is told as such, and used again when it is back', async () => {
    const { kill, restart } = await start()
    const store = await open(500)
    await keep(store, tasks, [task('a') as never])
    await kill()
    await expect(store.get(tasks, ['a'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await expect(store.commit(newId(), [put('b')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await expect(store.claim(lanes, { where: {}, n: 1, now: 0, until: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await restart()
    expect(await store.get(tasks, ['a'])).toEqual(task('a'))
    expect(await store.commit(newId(), [put('b')])).toEqual({ ok: true, repeated: false })
  })
  it('one that is back within the patience is not even noticed', async () => {
    const { kill, restart } = await start()
    const store = await open(20_000)
    await keep(store, tasks, [task('a') as never])
    await kill()
    const asked = [store.get(tasks, ['a']), store.commit('one', [put('b')])] as const
    await restart()
    expect(await Promise.all(asked)).toEqual([task('a'), { ok: true, repeated: false }])
    expect(await store.commit('one', [put('b')])).toEqual({ ok: true, repeated: true })
  })
})

describeOwnServer('mongodb: answers that are lost', () => {
  let server: OwnServer
  beforeAll(async () => { server = await startOwn() })
  afterAll(() => server.stop())
  beforeEach(() => { url = freshUrl(server.url) })
  afterEach(async () => { for (const store of stores) await store.close() })

  /** The server fails the next so many commands of a name. */
  const failNext = (times: number, data: object): Promise<unknown> => beside(url, ({ db }) =>
    db!.admin().command({ configureFailPoint: 'failCommand', mode: { times }, data: { appName: 'hutong', ...data } }))

  it.each([['insert', 1], ['update', 1], ['commitTransaction', 1], ['commitTransaction', 2], ['commitTransaction', 3], ['abortTransaction', 1]])(
    '%s (%i times): the commit is applied once, and its caller is told the first outcome', async (command, times) => {
      const store = await open()
      await keep(store, tasks, [task('taken') as never])
      await failNext(times, { failCommands: [command], closeConnection: true })
      const changes: Change[] = [{ verb: 'insert', collection: tasks, row: task('a') }, put('b')]
      expect(await store.commit('one', changes)).toEqual({ ok: true, repeated: false })
      expect(await store.commit('two', [{ verb: 'insert', collection: tasks, row: task('taken') }])).toMatchObject({ ok: false, reason: 'conflict' })
      expect(await store.commit('one', changes)).toEqual({ ok: true, repeated: true })
      expect((await store.find(tasks, { where: {}, limit: 9 })).map(({ id }) => id)).toEqual(['a', 'b', 'taken'])
    })
  it('a commit that was written, and whose answer says only that nobody knows, is not written twice', async () => {
    const store = await open()
    await keep(store, counters, [{ id: 'c', version: 1, count: 1 }])
    await failNext(1, { failCommands: ['commitTransaction'], writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } })
    const change = { verb: 'putIf', collection: counters, version: 1, row: { id: 'c', version: 2, count: 2 } } as const
    expect(await store.commit('one', [change])).toEqual({ ok: true, repeated: false })
    expect(await store.get(counters, ['c'])).toEqual({ id: 'c', version: 2, count: 2 })
  })
  it('others\' writes of the same row are waited out', async () => {
    const store = await open()
    await failNext(5, { failCommands: ['update'], errorCode: 112, errorLabels: ['TransientTransactionError'] })
    expect(await store.commit(newId(), [put('a')])).toEqual({ ok: true, repeated: false })
  })
  it('a primary that steps down is asked again', async () => {
    const store = await open()
    await keep(store, tasks, [task('a') as never])
    await failNext(1, { failCommands: ['find'], errorCode: 10_107, errorLabels: ['RetryableError'] })
    expect(await store.get(tasks, ['a'])).toEqual(task('a'))
    await failNext(1, { failCommands: ['insert'], errorCode: 10_107 })
    expect(await store.commit(newId(), [put('b')])).toEqual({ ok: true, repeated: false })
  })
})
