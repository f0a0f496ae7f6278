/** Who is one person among those who were gathered. Pure. */
import type { SubjectRow } from '../store/collections'
import type { Component } from './gather'
import { bySurety, group, type Decided, type Pair } from './groups'
import { judge, type Judgement, type Judging } from './judge'
import { retire, type Judges, type Retiring, type Unit } from './retired'

export interface Likeness {
  readonly a: SubjectRow
  readonly b: SubjectRow
  readonly judgement: Judgement
}

export interface Placement extends Pick<Retiring, 'replaced' | 'freed' | 'doubted'>, Judges {
  /** Patients of each group. */
  readonly groups: readonly (readonly SubjectRow[])[]
  /** Pairs whose likeness is certain, and that stand apart. */
  readonly refused: readonly Likeness[]
}

/** The same for the same people, in whatever order they came. */
export function place(component: Component, judging: Judging): Placement {
  const { members, quarantined } = component
  const decided = decider(component)
  const judged = remembering({ ...judging, quarantined })
  const { units, replaced, freed, doubted } = retire(members, { judged, decided })
  const at = (a: number, b: number) => judgedOf(units[a] as Unit, units[b] as Unit, judged)
  const isDecided = component.decisions.length > 0
  const word = (a: number, b: number) => (isDecided ? wordOn(units[a] as Unit, units[b] as Unit, decided) : undefined)
  const { groups, refused } = group(units.length, at, sure(units, at, word), word)
  const found = new Map<number, SubjectRow[]>()
  for (const [index, { charts }] of units.entries()) {
    const home = groups[index] ?? index
    found.set(home, [...(found.get(home) ?? []), ...charts])
  }
  return {
    groups: [...found.values()],
    judged,
    decided,
    replaced,
    freed,
    doubted,
    refused: refused.flatMap(({ a, b, judgement }) =>
      groups[a] === groups[b] ? [] : [{ a: (units[a] as Unit).head, b: (units[b] as Unit).head, judgement }],
    ),
  }
}

const nothing: Judgement = { grade: 'none', bits: 0, probability: 0.5, evidence: [], against: [] }

/** By the chart that is in use: what a retired one told is no more. */
const judgedOf = (x: Unit, y: Unit, judged: Judges['judged']): Judgement =>
  x.isMute || y.isMute ? nothing : judged(x.head, y.head)

/** What a person said of a retired chart is said of the one that took its place. */
function wordOn(x: Unit, y: Unit, decided: Judges['decided']): Decided {
  let word: Decided
  for (const a of x.charts)
    for (const b of y.charts) {
      const each = decided(a, b)
      if (each === 'cut') return each
      word ??= each
    }
  return word
}

/** Certain pairs, those that a person made first. */
function sure(
  own: readonly Unit[],
  judged: (a: number, b: number) => Judgement,
  word: (a: number, b: number) => Decided,
): Pair[] {
  const pairs: Pair[] = []
  for (let a = 0; a < own.length; a += 1)
    for (let b = a + 1; b < own.length; b += 1) {
      if (word(a, b) === 'joined' || (word(a, b) === undefined && judged(a, b).grade === 'certain'))
        pairs.push({ a, b, judgement: judged(a, b) })
    }
  const order = bySurety((index) => own[index]?.head.patient ?? '')
  return pairs.toSorted((x, y) => Number(word(y.a, y.b) === 'joined') - Number(word(x.a, x.b) === 'joined') || order(x, y))
}

/** Charts that tell the same are judged once: a resident may have very many. */
function remembering(judging: Judging): (a: SubjectRow, b: SubjectRow) => Judgement {
  const kinds = new Map<string, number>()
  const kindOf = new Map<SubjectRow, number>()
  const known = new Map<number, Judgement>()
  const kind = (subject: SubjectRow) => {
    const told = kindOf.get(subject)
    if (told !== undefined) return told
    const features = JSON.stringify(subject.features)
    const found = kinds.get(features) ?? kinds.size
    kinds.set(features, found)
    kindOf.set(subject, found)
    return found
  }
  return (a, b) => {
    const [x, y] = a.patient < b.patient ? [a, b] : [b, a]
    const key = kind(x) * mostKinds + kind(y)
    const found = known.get(key) ?? judge(x.features, y.features, judging)
    known.set(key, found)
    return found
  }
}

const mostKinds = 1_000_000

function decider({ decisions }: Component): Judges['decided'] {
  const words = new Map<string, { at: string; verdict: string }>()
  for (const { patient, other, at, verdict } of decisions) {
    const key = [patient, other].toSorted().join(' ')
    const known = words.get(key)
    if (known === undefined || known.at < at) words.set(key, { at, verdict })
  }
  return (a, b) => {
    const verdict = words.get([a.patient, b.patient].toSorted().join(' '))?.verdict
    return verdict === 'joined' || verdict === 'cut' ? verdict : undefined
  }
}
