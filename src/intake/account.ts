import { entries } from '../store/collections'
import type { Store } from '../store/port'

/** One source's records of one day: `received` = `mapped` + `pending` + `quarantined`. */
export interface DayAccount {
  readonly source: string
  /** Day of arrival in the source's time zone, `2026-11-20`. */
  readonly day: string
  readonly received: number
  readonly mapped: number
  /** Not yet worked, or waiting for a patient who has not arrived. */
  readonly pending: number
  readonly quarantined: number
}

/** The journal's account, newest day first. `from` and `to` are days, inclusive. */
export async function readAccount({ store, sources, from, to }: {
  store: Store
  sources: readonly string[]
  from?: string
  to?: string
}): Promise<readonly DayAccount[]> {
  const bounded = from !== undefined || to !== undefined
  const day = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  const tallies = await Promise.all(sources.map(async source =>
    accountOf(source, await store.tally(entries, { where: bounded ? { source, day } : { source }, by: ['day', 'status'] }))))
  return tallies.flat().toSorted((a, b) => b.day.localeCompare(a.day) || a.source.localeCompare(b.source))
}

function accountOf(source: string, groups: Awaited<ReturnType<Store['tally']>>): DayAccount[] {
  const days = new Map<string, Record<string, number>>()
  for (const { by, count } of groups) {
    const counts = days.get(String(by.day)) ?? {}
    counts[String(by.status)] = count
    days.set(String(by.day), counts)
  }
  return [...days].map(([day, counts]) => {
    const { mapped = 0, quarantined = 0, received: unworked = 0, pending: waiting = 0 } = counts
    const pending = unworked + waiting
    return { source, day, received: mapped + pending + quarantined, mapped, pending, quarantined }
  })
}
