/** Unsupervised estimation of the parameters from a district's own records (expectation–maximisation). Pure. */
import type { Features } from '../../model/features'
import { fieldNames, fields, type Comparison, type Field } from './levels'
import { shareOfTwins } from './twins'
import { weigh, type FieldModel, type Frequencies, type Model } from './weigh'

export interface Estimating {
  readonly people: readonly Features[]
  /** Places of records that may be one person. */
  readonly candidates: readonly (readonly [number, number])[]
  readonly frequency: Frequencies
  readonly compare: (a: Features, b: Features) => Comparison
  readonly start: Model
}

const rounds = 15
/** Pairs beyond this are sampled evenly. */
const mostPairs = 60_000
const strangers = 40_000
/** As many pairs speak for what was known before. */
const belief = 40

/**
 * u from pairs drawn evenly over the table, who are strangers but for a few; m by EM over the candidates with u held. No
 * label is looked at. What a table does not tell keeps the parameters of `start`.
 */
export function estimate({ people, candidates, frequency, compare, start }: Estimating): Model {
  const drawn = drawPairs(people.length).map(([a, b]) => compare(people[a] as Features, people[b] as Features))
  const step = Math.max(1, Math.floor(candidates.length / mostPairs))
  const seen = candidates
    .filter((_, at) => at % step === 0)
    .map(([a, b]) => compare(people[a] as Features, people[b] as Features))
  let model = {
    ...start,
    fields: mapFields((field) => ({ m: start.fields[field].m, u: share(field, drawn, () => 1, start.fields[field].u, belief) })),
  }
  let matches = 0.1
  for (let round = 0; round < rounds; round += 1) {
    const prior = Math.log2(matches / (1 - matches))
    const current = model
    const posteriors = seen.map((comparison) => 1 / (1 + 2 ** -(weigh(comparison, current, frequency).weight * calm + prior)))
    const weights = new Map(seen.map((comparison, at) => [comparison, posteriors[at] ?? 0]))
    matches = Math.min(0.95, Math.max(0.001, posteriors.reduce((sum, each) => sum + each, 0) / Math.max(1, seen.length)))
    model = {
      ...model,
      fields: mapFields((field) => ({
        u: current.fields[field].u,
        m: share(field, seen, (comparison) => weights.get(comparison) ?? 0, start.fields[field].m, belief),
      })),
    }
  }
  return { ...model, twins: Math.min(start.twins, shareOfTwins(seen)), rule: `${start.rule}+em` }
}

/** Candidates agree on what found them: their weights are taken at less than their word, so that this alone makes no match. */
const calm = 0.7

const mapFields = (make: (field: Field) => FieldModel): Record<Field, FieldModel> =>
  Object.fromEntries(fieldNames.map((field) => [field, make(field)])) as Record<Field, FieldModel>

/** Share of each level, weighted, with the start as so many pairs. */
function share(
  field: Field,
  comparisons: readonly Comparison[],
  weight: (comparison: Comparison) => number,
  start: Readonly<Record<string, number>>,
  before: number,
): Record<string, number> {
  const sums: Record<string, number> = {}
  let total = 0
  for (const comparison of comparisons) {
    const level = comparison[field]?.level
    if (level === undefined) continue
    const part = weight(comparison)
    sums[level] = (sums[level] ?? 0) + part
    total += part
  }
  return Object.fromEntries(
    fields[field].map((level) => {
      const known = start[level] ?? 1e-3
      return [level, ((sums[level] ?? 0) + known * before) / (total + before)]
    }),
  )
}

/** Pairs at even steps through the table: the same for the same table. */
function drawPairs(count: number): (readonly [number, number])[] {
  if (count < 2) return []
  return Array.from({ length: Math.min(strangers, count * 20) }, (_, at) => {
    const a = (at * 7919) % count
    const b = (at * 104_729 + Math.floor(at / count) * 31 + 1) % count
    return [a, b === a ? (b + 1) % count : b] as const
  })
}
