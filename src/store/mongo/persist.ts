import { setTimeout as wait } from 'node:timers/promises'
import { hasLabel, isAway, isDuplicate, isWriteConflict, RolledBack } from './errors'

/** Milliseconds for which something is tried against others' writes of the same rows. */
const conflictPatience = 30_000
const longestPause = 200

/**
 * Again while it fails by others' writes (for `withOthers`, in milliseconds), or within `patience` (milliseconds) by a server that is away: only for what may be
 * repeated. The driver itself tries a read twice, and a transaction not at all.
 */
export async function persist<T>(patience: number, attempt: () => Promise<T>, withOthers = conflictPatience): Promise<T> {
  const began = Date.now()
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayPass(error) || Date.now() - began >= (isAway(error) ? patience : withOthers)) throw error
      await wait(Math.random() * Math.min(longestPause, 2 ** Math.min(failures, 8)))
    }
  }
}

const mayPass = (error: unknown): boolean => isAway(error) || isDuplicate(error) || isWriteConflict(error) || error instanceof RolledBack
  || hasLabel(error, 'TransientTransactionError') || hasLabel(error, 'UnknownTransactionCommitResult')
