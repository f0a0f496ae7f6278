/** The queue: what a steward should look at after a patient was settled. */
import { contentHash } from '../model/ids'
import { reviews, type ReviewRow, type SubjectRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Judgement } from './judge'
import type { Writing } from './write'

/** A parent's number at a child, born on another day: no question. */
const isLent = ({ against, evidence }: Judgement) =>
  against.join() === 'number-of-another' && evidence.some(({ feature }) => feature === 'birthDate:different')

const mostReviews = 8

interface Question {
  readonly subject: SubjectRow
  readonly judgement: Judgement
}

/** The surest pair with each other resident, the surest first. */
function questionsOf({ component, placement }: Pick<Writing, 'component' | 'placement'>): Question[] {
  const { asked } = component
  const own = new Set(placement.groups.find(({ patients }) => patients.includes(asked))?.patients)
  const among = component.members
    .filter((other) => !own.has(other) && other.features.replacedBy === undefined)
    .map((subject) => ({ subject, judgement: placement.judged(asked, subject) }))
    .filter(({ judgement }) => judgement.grade !== 'none')
  const cut = new Set(component.decisions.filter(({ patient }) => patient === asked.patient).map(({ other }) => other))
  const best = new Map<string, Question>()
  for (const pair of [...component.possible, ...among]) {
    const key = pair.subject.resident ?? pair.subject.patient
    if (
      !cut.has(pair.subject.patient) &&
      !isLent(pair.judgement) &&
      pair.judgement.bits > (best.get(key)?.judgement.bits ?? -Infinity)
    )
      best.set(key, pair)
  }
  return [...best.values()].toSorted((a, b) => b.judgement.bits - a.judgement.bits).slice(0, mostReviews)
}

/**
 * What a steward should look at of the patient: the surest pair with each other resident. Old questions that no longer stand are
 * withdrawn.
 */
export async function reviewChanges(
  { component, placement, word }: Writing,
  { store, rule }: { store: Store; rule: string },
): Promise<Change[]> {
  const { asked } = component
  const wanted = questionsOf({ component, placement }).map(({ subject, judgement }) =>
    reviewOf(asked, subject, { judgement, at: word.at, rule }),
  )
  if (wanted.length === 0 && asked.settled === undefined) return []
  const [mine, theirs] = await Promise.all([
    store.find(reviews, { where: { patient: asked.patient, status: 'open' }, limit: 100 }),
    store.find(reviews, { where: { other: asked.patient, status: 'open' }, limit: 100 }),
  ])
  const open = new Map([...mine, ...theirs].filter(({ kind }) => kind === 'possible').map((row) => [row.review, row]))
  const stale = [...open.values()].filter(({ review }) => !wanted.some((row) => row.review === review))
  return [
    ...wanted
      .filter((row) => JSON.stringify(open.get(row.review)?.evidence) !== JSON.stringify(row.evidence))
      .map((row): Change => ({ verb: 'put', collection: reviews, row })),
    ...stale.map((row): Change => ({ verb: 'put', collection: reviews, row: { ...row, status: 'withdrawn' } })),
  ]
}

function reviewOf(
  a: SubjectRow,
  b: SubjectRow,
  { judgement, at, rule }: { judgement: Judgement; at: string; rule: string },
): ReviewRow {
  const [patient, other] = [a.patient, b.patient].toSorted() as [string, string]
  return {
    review: contentHash(['pair', patient, other]).slice(0, 32),
    status: 'open',
    kind: 'possible',
    patient,
    other,
    at,
    probability: Math.round(judgement.probability * 1e4) / 1e4,
    evidence: judgement.evidence,
    against: judgement.against,
    rule,
  }
}
