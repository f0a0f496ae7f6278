import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { HutongError } from '../model/errors'
import { entries, lanes, links } from '../store/collections'
import type { Store } from '../store/port'
import { hashOf } from './format'

export interface Stillness {
  /** Throws LEASE_LOST where somebody works the journal after all. */
  check(): void
  release(): Promise<void>
}

const leaseMs = 15_000
const mostLanes = 100_000

/** Of a store that nobody else can write to. */
export const still: Stillness = { check: () => undefined, release: async () => undefined }

/**
 * Holds every lane of the journal, so that no gateway works it: nothing that is kept changes meanwhile, though records may
 * still be accepted. Waits for the leases of gateways that died (15 s); throws STORE_BUSY where one is at work.
 */
export async function holdStill(store: Store, { token = randomBytes(16).toString('hex'), patience = leaseMs + 3_000, now = Date.now }: {
  /** One that is known beforehand takes the lanes back from itself after a crash. */
  token?: string
  patience?: number
  now?: () => number
} = {}): Promise<Stillness> {
  const count = (await store.find(lanes, { where: {}, limit: mostLanes })).length
  if (count === 0) return still
  const claim = async (until: number): Promise<number> =>
    (await store.claim(lanes, { where: {}, n: count, until, now: now(), token })).rows.length
  for (const given = now() + patience; await claim(now() + leaseMs) < count;) {
    if (now() >= given) {
      await claim(now())
      throw new HutongError('STORE_BUSY', 'A gateway works the journal of this database: stop the gateways first.')
    }
    await wait(250)
  }
  return renewing(claim, count, now)
}

function renewing(claim: (until: number) => Promise<number>, count: number, now: () => number): Stillness {
  let heldUntil = now() + leaseMs
  let lost = false
  const renewal = setInterval(() => {
    const until = now() + leaseMs
    claim(until).then(held => {
      if (held < count) lost = true
      else heldUntil = until
    }, () => undefined)
  }, leaseMs / 3)
  return {
    check() {
      if (lost || now() >= heldUntil) throw new HutongError('LEASE_LOST', 'A gateway began to work the journal meanwhile.')
    },
    async release() {
      clearInterval(renewal)
      await claim(now())
    },
  }
}

/** A hash that changes with whatever was worked: what an export goes on from must be what it began with. */
export async function stateOf(store: Store): Promise<string> {
  const worked = await store.tally(entries, { where: {}, by: ['status', 'lane'] })
  const sequences = await store.find(lanes, { where: {}, limit: mostLanes })
  const linked = await store.tally(links, { where: {}, by: [] })
  return hashOf([
    worked.filter(({ by }) => by['status'] !== 'received').map(({ by, count }) => [by['status'], by['lane'], count]),
    sequences.map(({ lane, last }) => [lane, last]),
    linked[0]?.count ?? 0,
  ])
}
