/** What a resident says is not theirs is in no answer until a steward has decided. */
import { HutongError, whereFound } from '../model/errors'
import { contentHash } from '../model/ids'
import { residents, reviews, subjects, type ResidentRow, type ReviewRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { recordKey, type Stewarding, type Word } from './api'
import { residentNow } from './deciding'

const attempts = 20

export interface Withholding {
  readonly reportNotMine: Stewarding['reportNotMine']
  /** Of a decided case: `cut`, and the records stay away from who reported them; `joined`, and they are shown again. */
  settleCase(decided: ReviewRow, verdict: 'joined' | 'cut'): Promise<void>
}

export function createWithholding(store: Store): Withholding {
  /** Changes what is withheld of residents, together with the case; again where one of them was changed first. */
  async function withhold(
    review: ReviewRow,
    rowsOf: () => Promise<readonly ResidentRow[]>,
    change: (known: readonly string[], row: ResidentRow) => Promise<readonly string[]>,
  ): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const changes: Change[] = [{ verb: 'put', collection: reviews, row: review }]
      for (const row of await rowsOf()) {
        const changed = { ...row, version: row.version + 1, withheld: await change(row.withheld ?? [], row) }
        changes.push({ verb: 'putIf', collection: residents, version: row.version, row: changed })
      }
      if ((await store.commit(`withhold:${contentHash([JSON.stringify(changes)])}`, changes)).ok) return
    }
    throw new HutongError('CONFLICT', 'The resident is changed by others without pause.')
  }

  return {
    async reportNotMine({ resident, records }, word) {
      const review = caseOf(resident, records.map(recordKey).toSorted(), records[0]?.patient ?? '', word)
      await withhold(
        review,
        async () => [await residentNow(store, resident)],
        async (known) => [...new Set([...known, ...(review.records ?? [])])],
      )
      return review
    },

    settleCase: (decided, verdict) =>
      withhold(
        decided,
        () => holdersOf(store, decided),
        async (known, row) => {
          const own = known.filter((key) => decided.records?.includes(key) !== true)
          if (verdict === 'joined' || !(await isOf(store, decided, row.resident))) return own
          const here = decided.records?.filter((key) => row.patients.includes(patientOf(key))) ?? []
          return [...new Set([...own, ...here])]
        },
      ),
  }
}

export const patientOf = (key: string): string => key.slice(0, key.indexOf(' '))

/** Whose the records are now, wherever their charts went since they were reported. */
async function holdersOf(store: Store, { records = [] }: ReviewRow): Promise<readonly ResidentRow[]> {
  const patients = [...new Set(records.map(patientOf))].map((patient) => [patient])
  const found = patients.length === 0 ? [] : await store.getMany(subjects, patients)
  const ids = [...new Set(found.flatMap(({ resident }) => resident ?? []))].map((resident) => [resident])
  return ids.length === 0 ? [] : store.getMany(residents, ids)
}

/** Whether the resident is who said that the records are not theirs. */
async function isOf(store: Store, { resident: reporter = '' }: ReviewRow, resident: string): Promise<boolean> {
  const now = await whereFound(residentNow(store, reporter))
  return now?.resident === resident
}

/** Every report is a case of its own: a steward's word on an earlier one stands. */
function caseOf(resident: string, records: readonly string[], patient: string, { at, by, reason }: Word): ReviewRow {
  const review = contentHash(['not-mine', resident, at, ...records]).slice(0, 32)
  const base = { review, status: 'open' as const, kind: 'not-mine' as const, patient, other: '', resident, records, at }
  return { ...base, evidence: [], against: [], rule: 'resident/1', decidedBy: by, reason }
}

const mostCases = 1000

/**
 * What is withheld of residents whose charts change (`homeOf`: which patient goes where): while a case is open its records are
 * in nobody's answer; once it was decided that they are not the reporter's, in none of theirs. What was withheld (`before`) by a
 * case that is kept under another chart goes with its own.
 */
export async function withheldIn(
  store: Store,
  { homeOf, before }: { readonly homeOf: ReadonlyMap<string, string>; readonly before: readonly string[] },
  residentOf: (id: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const where = { patient: { in: [...homeOf.keys()] }, status: { in: ['open', 'cut'] } }
  const cases = (await store.find(reviews, { where, limit: mostCases })).filter(({ kind }) => kind === 'not-mine')
  const known = new Set(cases.flatMap(({ records = [] }) => records))
  const found = new Map<string, string[]>()
  const withhold = (key: string, home: string | undefined) => {
    if (home !== undefined) found.set(home, [...(found.get(home) ?? []), key])
  }
  for (const key of before) if (!known.has(key)) withhold(key, homeOf.get(patientOf(key)))
  for (const { status, resident: reporter, records = [] } of cases) {
    const only = status === 'cut' && reporter !== undefined ? await residentOf(reporter) : undefined
    for (const key of records) {
      const home = homeOf.get(patientOf(key))
      if (status === 'open' || home === only) withhold(key, home)
    }
  }
  return found
}
