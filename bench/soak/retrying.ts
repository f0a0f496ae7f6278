import { setTimeout as wait } from 'node:timers/promises'

/** What a client that tries again saw. */
export interface Tries {
  done: number
  /** Tries that failed and were made again. */
  retries: number
  /** What was not done after `patience`. */
  errors: number
  /** The slowest, retries included, in milliseconds. */
  slowest: number
  /** The first few errors, in words without values. */
  readonly words: string[]
}

export const noTries = (): Tries => ({ done: 0, retries: 0, errors: 0, slowest: 0, words: [] })

/** Nobody waits longer than this for one thing. */
const patience = 45_000

/** Does it again, with growing pauses and in turn at each of the gateways, until it succeeds; undefined: it did not. */
export async function retrying<T, G>(tries: Tries, gateways: readonly G[], attempt: (gateway: G) => Promise<T>): Promise<T | undefined> {
  const begun = performance.now()
  const first = tries.done
  for (let n = 0; ; n++) {
    const gateway = gateways[(first + n) % gateways.length]
    try {
      if (gateway === undefined) throw new Error('no gateway')
      const result = await attempt(gateway)
      tries.done += 1
      tries.slowest = Math.max(tries.slowest, performance.now() - begun)
      return result
    } catch (error) {
      if (performance.now() - begun > patience) {
        tries.errors += 1
        if (tries.words.length < 5) tries.words.push(error instanceof Error ? error.message : 'unknown')
        return undefined
      }
      tries.retries += 1
      await wait(Math.min(500, 20 * 2 ** Math.min(5, n)))
    }
  }
}
