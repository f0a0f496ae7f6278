import type { SourceMapping } from '../model/mapping'
import { entries, type EntryStatus } from '../store/collections'
import type { Store } from '../store/port'
import type { SourceCompleteness } from './api'

/** What is known of a whole source, for whichever resident. */
interface SourceState { readonly lastSpokeAt?: string; readonly waiting: number; readonly quarantined: number }

export interface Completeness {
  /** Per configured source. `linked`: source patients of the resident by source. */
  of(linked: ReadonlyMap<string, readonly string[]>, withheld: boolean): Promise<SourceCompleteness[]>
}

/** Milliseconds for which what is known of whole sources may be told again. */
const fresh = 2000
const waiting: readonly EntryStatus[] = ['received', 'pending']
const notServed: readonly EntryStatus[] = [...waiting, 'quarantined']

export function createCompleteness({ store, sources, now }: {
  readonly store: Store; readonly sources: ReadonlyMap<string, SourceMapping>; readonly now: () => Date
}): Completeness {
  let cached: { readonly at: number; readonly states: Promise<Map<string, SourceState>> } | undefined

  const states = async (): Promise<Map<string, SourceState>> => {
    const at = now().getTime()
    if (cached === undefined || Math.abs(at - cached.at) > fresh) {
      const reading = readStates(store, [...sources.keys()])
      cached = { at, states: reading }
      reading.catch(() => { cached = undefined })
    }
    return cached.states
  }

  return {
    async of(linked, withheld) {
      const patients = [...linked.values()].flat()
      const [known, own] = await Promise.all([
        states(),
        store.tally(entries, { where: { patient: { in: patients }, status: { in: notServed } }, by: ['patient', 'status'] }),
      ])
      return [...sources.values()].map(({ source }) => {
        const state = known.get(source.id) ?? { waiting: 0, quarantined: 0 }
        const charts = linked.get(source.id) ?? []
        const count = (statuses: readonly string[]) => own
          .filter(({ by }) => charts.includes(String(by.patient)) && statuses.includes(String(by.status)))
          .reduce((sum, each) => sum + each.count, 0)
        const silent = state.lastSpokeAt === undefined
          || now().getTime() - Date.parse(state.lastSpokeAt) > source.silentAfterHours * 3_600_000
        return {
          source: source.id, title: source.title, linked: charts.length > 0, connected: !silent,
          ...(state.lastSpokeAt === undefined ? {} : { lastSpokeAt: state.lastSpokeAt }),
          waiting: count(waiting), quarantined: count(['quarantined']),
          sourceWaiting: state.waiting, sourceQuarantined: state.quarantined,
          withheld: withheld && charts.length > 0,
        }
      })
    },
  }
}

async function readStates(store: Store, ids: readonly string[]): Promise<Map<string, SourceState>> {
  const [spoke, counts] = await Promise.all([
    store.find(entries, { where: { source: { in: ids }, arrival: {} }, order: 'backward', limit: 1 }),
    store.tally(entries, { where: { status: { in: notServed }, source: { in: ids } }, by: ['status', 'source'] }),
  ])
  const lastSpoke = new Map(spoke.map(({ source, receivedAt }) => [source, receivedAt]))
  return new Map(ids.map((id) => {
    const count = (statuses: readonly string[]) => counts
      .filter(({ by }) => by.source === id && statuses.includes(String(by.status))).reduce((sum, each) => sum + each.count, 0)
    const lastSpokeAt = lastSpoke.get(id)
    const state = { waiting: count(waiting), quarantined: count(['quarantined']) }
    return [id, lastSpokeAt === undefined ? state : { ...state, lastSpokeAt }]
  }))
}
