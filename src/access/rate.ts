import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { HutongError } from '../model/errors'

/** How often each of many may do something: kept in the memory of one process, of which each counts for itself. */
export interface Rate {
  /** Counts one more of `who`. Throws TOO_MANY_REQUESTS, with the seconds after which one is allowed again. */
  take(who: string): Promise<void>
}

export function createRate({ perMinute, perHour }: { readonly perMinute: number; readonly perHour: number }): Rate {
  const windows = [
    new RateLimiterMemory({ points: perMinute, duration: 60, keyPrefix: 'minute' }),
    new RateLimiterMemory({ points: perHour, duration: 3600, keyPrefix: 'hour' }),
  ]
  return {
    async take(who) {
      for (const window of windows) await window.consume(who).catch(refuse)
    },
  }
}

function refuse(refused: unknown): never {
  if (!(refused instanceof RateLimiterRes)) throw refused
  throw new HutongError('TOO_MANY_REQUESTS', 'More was asked or sent in this time than is allowed: try again later.', undefined,
    { seconds: Math.ceil(refused.msBeforeNext / 1000) })
}
