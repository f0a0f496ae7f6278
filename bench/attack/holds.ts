/**
 * Loaded into a gateway before its own code (`node --require`), with a channel to whoever started it: measures from inside how
 * long the event loop is held, and how much of that is the database's own time, or time in which other processes had the core,
 * which are other matters. Told when asked.
 */
import { readFileSync } from 'node:fs'
import { Connection } from '../../src/store/sqlite/connection'

export interface Holds {
  /** Milliseconds of the longest hold since it was asked last. */
  readonly longest: number
  /** Without the database's calls, and of no hold more than the loop's thread was on a core (Linux; elsewhere all of it). */
  readonly own: number
}

const every = 2
let database = 0
let [longest, own] = [0, 0]
let [tickedAt, databaseThen, onCoreThen] = [performance.now(), 0, onCore()]

let depth = 0

/** Its calls: between the statements of a transaction others are let on. */
function countAsDatabase(prototype: object, names: readonly string[]): void {
  for (const name of names) {
    const call = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
    Object.defineProperty(prototype, name, {
      value(this: unknown, ...args: unknown[]): unknown {
        const from = performance.now()
        depth += 1
        try {
          return call.apply(this, args)
        } finally {
          depth -= 1
          if (depth === 0) database += performance.now() - from
        }
      },
    })
  }
}
countAsDatabase(Connection.prototype, ['exec', 'run', 'first', 'all'])

setInterval(() => {
  const now = performance.now()
  const cored = onCore()
  const hold = now - tickedAt - every
  longest = Math.max(longest, hold)
  own = Math.max(own, Math.min(hold - (database - databaseThen), cored - onCoreThen))
  ;[tickedAt, databaseThen, onCoreThen] = [now, database, cored]
}, every).unref()

/** Milliseconds that the thread of the event loop was on a core; without end where nobody tells. */
function onCore(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  } catch {
    return performance.now()
  }
}

process.on('message', (message: unknown) => {
  if (message !== 'holds') return
  process.send?.({ holds: { longest, own } satisfies Holds })
  ;[longest, own] = [0, 0]
})
process.channel?.unref()
