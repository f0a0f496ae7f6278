/**
 * A process that uses a store: `node -r tests/support/register.js tests/store/child.ts <what> <url>`. Says what it did on
 * stdout, a word a line.
 */
import { openStore } from '../../src/store'
import type { Store } from '../../src/store/port'
import { contractCollections as collections, counters, tasks } from '../contract/collections'

const [what = '', url = ''] = process.argv.slice(2)
const say = (word: string): void => { process.stdout.write(`${word}\n`) }
const task = (id: string, lane: number): object => ({ id, status: 's', lane, arrival: id, size: 1, text: '血'.repeat(200) })

const doings: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  /** Holds the store until it is killed or told to end. */
  async hold() {
    await new Promise<void>(resolve => { process.stdin.once('data', () => resolve()) })
    process.stdin.destroy()
  },
  /** Dies by its own hand the moment that a commit has returned. */
  async die(store) {
    await store.commit('one', [{ verb: 'put', collection: tasks, row: task('one', 1) }])
    say('committed')
    process.kill(process.pid, 'SIGKILL')
  },
  /** Commits pairs of rows, many at a time, and says each that is acknowledged. */
  async pour(store) {
    for (let n = 0; ; n += 20) {
      await Promise.all(Array.from({ length: 20 }, async (_, i) => {
        const id = `${n + i}`
        await store.commit(id, [1, 2].map(half => ({ verb: 'insert', collection: tasks, row: task(`${id}-${half}`, half) })))
        say(id)
      }))
    }
  },
  /** Counts up 50 times, against others. */
  async count(store) {
    for (let done = 0; done < 50;) {
      const now = await store.get(counters, ['c'])
      const row = { id: 'c', version: (now?.version ?? 0) + 1, count: (now?.count ?? 0) + 1 }
      const change = { verb: 'putIf', collection: counters, version: now?.version ?? null, row } as const
      if ((await store.commit(`${process.pid}-${row.version}-${Math.random()}`, [change])).ok) done++
    }
  },
}

async function main(): Promise<void> {
  const store = await openStore(url, { collections })
  say('open')
  await doings[what]?.(store)
  await store.close()
}

main().catch((error: unknown) => {
  say(`failed ${String((error as { code?: unknown }).code)}`)
  process.exitCode = 1
})
