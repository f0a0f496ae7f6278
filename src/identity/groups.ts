/** Groups of people from pairs: a function of who is there, and not of the order in which they came. Pure. */
import { isContradicted, type Judgement } from './judge'

export interface Pair {
  readonly a: number
  readonly b: number
  readonly judgement: Judgement
}
/** A person's word on two records: the machine never makes a link that a person cut, nor cuts one that a person made. */
export type Decided = 'joined' | 'cut' | undefined

export interface Grouping {
  /** Group of each record: the place of its first member. */
  readonly groups: readonly number[]
  /** Certain pairs that stand in two groups, since other members contradict. */
  readonly refused: readonly Pair[]
}

/** On the mean, members of two groups must look like one person. */
const meanFrom = -2

/**
 * Joins groups pair by pair, the surest pair first, each judged against every member: no member may contradict another, and
 * the members' mean likeness must hold. So no chain of likenesses joins two people.
 */
export function group(
  count: number,
  judged: (a: number, b: number) => Judgement,
  certain: readonly Pair[],
  decided: (a: number, b: number) => Decided = () => undefined,
): Grouping {
  const groups = Array.from({ length: count }, (_, at) => at)
  const members = groups.map((at) => [at])
  const join = (to: number, from: number) => {
    for (const member of members[from] ?? []) {
      groups[member] = to
      members[to]?.push(member)
    }
    members[from] = []
  }
  const opposes = opposing(certain, judged, decided)
  const { clear, refused } = withoutAmbiguous(certain, opposes, decided)
  for (const { a, b, judgement } of clear) {
    const [x, y] = [groups[a] ?? a, groups[b] ?? b]
    if (x === y) continue
    const [xs, ys] = [members[x] ?? [], members[y] ?? []]
    const isMade = decided(a, b) === 'joined'
    if (isMade ? isCut(xs, ys, decided) : !areOne(xs, ys, { judged, opposes })) refused.push({ a, b, judgement })
    else join(Math.min(x, y), Math.max(x, y))
  }
  return { groups, refused }
}

/** Bits by which a likeness must be surer than another to count beside it. */
const margin = 7

/**
 * Whoever is as like to two people who contradict each other is neither of them for certain. Contradictions are looked for first,
 * once for each two people: mostly there are none, however many charts a person has.
 */
function withoutAmbiguous(
  certain: readonly Pair[],
  opposes: Opposes,
  decided: (a: number, b: number) => Decided,
) {
  const near = neighboursOf(certain.filter(({ a, b }) => decided(a, b) === undefined))
  const ambiguous = new Set<Pair>()
  for (const [a, b] of contradictory(near, opposes)) {
    for (const [end, x] of near.get(a) ?? []) {
      const y = near.get(b)?.get(end)
      if (y === undefined || Math.abs(x.judgement.bits - y.judgement.bits) > margin) continue
      for (const pair of [x, y]) ambiguous.add(pair)
    }
  }
  return { clear: certain.filter((pair) => !ambiguous.has(pair)), refused: [...ambiguous] }
}

type Neighbours = ReadonlyMap<number, ReadonlyMap<number, Pair>>

function neighboursOf(pairs: readonly Pair[]): Neighbours {
  const near = new Map<number, Map<number, Pair>>()
  const learn = (from: number, to: number, pair: Pair) => {
    const known = near.get(from) ?? new Map<number, Pair>()
    near.set(from, known.set(to, pair))
  }
  for (const pair of pairs) {
    learn(pair.a, pair.b, pair)
    learn(pair.b, pair.a, pair)
  }
  return near
}

/** Two who are like a third, and contradict each other. */
function* contradictory(near: Neighbours, opposes: Opposes): Generator<readonly [number, number]> {
  const order = [...near.keys()].toSorted((x, y) => x - y)
  for (const [place, a] of order.entries()) {
    const later = order.length - place - 1
    const others = new Set<number>()
    for (const end of near.get(a)?.keys() ?? []) {
      if (others.size === later) break
      for (const b of near.get(end)?.keys() ?? []) if (b > a) others.add(b)
    }
    for (const b of others) if (opposes(a, b) === true) yield [a, b]
  }
}

const isCut = (xs: readonly number[], ys: readonly number[], decided: (a: number, b: number) => Decided) =>
  xs.some((x) => ys.some((y) => decided(x, y) === 'cut'))

/** Whether two cannot be one; undefined: nothing is to be asked of the two, since a person has answered it. */
type Opposes = (a: number, b: number) => boolean | undefined

/**
 * Two contradict each other where a person cut them, or where a rule says so and nobody has overruled it: whom a person joined in
 * spite of what speaks against it are not kept for the same reasons from others who are surely one of them.
 */
function opposing(
  certain: readonly Pair[],
  judged: (a: number, b: number) => Judgement,
  decided: (a: number, b: number) => Decided,
): Opposes {
  const joined = neighboursOf(certain.filter(({ a, b }) => decided(a, b) === 'joined'))
  const faces = new Map<number, readonly number[]>()
  const facesOf = (x: number) => {
    const known = faces.get(x) ?? [...joined.keys()].filter((z) => x === z || judged(x, z).grade === 'certain')
    faces.set(x, known)
    return known
  }
  const isAnswered = (x: number, y: number) => {
    const { against, grade } = judged(x, y)
    if (grade === 'certain') return false
    const answers = (z: number, w: number) =>
      joined.get(z)?.has(w) === true && against.every((reason) => judged(z, w).against.includes(reason))
    return facesOf(x).some((z) => facesOf(y).some((w) => answers(z, w)))
  }
  return (a, b) => {
    const word = decided(a, b)
    if (word !== undefined) return word === 'cut' ? true : undefined
    return joined.size > 0 && isAnswered(a, b) ? undefined : isContradicted(judged(a, b))
  }
}

function areOne(
  xs: readonly number[],
  ys: readonly number[],
  { judged, opposes }: { judged: (a: number, b: number) => Judgement; opposes: Opposes },
): boolean {
  let sum = 0
  let count = 0
  for (const x of xs) {
    for (const y of ys) {
      const answer = opposes(x, y)
      if (answer === true) return false
      if (answer === undefined) continue
      sum += Math.max(-30, Math.min(30, judged(x, y).bits))
      count += 1
    }
  }
  return sum >= meanFrom * count
}

/** The surest first; of equals, by their names, so that everybody comes to the same. */
export const bySurety =
  (name: (at: number) => string) =>
  (x: Pair, y: Pair): number => {
    if (x.judgement.bits !== y.judgement.bits) return y.judgement.bits - x.judgement.bits
    const [left, right] = [x, y].map(({ a, b }) => [name(a), name(b)].toSorted().join(' '))
    return (left ?? '') < (right ?? '') ? -1 : 1
  }
