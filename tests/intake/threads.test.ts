import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSources } from '../../mappers'
import { regionalPlatformSource } from '../../seed/systems/regionalPlatform'
import { openThreads } from '../../src/commands/open'
import type { ReadingTask, Threads } from '../../src/intake'
import { readInThread } from '../../src/intake'
import { mapBytes, readRouteOf, splitBytes } from '../../src/intake/reading'
import { createThreads } from '../../src/operation/threads'
import { grammars } from '../../src/wire'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { HutongError } from '../../src/model/errors'
import { plainGrammar, plainMapping } from '../support/intake/plain'

const idKey = 'test-key-of-threads-0123456789abcdef'
const mappings = loadSources({ idKey })
const mapping = mappings.get(regionalPlatformSource)
if (!mapping) throw new Error('no such source')
const dialogue = { mapping, grammar: grammars.get('fhir') ?? plainGrammar }

/** As Synthea's, made large by many observations. */
function largeBundle(observations: number): Uint8Array {
  const patient = { resourceType: 'Patient', id: 'p1', name: [{ family: '陈', given: ['桂芳'] }], gender: 'female', birthDate: '1956-03-02' }
  const entry = [patient, ...Array.from({ length: observations }, (_, n) => ({
    resourceType: 'Observation', id: `o${n}`, status: 'final', subject: { reference: 'urn:uuid:p1' },
    code: { coding: [{ system: 'http://loinc.org', code: '8302-2', display: 'Body Height' }], text: 'Body Height' },
    effectiveDateTime: '2021-03-04T05:06:07+08:00', valueQuantity: { value: 150 + n / 100, unit: 'cm', system: 'http://unitsofmeasure.org', code: 'cm' },
    note: [{ text: '量'.repeat(20) }],
  }))].map(resource => ({ fullUrl: `urn:uuid:${resource.id}`, resource, request: { method: 'POST', url: resource.resourceType } }))
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }))
}

/** Threads that do the work at once, and count. */
function countingThreads(house?: Pick<House, 'mappings' | 'grammars'>): Threads & { readonly works: string[] } {
  const works: string[] = []
  const run = async (task: ReadingTask, bytes: Uint8Array) => {
    works.push(task.work)
    return structuredClone(readInThread(task, bytes, house ?? { mappings, grammars }))
  }
  return { works, run }
}

describe('a record that is much work', () => {
  it('is cut, routed and mapped in a thread, with the same outcome', async () => {
    const bytes = largeBundle(3_000)
    expect(bytes.byteLength).toBeGreaterThan(1_000_000)
    const threads = countingThreads()
    const [threaded, inline] = [{ threads }, {}]
    expect(await splitBytes(dialogue, bytes, { context: {}, last: true }, threaded)).toEqual(await splitBytes(dialogue, bytes, { context: {}, last: true }, inline))
    expect(await readRouteOf(dialogue, bytes, {}, threaded)).toEqual(await readRouteOf(dialogue, bytes, {}, inline))
    const [there, here] = [await mapBytes(dialogue, bytes, {}, threaded), await mapBytes(dialogue, bytes, {}, inline)]
    expect(there.result.tellings).toHaveLength(3_001)
    expect(there).toEqual(JSON.parse(JSON.stringify(here)))
    expect(threads.works).toEqual(['split', 'route', 'map'])
  })

  it('is one over the bounds of bytes or of values; others are read where they are', async () => {
    const threads = countingThreads()
    for (const observations of [10, 600]) {
      const bytes = largeBundle(observations)
      expect(bytes.byteLength).toBeLessThan(1_000_000)
      await mapBytes(dialogue, bytes, {}, { threads })
    }
    expect(threads.works).toEqual(['map'])
  })

  it('tells what is wrong with it as if it were read in place', async () => {
    const bytes = Buffer.from(`{"resourceType":"Patient","name":[${'{},'.repeat(6_000)}{}]}`)
    const wrong = { code: 'RECORD_TOO_LARGE', place: 'Patient.name' }
    await expect(mapBytes(dialogue, bytes, {}, {})).rejects.toMatchObject(wrong)
    await expect(mapBytes(dialogue, bytes, {}, { threads: countingThreads() })).rejects.toMatchObject(wrong)
  })

  it('keeps what is wrong with a piece', async () => {
    const source = mappings.get('synthea-csv')
    const csv = { mapping: source ?? mapping, grammar: grammars.get('csv') ?? plainGrammar }
    const bytes = Buffer.from(`Id,BIRTHDATE\n${'a,b,c\n'.repeat(30_000)}`)
    const options = { context: { name: 'patients.csv' }, last: true }
    const [there, here] = [await splitBytes(csv, bytes, options, { threads: countingThreads() }), await splitBytes(csv, bytes, options, {})]
    expect(there).toEqual(here)
    expect(there.pieces[7]?.error?.code).toBe('SYNTAX')
  })

  it('is read in place where the files of its source changed since the thread read them', async () => {
    const works: string[] = []
    const changed: Threads = { run: async ({ work }) => { works.push(work); return { head: { mapper: 'of other files' }, many: new Uint8Array(0) } } }
    const { result } = await mapBytes(dialogue, largeBundle(600), {}, { threads: changed })
    expect(result.tellings).toHaveLength(601)
    expect(works).toEqual(['map'])
  })
})

describe('the intake', () => {
  const plain = new Map([['plain', plainMapping()]])
  const record = (fields: object): Buffer => Buffer.from(JSON.stringify(fields))
  let house: House | undefined
  afterEach(() => house?.close())

  it('gives threads the large record only, and works the next one all the same', async () => {
    const threads = countingThreads({ mappings: plain, grammars: new Map([['plain', plainGrammar]]) })
    house = await openHouse({ mappings: plain, means: { threads } })
    const [large] = await house.journal.append({ source: 'plain', bytes: record({ control: 'L', patient: 'p1', name: '甲', pad: 'x'.repeat(1_100_000) }) })
    const [small] = await house.journal.append({ source: 'plain', bytes: record({ control: 'S', patient: 'p1', name: '乙' }) })
    await house.work()
    expect(threads.works).toEqual(['split', 'route', 'map'])
    expect((await house.entry(large?.entry)).status).toBe('mapped')
    expect((await house.entry(small?.entry)).status).toBe('mapped')
  })

  it('quarantines what ends its threads, with one line of the log, and lives on', async () => {
    const threads: Threads = { run: () => Promise.reject(new HutongError('INTERNAL', 'The thread that read the record ended, twice.')) }
    house = await openHouse({ mappings: plain })
    const [deadly] = await house.journal.append({ source: 'plain', bytes: record({ patient: 'p1', name: '甲', pad: 'x'.repeat(1_100_000) }) })
    const [next] = await house.journal.append({ source: 'plain', bytes: record({ patient: 'p1', name: '乙' }) })
    await house.work({ threads })
    expect(await house.entry(deadly?.entry)).toMatchObject({ status: 'quarantined', reason: { code: 'INTERNAL' } })
    expect((await house.entry(next?.entry)).status).toBe('mapped')
    expect(house.logged).toHaveLength(1)
  })

  it('works a record again that was with a thread when the gateway stopped', async () => {
    const threads: Threads = { run: () => Promise.reject(new HutongError('STORE_BUSY', 'The gateway is stopping.')) }
    house = await openHouse({ mappings: plain })
    const [kept] = await house.journal.append({ source: 'plain', bytes: record({ patient: 'p1', name: '甲', pad: 'x'.repeat(1_100_000) }) })
    const workers = await house.start({ threads })
    await workers.stop()
    expect((await house.entry(kept?.entry)).status).toBe('received')
    await house.work()
    expect((await house.entry(kept?.entry)).status).toBe('mapped')
  })
})

describe('worker threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-threads-'))
  const file = join(folder, 'thread.js')
  const opened: ReturnType<typeof createThreads>[] = []
  const open = (options: { count?: number; longestMs?: number } = {}) => {
    const threads = createThreads({ file, data: { answer: 42 }, ...options })
    opened.push(threads)
    return threads
  }
  beforeAll(() => writeFileSync(file, `
    const { parentPort, threadId, workerData } = require('node:worker_threads')
    parentPort.on('message', ({ task, bytes }) => {
      if (task.die === 'always' || task.die === threadId) process.exit(1)
      if (task.hang) for (;;);
      if (task.wrong) parentPort.postMessage({ ours: { code: 'SYNTAX', message: 'wrong', place: 'MSH' } })
      else if (task.fault) parentPort.postMessage({ fault: { name: 'TypeError', stack: '    at somewhere' } })
      else parentPort.postMessage({ answer: { head: { size: bytes.length, threadId, ...workerData }, many: new Uint8Array(0) } })
    })`))
  afterEach(async () => { for (const threads of opened.splice(0)) await threads.close() })
  afterAll(() => rmSync(folder, { recursive: true }))
  const threadOf = ({ head }: { head: unknown }): number => (head as { threadId: number }).threadId

  it('answer with what they were given, and leave the bytes to whoever gave them', async () => {
    const bytes = Buffer.from('abc')
    expect(await open().run({}, bytes)).toMatchObject({ head: { size: 3, answer: 42 } })
    expect(bytes.toString()).toBe('abc')
  })

  it('are no more than their count, and are used again', async () => {
    const threads = open({ count: 2 })
    const answers = await Promise.all(Array.from({ length: 10 }, () => threads.run({}, Buffer.from('x'))))
    expect(new Set(answers.map(threadOf)).size).toBeLessThanOrEqual(2)
  })

  it('are replaced where one dies, and the task is done by the next', async () => {
    const threads = open({ count: 1 })
    const first = threadOf(await threads.run({}, Buffer.from('x')))
    expect(threadOf(await threads.run({ die: first }, Buffer.from('x')))).toBeGreaterThan(first)
  })

  it.each([['dies', { die: 'always' }], ['never ends', { hang: true }]])('give up a task of which a thread %s twice, and do the next one', async (_, task) => {
    const threads = open({ count: 1, longestMs: 300 })
    const [deadly, next] = await Promise.allSettled([threads.run(task, Buffer.from('x')), threads.run({}, Buffer.from('xy'))])
    expect(deadly).toMatchObject({ status: 'rejected', reason: { code: 'INTERNAL' } })
    expect(next).toMatchObject({ status: 'fulfilled', value: { head: { size: 2 } } })
  })

  it('tell what the work threw', async () => {
    const threads = open()
    await expect(threads.run({ wrong: true }, Buffer.from('x'))).rejects.toMatchObject({ name: 'HutongError', code: 'SYNTAX', place: 'MSH' })
    await expect(threads.run({ fault: true }, Buffer.from('x'))).rejects.toMatchObject({ name: 'TypeError', stack: '    at somewhere' })
  })

  it('refuse what waits when they are closed, and what comes later', async () => {
    const threads = open({ count: 1 })
    const waiting = [threads.run({}, Buffer.from('x')), threads.run({}, Buffer.from('x'))].map(each => each.catch((error: unknown) => error))
    await threads.close()
    expect(await Promise.all(waiting)).toMatchObject([{ code: 'STORE_BUSY' }, { code: 'STORE_BUSY' }])
    await expect(threads.run({}, Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
  })

  it('of a gateway read its sources by themselves, and map as it does', async () => {
    const threads = openThreads({ idKey })
    if (!threads) throw new Error('the gateway is not built')
    opened.push(threads)
    const bytes = largeBundle(600)
    const answer = await threads.run({ work: 'map', source: regionalPlatformSource, context: {} }, bytes)
    const here = readInThread({ work: 'map', source: regionalPlatformSource, context: {} }, bytes, { mappings, grammars })
    expect(Buffer.from(answer.many).equals(Buffer.from(here.many))).toBe(true)
  })
})
