import { ulid } from 'ulid'
import { HutongError } from '../model/errors'
import type { Source } from '../model/source'
import { quotas } from '../store/collections'
import type { Store } from '../store/port'

/** What a source may send in an hour of the clock. */
export interface QuotaLimits {
  /** Records that were not known yet. */
  readonly entriesPerHour: number
  /** Bytes as they were sent, known or not. */
  readonly bytesPerHour: number
}

/** Room for the first load of a hospital's years within days; `hutong ingest` has no quota. */
export const defaultQuota: QuotaLimits = { entriesPerHour: 1_000_000, bytesPerHour: 4_000_000_000 }

export interface Quotas {
  /** Before a part of an upload is kept. Throws TOO_MANY_REQUESTS, with `details.retryAfter` in seconds, where the hour's share is used up. */
  admit(source: Source): Promise<void>
  /** After it was kept: no part is refused for passing the limit itself. */
  spend(source: Source, sent: { readonly entries: number; readonly bytes: number }): void
}

/** How often a process tells the others what it took in, and hears of theirs, in milliseconds: what they may know too late. */
const exchangeEvery = 5_000
const hourLong = 3_600_000
const most = 1_000

interface Account {
  readonly hour: number
  /** By this process. */
  entries: number
  bytes: number
  /** By the other processes on this database, and by this one before it was started anew. */
  elsewhere: { entries: number; bytes: number }
  exchangedAt: number
  exchanged: Promise<void>
}

/**
 * Counts in memory what each source sends in this hour. The count is kept in the store, a row for each process, and the others'
 * are read, together at most every five seconds while something comes: processes on one database share the quota roughly.
 */
export function openQuotas({ store, now, limits }: { store: Store; now: () => number; limits: QuotaLimits }): Quotas {
  const process = ulid()
  const accounts = new Map<string, Account>()

  function accountOf(source: string): Account {
    const hour = Math.floor(now() / hourLong)
    const known = accounts.get(source)
    if (known?.hour === hour) return known
    const account: Account = { hour, entries: 0, bytes: 0, elsewhere: { entries: 0, bytes: 0 }, exchangedAt: -Infinity, exchanged: Promise.resolve() }
    accounts.set(source, account)
    return account
  }

  async function exchange(source: string, account: Account): Promise<void> {
    const { entries, bytes } = account
    const hour = new Date(account.hour * hourLong).toISOString()
    const past = await store.find(quotas, { where: { source, hour: { below: hour } }, limit: most })
    const rows = await store.find(quotas, { where: { source, hour }, limit: most })
    const others = rows.filter(row => row.process !== process)
    account.elsewhere = { entries: sum(others.map(row => row.entries)), bytes: sum(others.map(row => row.bytes)) }
    await store.commit(`quota:${ulid()}`, [
      { verb: 'put', collection: quotas, row: { source, hour, process, entries, bytes } },
      ...past.map(row => ({ verb: 'remove', collection: quotas, key: [row.source, row.hour, row.process] }) as const),
    ])
  }

  return {
    async admit(source) {
      const account = accountOf(source.id)
      if (now() - account.exchangedAt >= exchangeEvery) {
        account.exchangedAt = now()
        account.exchanged = exchange(source.id, account).catch((error: unknown) => {
          account.exchangedAt = -Infinity
          throw error
        })
      }
      await account.exchanged
      const { entriesPerHour, bytesPerHour } = { ...limits, ...source.quota }
      const retryAfter = Math.ceil(((account.hour + 1) * hourLong - now()) / 1000)
      if (account.entries + account.elsewhere.entries >= entriesPerHour) throw usedUp(`${entriesPerHour} records`, 'entriesPerHour', '--quota-entries', retryAfter)
      if (account.bytes + account.elsewhere.bytes >= bytesPerHour) throw usedUp(`${bytesPerHour} bytes`, 'bytesPerHour', '--quota-mb', retryAfter)
    },
    spend(source, { entries, bytes }) {
      const account = accountOf(source.id)
      account.entries += entries
      account.bytes += bytes
    },
  }
}

function usedUp(limit: string, field: string, option: string, retryAfter: number): HutongError {
  const minutes = Math.max(1, Math.ceil(retryAfter / 60))
  return new HutongError('TOO_MANY_REQUESTS',
    `This source has sent the ${limit} that it may in an hour: go on in ${minutes} minutes. More: quota.${field} in its source.json, or ${option}.`,
    undefined, { retryAfter })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
