/** What stewards decide, what systems ask, and what a resident says is not theirs. */
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import type { ResidentLink } from '../model/link'
import { decisions, links, residents, reviews, subjects, type DecisionRow, type ReviewRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { recordKey, type Stewarding, type Word } from './api'

export interface StewardingOptions {
  readonly store: Store
  readonly settle: (patient: string, word: Word) => Promise<{ readonly link: ResidentLink }>
}

export function createStewarding({ store, settle }: StewardingOptions): Stewarding {
  async function decide(pairs: readonly (readonly [string, string])[], verdict: 'joined' | 'cut', word: Word, more: readonly Change[] = []): Promise<void> {
    const rows = pairs.flatMap(([a, b]) => [[a, b], [b, a]]).map(([patient, other]): DecisionRow =>
      ({ patient: patient ?? '', other: other ?? '', at: word.at, verdict, by: word.by, reason: word.reason }))
    const changes = [...rows.map((row): Change => ({ verb: 'put', collection: decisions, row })), ...more]
    await store.commit(`decide:${contentHash([JSON.stringify(changes)])}`, changes)
  }

  const patientsOf = async (resident: string): Promise<readonly string[]> => {
    const row = await store.get(residents, [resident])
    if (row === undefined || row.patients.length === 0) throw new HutongError('NOT_FOUND', 'There is no such resident.', 'resident')
    return row.patients
  }

  /** Changes what is withheld of a resident, together with the case; again where the resident was changed first. */
  async function withhold(asked: string, change: (known: readonly string[]) => readonly string[], beside: Change): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      let row = await store.get(residents, [asked])
      if (row?.mergedInto !== undefined) row = await store.get(residents, [row.mergedInto])
      if (row === undefined) throw new HutongError('NOT_FOUND', 'There is no such resident.', 'resident')
      const changes: Change[] = [{ verb: 'putIf', collection: residents, version: row.version, row: { ...row, version: row.version + 1, withheld: change(row.withheld ?? []) } }, beside]
      if ((await store.commit(`withhold:${contentHash([JSON.stringify(changes)])}`, changes)).ok) return
    }
    throw new HutongError('CONFLICT', 'The resident is changed by others without pause.')
  }

  return {
    async reviewQueue({ after, limit }) {
      const rows = await store.find(reviews, { where: { status: 'open' }, limit, ...(after === undefined ? {} : { after: { ...after, status: 'open' as const } }) })
      return standing(rows, store)
    },

    subjectsOf: (patients) => store.getMany(subjects, patients.map((patient) => [patient])),

    async decideReview(id, verdict, word) {
      const row = await store.get(reviews, [id])
      if (row === undefined) throw new HutongError('NOT_FOUND', 'There is no such question.', 'review')
      const decided: ReviewRow = { ...row, status: verdict, decidedBy: word.by, decidedAt: word.at, reason: word.reason }
      const change: Change = { verb: 'put', collection: reviews, row: decided }
      if (row.kind === 'not-mine') await withhold(row.resident ?? '', (known) => (verdict === 'cut' ? known : known.filter((key) => row.records?.includes(key) !== true)), change)
      else {
        await decide([[row.patient, row.other]], verdict, word, [change])
        for (const patient of [row.patient, row.other]) await settle(patient, word)
      }
      return decided
    },

    async mergeResidents(one, other, word) {
      const [a, b] = await Promise.all([patientsOf(one), patientsOf(other)])
      const [first, second] = [a.toSorted()[0] ?? '', b.toSorted()[0] ?? '']
      if (one === other) throw new HutongError('BAD_ARGUMENT', 'These are one resident already.', 'other')
      await decide([[first, second]], 'joined', word)
      return (await settle(first, word)).link.resident
    },

    async splitPatient(patient, word) {
      const [link] = await store.find(links, { where: { patient }, order: 'backward', limit: 1 })
      if (link === undefined) throw new HutongError('NOT_FOUND', 'There is no such patient.', 'patient')
      const others = (await patientsOf(link.resident)).filter((each) => each !== patient)
      if (others.length === 0) throw new HutongError('BAD_ARGUMENT', 'The patient is a resident of its own already.', 'patient')
      await decide(others.map((other) => [patient, other] as const), 'cut', word)
      return (await settle(patient, word)).link.resident
    },

    async reportNotMine({ resident, records }, word) {
      const keys = records.map(recordKey).toSorted()
      const review: ReviewRow = {
        review: contentHash(['not-mine', resident, ...keys]).slice(0, 32), status: 'open', kind: 'not-mine', patient: records[0]?.patient ?? '', other: '', resident,
        records: keys, at: word.at, evidence: [], against: [], rule: 'resident/1', decidedBy: word.by, reason: word.reason,
      }
      await withhold(resident, (known) => [...new Set([...known, ...keys])], { verb: 'put', collection: reviews, row: review })
      return review
    },

    async linkHistory(patient) {
      return store.find(links, { where: { patient }, limit: 1000 })
    },
  }
}

/** Questions that the links have not answered since, one for each two residents: the surest. */
async function standing(rows: readonly ReviewRow[], store: Store): Promise<ReviewRow[]> {
  const patients = [...new Set(rows.flatMap(({ patient, other }) => [patient, other]).filter((patient) => patient !== ''))]
  const known = new Map((await store.getMany(subjects, patients.map((patient) => [patient]))).map(({ patient, resident }) => [patient, resident ?? patient]))
  const best = new Map<string, ReviewRow>()
  for (const row of rows) {
    const [a, b] = [row.patient, row.other].map((patient) => known.get(patient) ?? patient)
    if (row.other !== '' && a === b) continue
    const key = row.other === '' ? row.review : [a, b].toSorted().join(' ')
    if ((best.get(key)?.probability ?? -1) < (row.probability ?? 0)) best.set(key, row)
  }
  return rows.filter((row) => [...best.values()].includes(row))
}
