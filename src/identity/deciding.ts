/** Remembers what a person decided: of every two charts of two sides, so that what it says holds for all of them. */
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import { decisions, residents, subjects, type DecisionRow, type ResidentRow, type ReviewRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Word } from './api'
import { throughMerges } from './merges'

export interface Decision {
  readonly verdict: 'joined' | 'cut'
  readonly word: Word
}

export type Sides = readonly [readonly string[], readonly string[]]

/** Under both of each two, in one commit with `more`. */
export async function decide(
  store: Store,
  [ones, others]: Sides,
  { verdict, word: { at, by, reason } }: Decision,
  more: readonly Change[] = [],
): Promise<void> {
  const rows = ones.flatMap((a) =>
    others.flatMap((b): DecisionRow[] => [
      { patient: a, other: b, at, verdict, by, reason },
      { patient: b, other: a, at, verdict, by, reason },
    ]),
  )
  const changes = [...rows.map((row): Change => ({ verb: 'put', collection: decisions, row })), ...more]
  await store.commit(`decide:${contentHash([JSON.stringify(changes)])}`, changes)
}

/** Who it is now, by any id that it ever had. Throws NOT_FOUND. */
export async function residentNow(store: Store, id: string): Promise<ResidentRow> {
  const row = await throughMerges(id, (each) => store.get(residents, [each]))
  if (row === undefined || row.patients.length === 0)
    throw new HutongError('NOT_FOUND', 'There is no such resident.', 'resident')
  return row
}

const mostDecisions = 5000

/**
 * Of whom a question is: of all charts of the two residents, since a steward has seen these. Where it is answered anew and the
 * two are one by now, of those on whom it was answered before; else of the pair.
 */
export async function sidesOf(store: Store, { patient, other, decidedAt }: ReviewRow): Promise<Sides> {
  const [a, b] = await Promise.all([patient, other].map(async (id) => (await store.get(subjects, [id]))?.resident))
  if (a !== b && a !== undefined && b !== undefined) {
    const [x, y] = await Promise.all([residentNow(store, a), residentNow(store, b)])
    return [x.patients, y.patients]
  }
  if (decidedAt === undefined) return [[patient], [other]]
  const said = await store.find(decisions, { where: { patient: { in: [patient, other] } }, limit: mostDecisions })
  const others = (id: string) => said.filter((row) => row.patient === id && row.at === decidedAt).map((row) => row.other)
  const sides: Sides = [others(other), others(patient)]
  return sides.some((side) => side.length === 0) ? [[patient], [other]] : sides
}
