/** Who is one person among those who were gathered, and which resident each group is. Pure. */
import type { ResidentRow, SubjectRow } from '../store/collections'
import type { Component } from './gather'
import { bySurety, group, type Decided, type Pair } from './groups'
import { judge, type Judgement, type Judging } from './judge'

export interface Placement {
  /** Patients of each group, and the resident that it is; undefined: a new one of its own. */
  readonly groups: readonly { readonly patients: readonly SubjectRow[]; readonly resident: string | undefined }[]
  /** Pairs whose likeness is certain, and that stand apart. */
  readonly refused: readonly { readonly a: SubjectRow; readonly b: SubjectRow; readonly judgement: Judgement }[]
  readonly judged: (a: SubjectRow, b: SubjectRow) => Judgement
}

/** The same for the same people, in whatever order they came. */
export function place(component: Component, judging: Judging): Placement {
  const { members, quarantined } = component
  const own = members.filter((subject) => !isRetired(subject)).toSorted((a, b) => (a.patient < b.patient ? -1 : 1))
  const decided = decider(component)
  const judged = remembering({ ...judging, quarantined })
  const at = (a: number, b: number) => judged(own[a] as SubjectRow, own[b] as SubjectRow)
  const word = (a: number, b: number) => decided(own[a] as SubjectRow, own[b] as SubjectRow)
  const { groups, refused } = group(own.length, at, sure(own, at, word), word)
  const found = new Map<number, SubjectRow[]>()
  for (const [index, subject] of own.entries())
    found.set(groups[index] ?? index, [...(found.get(groups[index] ?? index) ?? []), subject])
  const all = withRetired([...found.values()], members.filter(isRetired))
  return {
    groups: named(all, component),
    judged,
    refused: refused.flatMap(({ a, b, judgement }) =>
      groups[a] === groups[b] ? [] : [{ a: own[a] as SubjectRow, b: own[b] as SubjectRow, judgement }],
    ),
  }
}

const isRetired = ({ features, patient }: SubjectRow) => features.replacedBy !== undefined && features.replacedBy !== patient

/** Certain pairs, those that a person made first. */
function sure(
  own: readonly SubjectRow[],
  judged: (a: number, b: number) => Judgement,
  word: (a: number, b: number) => Decided,
): Pair[] {
  const pairs: Pair[] = []
  for (let a = 0; a < own.length; a += 1)
    for (let b = a + 1; b < own.length; b += 1) {
      if (word(a, b) === 'joined' || (word(a, b) === undefined && judged(a, b).grade === 'certain'))
        pairs.push({ a, b, judgement: judged(a, b) })
    }
  const order = bySurety((index) => own[index]?.patient ?? '')
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

function decider({ decisions }: Component): (a: SubjectRow, b: SubjectRow) => Decided {
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

/**
 * A chart whose place another took goes where that one goes; where the other has not come, charts that it replaced go together.
 */
function withRetired(groups: SubjectRow[][], retired: readonly SubjectRow[]): SubjectRow[][] {
  const all = new Map(retired.map((subject) => [subject.patient, subject]))
  const lastOf = (subject: SubjectRow): string => {
    const passed = new Set<string>()
    let survivor = subject.features.replacedBy ?? subject.patient
    for (let next = all.get(survivor); next !== undefined && !passed.has(survivor); next = all.get(survivor)) {
      passed.add(survivor)
      survivor = next.features.replacedBy ?? survivor
    }
    return passed.has(survivor) ? ([...passed].toSorted()[0] ?? survivor) : survivor
  }
  const found = groups.map((each) => [...each])
  const orphans = new Map<string, SubjectRow[]>()
  for (const subject of retired) {
    const survivor = lastOf(subject)
    const home = found.find((each) => each.some(({ patient }) => patient === survivor))
    if (home) home.push(subject)
    else orphans.set(survivor, [...(orphans.get(survivor) ?? []), subject])
  }
  return [...found, ...orphans.values()]
}

/**
 * The resident that came first keeps its id where groups become one; where one becomes several, the id stays with most of its
 * patients, and who asked goes elsewhere.
 */
function named(groups: readonly SubjectRow[][], { asked, residents }: Component): Placement['groups'] {
  const order = [...residents.values()].filter(({ patients }) => patients.length > 0).toSorted(byAge)
  const names = new Map<SubjectRow[], string>()
  for (const { resident } of order) {
    const weight = (patients: readonly SubjectRow[]) =>
      patients.reduce(
        (sum, subject) => sum + (subject.resident !== resident ? 0 : subject.patient === asked.patient ? 0.5 : 1),
        0,
      )
    const best = groups.filter((each) => weight(each) > 0).toSorted((x, y) => weight(y) - weight(x))[0]
    if (best !== undefined && !names.has(best)) names.set(best, resident)
  }
  return groups.map((patients) => ({ patients, resident: names.get(patients) }))
}

const byAge = (a: ResidentRow, b: ResidentRow) => (`${a.since ?? ''} ${a.resident}` < `${b.since ?? ''} ${b.resident}` ? -1 : 1)
