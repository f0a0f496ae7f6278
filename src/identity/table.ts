/** Links a whole table in memory, by the same keys, model and grades as the gateway links one record. Pure. */
import { blockingKeys, mostMembers } from './blocking'
import type { Features } from '../model/features'
import { bySurety, group, type Pair } from './groups'
import { judge, type Judgement, type Judging } from './judge'
import { estimate } from './score/estimate'
import { countFrequencies, shipped } from './score/model'
import { compare } from './score/levels'

export interface TableOptions {
  /** `shipped` parameters, or `estimate`d from the table itself without labels. */
  readonly parameters: 'shipped' | 'estimated'
}

export interface LinkedTable {
  /** Group of each row: the place of its first row. */
  readonly groups: readonly number[]
  /** Pairs of rows of different groups that a person should look at. */
  readonly review: readonly Pair[]
  readonly judged: (a: number, b: number) => Judgement
  readonly candidates: number
}

export function linkTable(people: readonly Features[], { parameters }: TableOptions): LinkedTable {
  const candidates = candidatePairs(people)
  const population = people.length
  const before = expectedMatches(people, candidates, { model: shipped, frequency: countFrequencies(people), population, isTable: true })
  const frequency = countFrequencies(people, before)
  const model = parameters === 'shipped' ? shipped : estimate({ people, candidates, frequency, compare, start: shipped })
  const judged = remembering(people, {
    model,
    frequency,
    population,
    isTable: true,
    expected: expectedMatches(people, candidates, { model, frequency, population, isTable: true }),
  })
  const pairs = candidates.map(([a, b]): Pair => ({ a, b, judgement: judged(a, b) }))
  const certain = pairs.filter(({ judgement }) => judgement.grade === 'certain').toSorted(bySurety(String))
  const { groups, refused } = group(people.length, judged, certain)
  const apart = pairs.filter(({ a, b, judgement }) => judgement.grade === 'possible' && groups[a] !== groups[b])
  return { groups, judged, review: onePerPair([...refused, ...apart], groups), candidates: candidates.length }
}

/** How many records of the same person each has besides, by the pairs' own probabilities: without labels. */
function expectedMatches(
  people: readonly Features[],
  candidates: readonly (readonly [number, number])[],
  judging: Judging,
): number {
  const bits = candidates.map(([a, b]) => judge(people[a] as Features, people[b] as Features, judging).bits)
  let expected = 1
  for (let round = 0; round < 5; round += 1) {
    const pairs = bits.reduce((sum, each) => sum + 1 / (1 + 2 ** -(each + Math.log2(expected))), 0)
    expected = Math.min(20, Math.max(0.1, (2 * pairs) / people.length))
  }
  return expected
}

function remembering(people: readonly Features[], judging: Judging): (a: number, b: number) => Judgement {
  const known = new Map<number, Judgement>()
  return (a, b) => {
    const [x, y] = a < b ? [a, b] : [b, a]
    const key = x * people.length + y
    const found = known.get(key) ?? judge(people[x] as Features, people[y] as Features, judging)
    known.set(key, found)
    return found
  }
}

/** Of two groups the surest pair is enough to look at. */
function onePerPair(pairs: readonly Pair[], groups: readonly number[]): Pair[] {
  const best = new Map<string, Pair>()
  for (const pair of pairs) {
    const key = [groups[pair.a], groups[pair.b]].toSorted().join(' ')
    const known = best.get(key)
    if (known === undefined || known.judgement.bits < pair.judgement.bits) best.set(key, pair)
  }
  return [...best.values()]
}

/** Pairs that share a block which is not too large. */
export function candidatePairs(people: readonly Features[]): (readonly [number, number])[] {
  const blocks = new Map<string, number[]>()
  for (const [at, person] of people.entries()) {
    for (const key of blockingKeys(person)) {
      const block = blocks.get(key)
      if (block) block.push(at)
      else blocks.set(key, [at])
    }
  }
  const found = new Set<number>()
  for (const members of blocks.values()) {
    if (members.length > mostMembers) continue
    for (const [place, a] of members.entries()) for (const b of members.slice(place + 1)) found.add(a * people.length + b)
  }
  return [...found].map((key) => [Math.floor(key / people.length), key % people.length] as const)
}
