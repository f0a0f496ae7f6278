/** What a resident says is not theirs is in no answer until a steward has decided. */
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import { residents, reviews, type ReviewRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { recordKey, type Stewarding, type Word } from './api'

const attempts = 20

export interface Withholding {
  readonly reportNotMine: Stewarding['reportNotMine']
  /** Of a decided case: `cut`, and the records stay away; `joined`, and they are shown again. */
  settleCase(decided: ReviewRow, verdict: 'joined' | 'cut'): Promise<void>
}

export function createWithholding(store: Store): Withholding {
  /** Changes what is withheld of a resident, together with the case; again where the resident was changed first. */
  async function withhold(
    asked: string,
    change: (known: readonly string[]) => readonly string[],
    review: ReviewRow,
  ): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      let row = await store.get(residents, [asked])
      if (row?.mergedInto !== undefined) row = await store.get(residents, [row.mergedInto])
      if (row === undefined) throw new HutongError('NOT_FOUND', 'There is no such resident.', 'resident')
      const changed = { ...row, version: row.version + 1, withheld: change(row.withheld ?? []) }
      const changes: Change[] = [
        { verb: 'putIf', collection: residents, version: row.version, row: changed },
        { verb: 'put', collection: reviews, row: review },
      ]
      if ((await store.commit(`withhold:${contentHash([JSON.stringify(changes)])}`, changes)).ok) return
    }
    throw new HutongError('CONFLICT', 'The resident is changed by others without pause.')
  }

  return {
    async reportNotMine({ resident, records }, word) {
      const review = caseOf(resident, records.map(recordKey).toSorted(), records[0]?.patient ?? '', word)
      await withhold(resident, (known) => [...new Set([...known, ...(review.records ?? [])])], review)
      return review
    },
    settleCase: (decided, verdict) =>
      withhold(
        decided.resident ?? '',
        (known) => (verdict === 'cut' ? known : known.filter((key) => !decided.records?.includes(key))),
        decided,
      ),
  }
}

function caseOf(resident: string, records: readonly string[], patient: string, { at, by, reason }: Word): ReviewRow {
  const review = contentHash(['not-mine', resident, ...records]).slice(0, 32)
  const base = { review, status: 'open' as const, kind: 'not-mine' as const, patient, other: '', resident, records, at }
  return { ...base, evidence: [], against: [], rule: 'resident/1', decidedBy: by, reason }
}
