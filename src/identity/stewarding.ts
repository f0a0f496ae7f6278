/** What stewards decide of who is whom; what is withheld meanwhile is in `withholding.ts`. */
import { HutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import type { ResidentLink } from '../model/link'
import { decisions, links, residents, reviews, subjects, type DecisionRow, type ReviewRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Stewarding, Word } from './api'
import { createWithholding } from './withholding'

export interface StewardingOptions {
  readonly store: Store
  readonly settle: (patient: string, word: Word) => Promise<{ readonly link: ResidentLink }>
}

export function createStewarding({ store, settle }: StewardingOptions): Stewarding {
  const { reportNotMine, settleCase } = createWithholding(store)
  return {
    ...createReading(store),
    ...createMoving({ store, settle }),
    reportNotMine,

    async decideReview(id, verdict, word) {
      const row = await store.get(reviews, [id])
      if (row === undefined) throw new HutongError('NOT_FOUND', 'There is no such question.', 'review')
      const decided: ReviewRow = { ...row, status: verdict, decidedBy: word.by, decidedAt: word.at, reason: word.reason }
      if (row.kind === 'not-mine') await settleCase(decided, verdict)
      else {
        await decide(store, [[row.patient, row.other]], { verdict, word }, [{ verb: 'put', collection: reviews, row: decided }])
        for (const patient of [row.patient, row.other]) await settle(patient, word)
      }
      return decided
    },
  }
}

function createReading(store: Store): Pick<Stewarding, 'reviewQueue' | 'subjectsOf' | 'linkHistory'> {
  return {
    async reviewQueue({ after, limit }) {
      const from = after === undefined ? {} : { after: { ...after, status: 'open' as const } }
      return standing(await store.find(reviews, { where: { status: 'open' }, limit, ...from }), store)
    },
    subjectsOf: (patients) => subjectsOf(store, patients),
    linkHistory: (patient) => store.find(links, { where: { patient }, limit: 1000 }),
  }
}

function createMoving({ store, settle }: StewardingOptions): Pick<Stewarding, 'mergeResidents' | 'splitPatient'> {
  const patientsOf = async (resident: string): Promise<readonly string[]> => {
    const row = await store.get(residents, [resident])
    if (row === undefined || row.patients.length === 0)
      throw new HutongError('NOT_FOUND', 'There is no such resident.', 'resident')
    return row.patients
  }
  return {
    async mergeResidents(one, other, word) {
      const [a, b] = await Promise.all([patientsOf(one), patientsOf(other)])
      const [first, second] = [a.toSorted()[0] ?? '', b.toSorted()[0] ?? '']
      if (one === other) throw new HutongError('BAD_ARGUMENT', 'These are one resident already.', 'other')
      await decide(store, [[first, second]], { verdict: 'joined', word })
      return (await settle(first, word)).link.resident
    },

    async splitPatient(patient, word) {
      const [link] = await store.find(links, { where: { patient }, order: 'backward', limit: 1 })
      if (link === undefined) throw new HutongError('NOT_FOUND', 'There is no such patient.', 'patient')
      const others = (await patientsOf(link.resident)).filter((each) => each !== patient)
      if (others.length === 0) throw new HutongError('BAD_ARGUMENT', 'The patient is a resident of its own already.', 'patient')
      const pairs = others.map((other) => [patient, other] as const)
      await decide(store, pairs, { verdict: 'cut', word })
      return (await settle(patient, word)).link.resident
    },
  }
}

const subjectsOf = (store: Store, patients: readonly string[]) => {
  const keys = patients.map((patient) => [patient] as const)
  return store.getMany(subjects, keys)
}

interface Decision {
  readonly verdict: 'joined' | 'cut'
  readonly word: Word
}

/** Remembers what a person decided of pairs of source patients, under both of each. */
async function decide(
  store: Store,
  pairs: readonly (readonly [string, string])[],
  { verdict, word: { at, by, reason } }: Decision,
  more: readonly Change[] = [],
): Promise<void> {
  const rows = pairs.flatMap(([a, b]): DecisionRow[] => [
    { patient: a, other: b, at, verdict, by, reason },
    { patient: b, other: a, at, verdict, by, reason },
  ])
  const changes = [...rows.map((row): Change => ({ verb: 'put', collection: decisions, row })), ...more]
  await store.commit(`decide:${contentHash([JSON.stringify(changes)])}`, changes)
}

/** Questions that the links have not answered since, one for each two residents: the surest. */
async function standing(rows: readonly ReviewRow[], store: Store): Promise<ReviewRow[]> {
  const patients = [...new Set(rows.flatMap(({ patient, other }) => [patient, other]).filter((patient) => patient !== ''))]
  const known = new Map((await subjectsOf(store, patients)).map(({ patient, resident }) => [patient, resident ?? patient]))
  const best = new Map<string, ReviewRow>()
  for (const row of rows) {
    const [a, b] = [row.patient, row.other].map((patient) => known.get(patient) ?? patient)
    if (row.other !== '' && a === b) continue
    const key = row.other === '' ? row.review : [a, b].toSorted().join(' ')
    if ((best.get(key)?.probability ?? -1) < (row.probability ?? 0)) best.set(key, row)
  }
  const kept = new Set(best.values())
  return rows.filter((row) => kept.has(row))
}
