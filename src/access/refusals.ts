/**
 * Refused looks. Whoever is signed in can ask for anybody, so these are bounded where a ledger is not: one row for each
 * resident, day (UTC) and stranger, and at most so many a day. The number of looks is kept where a row gives way.
 */
import { refusals, type LookRow, type RefusalRow } from '../store/collections'
import type { Change, Store } from '../store/port'

/** Strangers kept of one resident's day; the newest, with one more for each process that writes at the same moment. */
export const mostStrangers = 20
/** Published operations named in one row. */
const mostAsked = 10

/**
 * What counts these refused looks, in one read of the store: to be committed while nobody else counted the same. In the same
 * calls whether there is such a resident or not.
 */
export async function refusalChanges(store: Store, refused: readonly LookRow[]): Promise<Change[]> {
  const [first] = refused.map(({ look }) => dayOf(look)).toSorted()
  if (first === undefined) return []
  const residents = [...new Set(refused.map(({ resident }) => resident))]
  const kept = await store.find(refusals, { where: { resident: { in: residents }, look: { from: first } }, limit: 2 * mostStrangers })
  const days = new Map<string, Day>()
  for (const row of refused) {
    const key = `${row.resident} ${dayOf(row.look)}`
    const day = days.get(key) ?? new Day(kept.filter((each) => each.resident === row.resident && dayOf(each.look) === dayOf(row.look)))
    days.set(key, day)
    day.count(row)
  }
  return [...days.values()].flatMap((day) => day.changes())
}

const dayOf = (look: string) => look.slice(0, 10)

/** The refused looks at one resident on one day. */
class Day {
  private readonly before: ReadonlyMap<string, RefusalRow>
  /** Newest first. */
  private rows: RefusalRow[]

  constructor(kept: readonly RefusalRow[]) {
    this.before = new Map(kept.map((row) => [row.look, row]))
    this.rows = [...kept]
  }

  count(look: LookRow): void {
    const same = this.rows.find((row) => strangerOf(row) === strangerOf(look))
    if (same !== undefined) {
      const asked = [...new Set([...same.asked, ...look.asked])].slice(0, mostAsked)
      const patients = [...new Set([...same.patients, ...look.patients])]
      this.rows = this.rows.map((row) => (row === same ? { ...same, asked, patients, count: same.count + 1 } : row))
      return
    }
    const stay = this.rows.slice(0, mostStrangers - 1)
    const gone = this.rows.slice(mostStrangers - 1).reduce((sum, { count, others }) => sum + count + others, 0)
    this.rows = [{ ...look, version: 0, count: 1, others: gone }, ...stay]
  }

  changes(): Change[] {
    const stay = new Set(this.rows.map(({ look }) => look))
    const removed = [...this.before.keys()].filter((look) => !stay.has(look))
    const [{ resident } = { resident: '' }] = this.rows
    return [
      ...removed.map((look): Change => ({ verb: 'remove', collection: refusals, key: [resident, look] })),
      ...this.rows.filter((row) => this.before.get(row.look) !== row).map((row): Change => {
        const { version } = this.before.get(row.look) ?? { version: null }
        return { verb: 'putIf', collection: refusals, version, row: { ...row, version: (version ?? 0) + 1 } }
      }),
    ]
  }
}

const strangerOf = ({ viewer, purpose }: LookRow): string => JSON.stringify([viewer.role, viewer.id, viewer.institution, purpose])
