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

for (const verb of ['exec', 'run', 'first', 'all'] as const) {
  const call = Connection.prototype[verb] as (...args: unknown[]) => unknown
  Object.defineProperty(Connection.prototype, verb, {
    value(this: Connection, ...args: unknown[]): unknown {
      const from = performance.now()
      try {
        return call.apply(this, args)
      } finally {
        database += performance.now() - from
      }
    },
  })
}

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
