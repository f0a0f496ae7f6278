import cluster from 'node:cluster'
import { setTimeout as wait } from 'node:timers/promises'
import type { Gateway } from '../gateway'

/** What a signal sets off: first the notices, all at once; when the drain is over, the steps, one after another. */
export interface Stopping {
  readonly notices: (() => void)[]
  readonly steps: (() => Promise<unknown>)[]
  /** Whether it has begun: what is only starting then, and fails by it, is no fault. */
  begun: boolean
}

/**
 * On a signal: not ready, and when a balancer has had `drainSeconds` to see it, the steps in order, so that what was accepted
 * is finished; then the end. A second signal ends at once. A worker is told by its primary, and so heeds no Ctrl-C of its own.
 */
export function stopOnSignal(gateway: Gateway, { drainSeconds }: { readonly drainSeconds: number }): Stopping {
  const stopping: Stopping = { notices: [], steps: [], begun: false }
  let stops = 0
  const stop = async () => {
    stops += 1
    if (stops > 1) process.exit(1)
    stopping.begun = true
    for (const notice of stopping.notices) notice()
    if (drainSeconds > 0) await wait(drainSeconds * 1000)
    for (const step of stopping.steps) await step()
    await gateway.close()
    process.exit(0)
  }
  const heed = () => void stop().catch(error => {
    gateway.log.error({ err: error }, 'the shutdown failed')
    process.exit(1)
  })
  process.on('SIGTERM', heed)
  process.on('SIGINT', cluster.isWorker ? () => undefined : heed)
  return stopping
}
