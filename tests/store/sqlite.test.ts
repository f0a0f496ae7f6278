import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store'
import { pruneApplied } from '../../src/store/sqlite/commit'
import { Connection } from '../../src/store/sqlite/connection'
import { Group } from '../../src/store/sqlite/group'
import { prepareTables, tablesOf } from '../../src/store/sqlite/tables'
import type { Collection } from '../../src/store/port'
import { contractCollections, tasks, type Task } from '../contract/collections'

const row: Task = { id: 'a', status: 's', lane: 1, arrival: '1', size: 7 }

describe('a long row', () => {
  it('is kept as a short one is: in ASCII, and read as it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-sqlite-'))
    const store = await openStore(`sqlite:${join(folder, 'a.db')}`, { collections: contractCollections })
    const long = { ...row, status: '张'.repeat(120_000) + '😀' }
    await store.commit('1', [{ verb: 'put', collection: tasks, row: long }, { verb: 'put', collection: tasks, row: { ...row, id: 'b', status: '张' } }])
    expect(await store.get(tasks, ['a'])).toEqual(long)
    await store.close()
    const connection = new Connection(join(folder, 'a.db'))
    expect(connection.all('SELECT id FROM tasks WHERE _doc GLOB ?', ['*[^ -~]*'])).toEqual([])
    connection.close()
    rmSync(folder, { recursive: true })
  })
})

describe('a database that was made by an earlier version', () => {
  let folder: string
  let url: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hutong-sqlite-'))
    url = `sqlite:${join(folder, 'deep/er/a.db')}`
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const earlier: Collection<Task> = { name: 'tasks', key: ['id'], shardKey: ['id'], why: 'Earlier.', indexes: { lane: ['lane'] } }
  async function made(): Promise<void> {
    const store = await openStore(url, { collections: [earlier] })
    await store.commit('1', [{ verb: 'put', collection: earlier, row }])
    await store.close()
  }

  it('is given the indexes and columns that are declared now, and loses those that are not', async () => {
    await made()
    const now = { ...tasks, indexes: { size: ['size', '-arrival'] }, leased: true }
    const store = await openStore(url, { collections: [now] })
    expect(await store.find(now, { where: { size: 7 }, limit: 1 })).toEqual([row])
    await expect(store.find(now, { where: { lane: 1 }, limit: 1 })).rejects.toMatchObject({ code: 'NO_INDEX' })
    expect((await store.claim(now, { where: {}, n: 1, now: 0, until: 1 })).rows).toEqual([row])
    await store.close()
  })

  it('is refused where a key is another one, and left as it was', async () => {
    await made()
    await expect(openStore(url, { collections: [{ ...tasks, key: ['lane', 'id'] }] }))
      .rejects.toMatchObject({ code: 'CONFIGURATION', place: 'tasks' })
    const store = await openStore(url, { collections: [earlier], role: 'writer' })
    expect(await store.get(earlier, ['a'])).toEqual(row)
    await store.close()
  })
})

describe('openStore', () => {
  const wrong = ['postgres://x', 'sqlite:', '']
  it.each(wrong)('says what is wrong with %j', async url => {
    await expect(openStore(url)).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })
  it('says that a file is no database', async () => {
    await expect(openStore(`sqlite:${__filename}`)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    rmSync(`${__filename}.lock`)
  })
  it('makes each store in memory one of its own', async () => {
    const one = await openStore('sqlite::memory:', { collections: contractCollections })
    const other = await openStore('sqlite::memory:')
    await one.commit('1', [{ verb: 'put', collection: tasks, row }])
    await expect(other.get(tasks, ['a'])).rejects.toMatchObject({ code: 'INTERNAL' })
    await Promise.all([one.close(), other.close(), one.close()])
    await expect(one.get(tasks, ['a'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})

describe('a group of writes', () => {
  /** A connection whose disk fails when told to. */
  class Failing extends Connection {
    failing = ''
    override run(sql: string, values: Parameters<Connection['run']>[1] = []): number {
      if (sql === this.failing) throw new Error('the disk is full')
      return super.run(sql, values)
    }
  }
  let connection: Failing
  let group: Group
  beforeEach(() => {
    connection = new Failing(':memory:')
    connection.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)')
    group = new Group(connection)
  })
  afterEach(() => connection.close())
  const insert = (n: number, keep = true) => () => ({ keep, n: connection.run('INSERT INTO t VALUES (?)', [n]) })
  const kept = (): unknown[] => connection.all('SELECT n FROM t').map(({ n }) => n)

  it('keeps what each of them keeps', async () => {
    const writes = [insert(1), insert(2, false), insert(1), insert(3)]
    const outcomes = await Promise.allSettled(writes.map(write => group.write(write)))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(kept()).toEqual([1, 3])
  })
  it.each(['COMMIT', 'BEGIN IMMEDIATE', 'SAVEPOINT one'])('acknowledges none when %s fails, and works again', async failing => {
    connection.failing = failing
    const outcomes = await Promise.allSettled([group.write(insert(1)), group.write(insert(2))])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(kept()).toEqual([])
    connection.failing = ''
    await group.write(insert(1))
    expect(kept()).toEqual([1])
  })
  it('does not grow beyond what reads may wait for', async () => {
    let transactions = 0
    const begin = jest.spyOn(connection, 'run').mockImplementation(sql => { transactions += sql === 'COMMIT' ? 1 : 0; return 1 })
    const sizes = [...Array<number>(1200).fill(1), 30_000_000, 30_000_000]
    await Promise.all(sizes.map(size => group.write(() => ({ keep: true }), size)))
    begin.mockRestore()
    expect(transactions).toBe(4)
  })
  it('lets others on between two steps of a transaction, who see none of it before it is whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-group-'))
    const [writing, reading] = [new Connection(join(folder, 'a.db')), new Connection(join(folder, 'a.db'))]
    writing.first('PRAGMA journal_mode = WAL')
    writing.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)')
    const count = () => reading.first('SELECT COUNT(*) AS n FROM t')?.['n']
    const seen: unknown[] = []
    const turns = new Group(writing, async () => void seen.push(count()))
    await turns.write(function* () {
      for (const n of [1, 2, 3]) {
        writing.run('INSERT INTO t VALUES (?)', [n])
        yield
      }
      return { keep: true }
    })
    expect([seen, count()]).toEqual([[0, 0, 0, 0], 3])
    for (const each of [reading, writing]) each.close()
    rmSync(folder, { recursive: true })
  })
  it('takes none after it is closed, and finishes those before', async () => {
    const before = group.write(insert(1))
    const closed = group.close()
    await expect(group.write(insert(2))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await Promise.all([before, closed])
    expect(kept()).toEqual([1])
  })
})

describe('what the adapter keeps for itself', () => {
  it('the ids of commits, for a time', () => {
    const connection = new Connection(':memory:')
    prepareTables(connection, tablesOf([]))
    for (let at = 1; at <= 7; at++) connection.run('INSERT INTO hutong_applied (id, at) VALUES (?, ?)', [`${at}`, at])
    expect(pruneApplied(connection, 5, 3)).toBe(false)
    expect(pruneApplied(connection, 5, 3)).toBe(true)
    expect(connection.all('SELECT id FROM hutong_applied').map(({ id }) => id)).toEqual(['5', '6', '7'])
    connection.close()
  })
  it('never a value that the driver cannot bind', () => {
    const connection = new Connection(':memory:')
    for (const value of [true, undefined, {}, new Date()]) {
      expect(() => connection.first('SELECT ?', [value as never])).toThrow(/cannot keep/)
    }
    expect(() => connection.run('SELECT nonsense FROM nowhere')).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
    connection.close()
  })
})
