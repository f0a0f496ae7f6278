/**
 * Loaded into a gateway before its own code (`node --require`), with a channel to whoever started it: measures from inside how
 * long the event loop is held, and how much of that is the database's own time, which is another matter. Told when asked.
 */
import { Connection } from '../../src/store/sqlite/connection'

export interface Holds {
  /** Milliseconds of the longest hold since it was asked last. */
  readonly longest: number
  /** Of the hold that was longest without the database's calls: what is left of it. */
  readonly own: number
}

const every = 2
let database = 0
let [longest, own] = [0, 0]
let [tickedAt, databaseThen] = [performance.now(), 0]

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
  const hold = now - tickedAt - every
  longest = Math.max(longest, hold)
  own = Math.max(own, hold - (database - databaseThen))
  ;[tickedAt, databaseThen] = [now, database]
}, every).unref()

process.on('message', (message: unknown) => {
  if (message !== 'holds') return
  process.send?.({ holds: { longest, own } satisfies Holds })
  ;[longest, own] = [0, 0]
})
process.channel?.unref()
