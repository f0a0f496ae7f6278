/** What stewards decide of who is whom; what is withheld meanwhile is in `withholding.ts`. */
import { HutongError } from '../model/errors'
import type { ResidentLink } from '../model/link'
import { links, reviews, subjects, type ReviewRow } from '../store/collections'
import type { Store } from '../store/port'
import type { Stewarding, Word } from './api'
import { decide, residentNow, sidesOf } from './deciding'
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
        const sides = await sidesOf(store, row)
        await decide(store, sides, { verdict, word }, [{ verb: 'put', collection: reviews, row: decided }])
        for (const patient of [row.patient, row.other]) await settle(patient, word)
      }
      return decided
    },
  }
}

const leastPage = 50

function createReading(store: Store): Pick<Stewarding, 'reviewQueue' | 'subjectsOf' | 'linkHistory'> {
  return {
    async reviewQueue({ after, limit }) {
      const found: ReviewRow[] = []
      for (let from = after, isMore = true; isMore && found.length < limit; ) {
        const where = { where: { status: 'open' }, limit: Math.max(limit, leastPage) }
        const rows = await store.find(reviews, from === undefined ? where : { ...where, after: { ...from, status: 'open' } })
        found.push(...(await standing(rows, store)))
        from = rows.at(-1)
        isMore = rows.length === where.limit
      }
      return (await standing(found, store)).slice(0, limit)
    },
    subjectsOf: (patients) => subjectsOf(store, patients),
    linkHistory: (patient) => store.find(links, { where: { patient }, limit: 1000 }),
  }
}

function createMoving({ store, settle }: StewardingOptions): Pick<Stewarding, 'mergeResidents' | 'splitPatient'> {
  return {
    async mergeResidents(one, other, word) {
      const [a, b] = await Promise.all([residentNow(store, one), residentNow(store, other)])
      if (a.resident === b.resident) throw new HutongError('BAD_ARGUMENT', 'These are one resident already.', 'other')
      await decide(store, [a.patients, b.patients], { verdict: 'joined', word })
      return (await settle(a.patients[0] ?? '', word)).link.resident
    },

    async splitPatient(patients, word) {
      const own = new Set(typeof patients === 'string' ? [patients] : patients)
      const found = await subjectsOf(store, [...own])
      const [resident] = found.map((subject) => subject.resident)
      if (found.length < own.size || resident === undefined)
        throw new HutongError('NOT_FOUND', 'There is no such patient.', 'patient')
      if (found.some((subject) => subject.resident !== resident))
        throw new HutongError('BAD_ARGUMENT', 'These patients are several residents already.', 'patient')
      const others = (await residentNow(store, resident)).patients.filter((each) => !own.has(each))
      if (others.length === 0) throw new HutongError('BAD_ARGUMENT', 'The patient is a resident of its own already.', 'patient')
      await decide(store, [[...own], others], { verdict: 'cut', word })
      return (await settle(found[0]?.patient ?? '', word)).link.resident
    },
  }
}

const subjectsOf = (store: Store, patients: readonly string[]) => {
  const keys = patients.map((patient) => [patient] as const)
  return keys.length === 0 ? Promise.resolve([]) : store.getMany(subjects, keys)
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
