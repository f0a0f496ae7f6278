import { createVocabulary } from '../../src/archive/vocabulary'
import { createWriter } from '../../src/archive/write'
import type { RecordedTelling } from '../../src/archive/api'
import { mapBytes, readInThread, splitBytes } from '../../src/intake/reading'
import type { ReadingTask } from '../../src/intake/reading'
import { groupPieces } from '../../src/intake/windows'
import { contentHash, contentHashInTurns } from '../../src/model/ids'
import { copyInTurns, createTurns, eachInTurn } from '../../src/model/turns'
import { packCommit, packInTurns } from '../../src/store/writes'
import { changes } from '../../src/store/collections'
import { openStore } from '../../src/store'
import type { Grammar } from '../../src/wire/grammar'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { plainGrammar, plainMapping } from '../support/intake/plain'

/** A turn that counts the steps that are taken between two of them. */
function countingTurn() {
  let [steps, most, turns] = [0, 0, 0]
  return {
    step: (): void => { steps += 1; most = Math.max(most, steps) },
    turn: (): undefined => { steps = 0; turns += 1 },
    get most() { return most },
    get turns() { return turns },
  }
}

describe('turns', () => {
  function clock() {
    const later: (() => void)[] = []
    const state = { time: 1_000, later, loop: async () => { for (const action of later.splice(0)) action(); await Promise.resolve() } }
    return { state, turn: createTurns({ now: () => state.time, later: action => void later.push(action) }) }
  }

  it('are not waited for by who has worked for less than twenty milliseconds', async () => {
    const { state, turn } = clock()
    const first = turn()
    await state.loop()
    await first
    state.time += 19
    expect(turn()).toBeUndefined()
    state.time += 1
    expect(turn()).toBeInstanceOf(Promise)
  })

  it('let one of those who wait on in each turn of the loop, in their order', async () => {
    const { state, turn } = clock()
    const on: string[] = []
    for (const name of ['a', 'b', 'c']) void turn()?.then(() => { on.push(name); state.time += 30; void turn()?.then(() => on.push(`${name} again`)) })
    const seen: number[] = []
    for (let n = 0; n < 6; n += 1) {
      await state.loop()
      seen.push(on.length)
    }
    expect(on).toEqual(['a', 'b', 'c', 'a again', 'b again', 'c again'])
    expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('stand after every item of a loop', async () => {
    const counting = countingTurn()
    await eachInTurn(Array.from({ length: 100 }), counting.step, counting.turn)
    expect(counting).toMatchObject({ most: 1, turns: 100 })
  })

  it('stand after each megabyte that is hashed or copied, and change nothing of it', async () => {
    const bytes = Buffer.alloc(3_500_000, 'abc')
    const [hashing, copying] = [countingTurn(), countingTurn()]
    expect(await contentHashInTurns(['a', bytes, 'b'], hashing.turn)).toBe(contentHash(['a', bytes, 'b']))
    expect(Buffer.compare(await copyInTurns(bytes, copying.turn), bytes)).toBe(0)
    expect([hashing.turns, copying.turns]).toEqual([4, 4])
  })
})

describe('between two turns of the event loop', () => {
  let house: House | undefined
  afterEach(() => house?.close())

  it('the intake reads one record, at the door and at work', async () => {
    const counting = countingTurn()
    const grammar: Grammar = { ...plainGrammar, read: (...given) => { counting.step(); return plainGrammar.read(...given) } }
    house = await openHouse({ grammars: new Map([['plain', grammar]]), means: { turn: counting.turn } })
    const lines = Array.from({ length: 300 }, (_, n) => `{"patient":"p${n}","name":"甲"}\n`).join('')
    expect(await house.journal.append({ source: 'plain', bytes: Buffer.from(lines) })).toHaveLength(300)
    await house.work()
    // The last at the door and the first at work.
    expect(counting.most).toBeLessThanOrEqual(2)
    expect(counting.turns).toBeGreaterThanOrEqual(598)
  })

  it('a window is kept, and told, 500 records at a time', async () => {
    const pieces = Array.from({ length: 1_200 }, (_, n) => ({ start: n * 10, end: n * 10 + 9 }))
    expect(groupPieces(pieces, 12_000).map(run => run.pieces.length)).toEqual([500, 500, 200])
    house = await openHouse()
    const lines = Array.from({ length: 1_200 }, (_, n) => `{"control":"${n}"}\n`).join('')
    const told: number[] = []
    const chunks = (async function* () { yield Buffer.from(lines) })()
    for await (const outcomes of house.journal.appendStream({ source: 'plain', chunks })) told.push(outcomes.length)
    expect(told).toEqual([500, 500, 200])
  })

  it('one telling of a large record, and 200 pieces of a large upload, come from a thread', async () => {
    const parts = { mappings: new Map([['plain', plainMapping()]]), grammars: new Map([['plain', plainGrammar]]) }
    const threads = { run: async (task: ReadingTask, bytes: Uint8Array) => readInThread(task, bytes, parts) }
    const dialogue = { mapping: plainMapping(), grammar: plainGrammar }
    const values = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`v${n}`, n]))
    const [mapping, cutting] = [countingTurn(), countingTurn()]
    const { result } = await mapBytes(dialogue, Buffer.from(JSON.stringify({ patient: 'p', values, pad: 'x'.repeat(1_000_000) })), {}, { threads, turn: mapping.turn })
    const { pieces } = await splitBytes(dialogue, Buffer.from('{"patient":"p"}\n'.repeat(20_000)), { context: {}, last: true }, { threads, turn: cutting.turn })
    expect([result.tellings.length, mapping.turns]).toEqual([400, 400])
    expect([pieces.length, cutting.turns]).toEqual([20_000, 100])
  })

  it('the archive composes and projects one resource', async () => {
    const store = await openStore('sqlite::memory:')
    const counting = countingTurn()
    const mappings = new Map([['plain', plainMapping()]])
    const writer = createWriter({ store, vocabulary: createVocabulary(store), idKey: 'a key of the tests', sources: mappings, turn: counting.turn })
    const telling = (n: number): RecordedTelling => ({
      resource: { resourceType: 'Observation', id: `o${n}`, status: 'final', code: { text: `k${n}` }, valueQuantity: { value: n } }, patient: 'p', manner: 'whole',
      versionTime: '2026-11-20T02:00:00.000Z', entry: 'e', source: 'plain', arrival: 'a', receivedAt: '2026-11-20T02:00:00.000Z',
      committedAt: '2026-11-20T02:00:00.000Z', mapper: { name: 'plain', hash: 'h' },
    })
    await writer.write({ patient: 'p', tellings: Array.from({ length: 500 }, (_, n) => telling(n)), lane: 0, sequence: 1, commitId: 'c' })
    // Grouped, composed and projected, each with a turn of its own.
    expect(counting.turns).toBeGreaterThanOrEqual(3 * 500)
    await store.close()
  })

  it('a commit packs a hundred rows, as one that is packed at once', async () => {
    const counting = countingTurn()
    const rows = Array.from({ length: 1_050 }, (_, seq) => ({
      verb: 'insert' as const, collection: changes, row: { lane: 1, seq, patient: 'p', at: '2026-11-20T02:00:00.000Z', entry: 'e', refs: [] },
    }))
    expect(await packInTurns('c', rows, undefined, counting.turn)).toEqual(packCommit('c', rows))
    expect(counting.turns).toBe(11)
  })
})
