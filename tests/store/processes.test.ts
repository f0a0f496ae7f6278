import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore, type StoreOptions } from '../../src/store'
import type { Store } from '../../src/store/port'
import { contractCollections as collections, counters, lanes, tasks } from '../contract/collections'

jest.setTimeout(30_000)

let folder: string
let file: string
let children: ChildProcess[]
let stores: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hutong-store-'))
  file = join(folder, 'a.db')
  children = []
  stores = []
})
afterEach(async () => {
  for (const store of stores.toReversed()) await store.close()
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

async function open(options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(`sqlite:${file}`, { collections, ...options })
  stores.push(store)
  return store
}

interface Child {
  process: ChildProcess
  said: string[]
  until(condition: (said: string[]) => boolean): Promise<void>
  ended: Promise<unknown>
}

/** Starts tests/store/child.ts; resolves when it has opened the store. */
async function start(what: string): Promise<Child> {
  const script = [join(__dirname, '../support/register.js'), join(__dirname, 'child.ts')] as const
  const child = spawn(process.execPath, ['-r', ...script, what, `sqlite:${file}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const ended = once(child, 'close')
  const said: string[] = []
  const lines = createInterface(child.stdout).on('line', line => said.push(line))
  const until = async (condition: (words: string[]) => boolean): Promise<void> => {
    while (!condition(said)) await Promise.race([once(lines, 'line'), ended.then(() => { throw new Error(`${what} ended`) })])
  }
  await until(words => words.includes('open'))
  return { process: child, said, until, ended }
}

const kill = async (child: Child): Promise<void> => {
  child.process.kill('SIGKILL')
  await child.ended
}
const row = (id: string): object => ({ id, status: 's', lane: 1, arrival: '1', size: 1 })
const put = (store: Store, id: string): ReturnType<Store['commit']> =>
  store.commit(id, [{ verb: 'put', collection: tasks, row: row(id) }])

describe('when the process that writes is killed', () => {
  it('a commit that returned is there', async () => {
    const child = await start('die')
    await child.ended
    expect(child.said).toContain('committed')
    const store = await open({ role: 'writer' })
    expect(await store.get(tasks, ['one'])).toMatchObject({ id: 'one' })
    expect(await store.commit('one', [])).toEqual({ ok: true, repeated: true })
  })

  it('amid many commits, every one that was acknowledged is there, and none by half', async () => {
    for (const after of [1, 60, 200]) {
      const child = await start('pour')
      await child.until(said => said.length > after)
      await kill(child)
      const store = await openStore(`sqlite:${file}`, { collections, role: 'writer' })
      const kept = await store.find(tasks, { where: {}, limit: 1_000_000 })
      const halves = new Map<string, number>()
      for (const { id } of kept) halves.set(id.split('-')[0]!, (halves.get(id.split('-')[0]!) ?? 0) + 1)
      const acknowledged = child.said.filter(word => word !== 'open')
      expect(acknowledged.length).toBeGreaterThan(0)
      expect(acknowledged.filter(id => halves.get(id) !== 2)).toEqual([])
      expect([...halves.values()].every(count => count === 2)).toBe(true)
      await store.close()
      rmSync(file)
    }
  })

  it('its lock is free at once', async () => {
    const child = await start('hold')
    await expect(open({ role: 'writer' })).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await kill(child)
    expect(await put(await open({ role: 'writer' }), 'a')).toEqual({ ok: true, repeated: false })
  })

  it('a reader goes on reading, is told when its commit finds nobody, and writes again when there is a new writer', async () => {
    const child = await start('hold')
    const reader = await open({ patience: 300 })
    expect(await put(reader, 'a')).toEqual({ ok: true, repeated: false })
    await kill(child)
    expect(await reader.get(tasks, ['a'])).toMatchObject({ id: 'a' })
    await expect(put(reader, 'b')).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await start('hold')
    expect(await put(reader, 'b')).toEqual({ ok: true, repeated: false })
    expect(await reader.get(tasks, ['b'])).toMatchObject({ id: 'b' })
  })

  it('a commit and a claim that wait for the next writer are applied once', async () => {
    const child = await start('hold')
    const reader = await open()
    await reader.commit('lane', [{ verb: 'put', collection: lanes, row: { lane: 1, last: 0 } }])
    await kill(child)
    const commit = put(reader, 'a')
    const claim = reader.claim(lanes, { where: {}, n: 1, now: 0, until: 100 })
    await start('hold')
    expect(await commit).toEqual({ ok: true, repeated: false })
    expect((await claim).rows).toEqual([{ lane: 1, last: 0 }])
    expect(await put(reader, 'a')).toEqual({ ok: true, repeated: true })
  })
})

describe('several processes at one database', () => {
  it('count as one', async () => {
    const store = await open()
    const counting = await Promise.all(['count', 'count'].map(start))
    await Promise.all(counting.map(({ ended }) => ended))
    expect(counting.map(({ process: { exitCode } }) => exitCode)).toEqual([0, 0])
    expect(await store.get(counters, ['c'])).toEqual({ id: 'c', version: 100, count: 100 })
  })

  it('the second reads by itself and sees at once what the first wrote', async () => {
    const writer = await open()
    const reader = await open()
    for (let i = 0; i < 50; i++) {
      await put(i % 2 ? writer : reader, `${i}`)
      expect([await reader.get(tasks, [`${i}`]), await writer.get(tasks, [`${i}`])]).toEqual([row(`${i}`), row(`${i}`)])
    }
  })

  it('one that closes finishes what it took, and leaves the database to the next', async () => {
    const writer = await open()
    const reader = await open({ patience: 300 })
    const commits = [...Array(50).keys()].map(i => put(i % 2 ? writer : reader, `${i}`))
    await Promise.all([writer.close(), reader.close(), ...commits.filter((_, i) => i % 2)])
    const next = await open({ role: 'writer' })
    const outcomes = await Promise.allSettled(commits)
    const acknowledged = outcomes.flatMap(({ status }, i) => status === 'fulfilled' ? [[`${i}`]] : [])
    expect(await next.getMany(tasks, acknowledged)).toHaveLength(acknowledged.length)
  })

  it('a fault in a commit from elsewhere comes back as it was', async () => {
    await open()
    const reader = await open({ role: 'reader' })
    await expect(reader.find(tasks, { where: { size: 1 }, limit: 1 })).rejects.toMatchObject({ code: 'NO_INDEX' })
    await put(reader, 'a')
    expect(await reader.commit('again', [{ verb: 'insert', collection: tasks, row: row('a') }]))
      .toEqual({ ok: false, reason: 'conflict', collection: 'tasks', key: ['a'] })
  })

  it('a reader finds no database where none was made', async () => {
    await expect(open({ role: 'reader', patience: 0 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('one that declares other collections is refused', async () => {
    await open()
    await expect(open({ role: 'reader', collections: [tasks] })).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })
})
