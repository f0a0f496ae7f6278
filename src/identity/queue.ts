/** The queue: what a steward should look at after a patient was settled. */
import { contentHash } from '../model/ids'
import { reviews, type ReviewRow, type SubjectRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Likeness } from './assign'
import { replacedRule } from './explain'
import type { Judgement } from './judge'
import type { Writing } from './write'

/** A parent's number at a child, born on another day: no question. */
const isLent = ({ against, evidence }: Judgement) =>
  against.join() === 'number-of-another' && evidence.some(({ feature }) => feature === 'birthDate:different')

const mostReviews = 16

type Settled = Pick<Writing, 'component' | 'placement' | 'groups'>

/** Who stands where now: a group that was gathered, or another resident. */
interface Standing {
  readonly homes: ReadonlyMap<string, number | string>
  /** Who was asked, and whose resident changes; where a number comes to tell nothing, all who have it. */
  readonly movers: ReadonlySet<string>
}

interface Question extends Likeness {
  readonly between: string
  /** Asked by a source's word, which is doubted. */
  readonly isDoubt: boolean
}

function standingOf({ component, groups }: Settled): Standing {
  const { asked, possible } = component
  const outside = possible.map(({ subject }) => [subject.patient, subject.resident ?? subject.patient] as const)
  const inside = groups.flatMap(({ patients }, at) => patients.map(({ patient }) => [patient, at] as const))
  const isQuarantined = component.overflowing.length > 0
  const moved = groups.flatMap(({ patients, resident }) => patients.filter((subject) => isQuarantined || subject.resident !== resident))
  return {
    homes: new Map<string, number | string>([...outside, ...inside]),
    movers: new Set([asked, ...moved].map(({ patient }) => patient)),
  }
}

/** The surest pair between each two residents: the same whoever of them came last. */
function questionsOf({ component, placement }: Settled, { homes, movers }: Standing): Question[] {
  const { replaced, judged, decided } = placement
  const between = (a: string, b: string) => [homes.get(a), homes.get(b)].map(String).toSorted().join(' ')
  const isAsked = ({ patient }: SubjectRow) => !replaced.has(patient)
  const members = component.members.filter(isAsked)
  const among = members
    .filter(({ patient }) => movers.has(patient))
    .flatMap((a) =>
      members
        .filter((b) => homes.get(a.patient) !== homes.get(b.patient))
        .map((b) => ({ a, b, judgement: judged(a, b), isDoubt: false })),
    )
  const outside = [component.asked]
    .filter(isAsked)
    .flatMap((a) => component.possible.map(({ subject: b, judgement }) => ({ a, b, judgement, isDoubt: false })))
  const likely = [...outside, ...among].filter(({ judgement }) => judgement.grade !== 'none' && !isLent(judgement))
  const doubted = placement.doubted.map((pair) => ({ ...pair, isDoubt: true }))
  const cut = new Set(
    component.decisions
      .filter(({ patient, other }) => homes.has(patient) && homes.has(other))
      .filter(({ patient, other }) => decided({ patient }, { patient: other }) === 'cut')
      .map(({ patient, other }) => between(patient, other)),
  )
  const best = new Map<string, Question>()
  for (const pair of [...likely.toSorted(bySurety), ...doubted]) {
    const key = between(pair.a.patient, pair.b.patient)
    if (!cut.has(key) && (pair.isDoubt || !best.has(key))) best.set(key, { ...pair, between: key })
  }
  return [...best.values()].toSorted((x, y) => Number(y.isDoubt) - Number(x.isDoubt) || bySurety(x, y))
}

const pairOf = ({ a, b }: Likeness) => [a.patient, b.patient].toSorted() as [string, string]

function bySurety(x: Likeness, y: Likeness): number {
  return y.judgement.bits - x.judgement.bits || (pairOf(x).join(' ') < pairOf(y).join(' ') ? -1 : 1)
}

/**
 * What a steward should look at of whoever was asked or moved: the surest pair between each two residents. Old questions that no
 * longer stand are withdrawn.
 */
export async function reviewChanges(writing: Writing, { store, rule }: { store: Store; rule: string }): Promise<Change[]> {
  const { asked } = writing.component
  const standing = standingOf(writing)
  const all = questionsOf(writing, standing)
  const questions = all.slice(0, mostReviews)
  if (questions.length === 0 && asked.settled === undefined && standing.movers.size === 1) return []
  const mates = questions.length === 0 ? [] : (writing.groups.find(({ patients }) => patients.includes(asked))?.patients ?? [])
  const ends = [...mates.map(({ patient }) => patient), ...questions.filter(({ isDoubt }) => isDoubt).flatMap(pairOf)]
  const open = await openOf([...new Set([...standing.movers, ...ends])], store)
  const wanted = questions.map((question) => {
    const review = reviewOf(question, { at: writing.word.at, rule: question.isDoubt ? replacedRule : rule })
    return { ...review, at: open.get(review.review)?.at ?? review.at }
  })
  const isStill = new Set(wanted.map(({ review }) => review))
  const asking = new Set(questions.map((question) => question.between))
  const standingStill = new Set(all.map((question) => question.between))
  return [
    ...wanted.filter((row) => JSON.stringify(open.get(row.review)?.evidence) !== JSON.stringify(row.evidence)),
    ...[...open.values()]
      .filter((row) => !isStill.has(row.review) && isStale(row, { standing, asking, standingStill, asked: asked.patient }))
      .map((row) => ({ ...row, status: 'withdrawn' })),
  ].map((row): Change => ({ verb: 'put', collection: reviews, row }))
}

/** Of who was asked, everybody who may be the same is known; of others, those who were gathered. */
function isStale(
  { patient, other }: ReviewRow,
  {
    standing: { homes, movers },
    asking,
    standingStill,
    asked,
  }: { standing: Standing; asking: ReadonlySet<string>; standingStill: ReadonlySet<string>; asked: string },
): boolean {
  if (patient === asked || other === asked) return true
  const [x, y] = [homes.get(patient), homes.get(other)]
  if (x === undefined || y === undefined) return false
  const between = [x, y].map(String).toSorted().join(' ')
  if (x === y || asking.has(between)) return true
  return !standingStill.has(between) && typeof x === 'number' && typeof y === 'number' && (movers.has(patient) || movers.has(other))
}

async function openOf(patients: readonly string[], store: Store): Promise<Map<string, ReviewRow>> {
  const found = await Promise.all([
    store.find(reviews, { where: { patient: { in: patients }, status: 'open' }, limit: 100 }),
    store.find(reviews, { where: { other: { in: patients }, status: 'open' }, limit: 100 }),
  ])
  return new Map(
    found
      .flat()
      .filter(({ kind }) => kind === 'possible')
      .map((row) => [row.review, row]),
  )
}

function reviewOf(question: Question, { at, rule }: { at: string; rule: string }): ReviewRow {
  const { judgement } = question
  const [patient, other] = pairOf(question)
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
