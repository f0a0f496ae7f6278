import { probes } from '../store/collections'
import type { Store } from '../store/port'

/** Milliseconds for which an answer holds, so that probes cost nothing, and after which the store counts as away. */
const holds = 1000
const longest = 3000

const row = { probe: 'ready' }

/**
 * Whether the store can be read and written now: a lease of one row is taken anew. In a process that hands its writes to another
 * one this goes the same way. Whoever asks within a second is given the last answer.
 */
export function createProbe(store: Store, now: () => number = Date.now): () => Promise<boolean> {
  let made: Promise<unknown> | undefined
  let last: { at: number; answer: Promise<boolean> } | undefined
  const write = async (): Promise<boolean> => {
    made ??= store.commit('probe', [{ verb: 'put', collection: probes, row }]).catch((error: unknown) => {
      made = undefined
      throw error
    })
    await made
    const { rows } = await store.claim(probes, { where: row, n: 1, now: now(), until: now() + 1, token: 'ready' })
    return rows.length === 1
  }
  return () => {
    if (last && now() - last.at < holds) return last.answer
    const answer = withinTime(write().then(written => written, () => false))
    last = { at: now(), answer }
    return answer
  }
}

function withinTime(asked: Promise<boolean>): Promise<boolean> {
  let late: NodeJS.Timeout | undefined
  const away = new Promise<boolean>(resolve => { late = setTimeout(() => resolve(false), longest) })
  return Promise.race([asked, away]).finally(() => clearTimeout(late))
}
