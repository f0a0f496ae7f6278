/** One fact of several tellers' words on it: docs/same-fact.md. Pure. */
import type { Fact } from '../model/fact'
import type { Identifier } from '../model/fhir'
import type { Source } from '../model/source'
import type { ArchiveFact } from './api'
import { partsOfPanels } from './panels'

/** How near a source is to what an institution did: the institution's own system, one that speaks for it, any other. */
export type Preference = (a: Fact, b: Fact) => number

/** Which of two tellers of one fact is served: the surer word, then the one nearer to where it was done, then by source id. */
export function createPreference(sources: ReadonlyMap<string, { readonly source: Source }>): Preference {
  const nearness = (fact: Fact): number => {
    const source = sources.get(fact.source)?.source
    if (source === undefined || fact.institution === undefined) return 100_000
    if (source.institution.id === fact.institution) return 0
    return source.institutions.some(({ id }) => id === fact.institution) ? source.institutions.length : 10_000
  }
  return (a, b) => sureness(a) - sureness(b) || nearness(a) - nearness(b) || compare(a.source, b.source) || compare(a.id, b.id)
}

const sure = new Set(['final', 'amended', 'corrected', 'finished', 'completed', 'active', 'confirmed'])
const unsure = new Set([
  'preliminary', 'registered', 'partial', 'provisional', 'differential', 'unconfirmed', 'planned', 'unknown', 'draft',
])

/** 0: done and sure; 1: nothing told; 2: not yet sure; 3: taken back. An immunization counts as surer from its primary source. */
function sureness({ record }: Fact): number {
  if (record.resourceType === 'Immunization' && record.primarySource !== undefined) return record.primarySource ? 0 : 1
  const status = 'verificationStatus' in record ? record.verificationStatus?.coding?.[0]?.code
    : 'status' in record ? record.status : undefined
  if (status === undefined) return 1
  return sure.has(status) ? 0 : unsure.has(status) ? 2 : 3
}

/**
 * Facts newest first, each with all who tell it, the preferred teller at the head. Two facts are one where their keys are
 * one and their sources are not: within a source nothing is the same as anything else.
 */
export function mergeTellers(facts: readonly Fact[], preference: Preference): ArchiveFact[] {
  const groups: Fact[][] = []
  const known = new Map<string, Fact[][]>()
  for (const fact of facts) {
    if (fact.same === undefined) {
      groups.push([fact])
      continue
    }
    const alike = known.get(fact.same)
    const group = alike && bestGroup(alike, fact)
    if (group !== undefined) group.push(fact)
    else {
      const opened = [fact]
      groups.push(opened)
      if (alike === undefined) known.set(fact.same, [opened])
      else alike.push(opened)
    }
  }
  const parts = partsOfPanels(groups, contradicts)
  const absorbed = new Set([...parts.values()].flat())
  return groups.filter((group) => !absorbed.has(group)).map((group) => withTellers(group, parts.get(group)?.flat() ?? [], preference))
    .toSorted((a, b) => newestFirst(a.fact, b.fact))
}

/** Where several stand ready, the one of the same instant. */
function bestGroup(groups: readonly Fact[][], fact: Fact): Fact[] | undefined {
  const open = groups.filter((group) => group.every((teller) => teller.source !== fact.source && !contradicts(teller, fact)))
  return open.find((group) => group[0]?.time === fact.time) ?? open[0]
}

/** Numbers that the national standard knows (门诊号, 住院号 …) mean the same from every teller; a source's own do not. */
const national = (system: string | undefined) => system?.startsWith('urn:oid:2.16.156.10011.1.') ?? false

const numbersOf = ({ record }: Fact): readonly Identifier[] =>
  ('identifier' in record && Array.isArray(record.identifier) ? record.identifier.filter(({ system }) => national(system)) : [])

/** Facts of one key are told apart by who did it, by the dose, and visits of one day by their numbers: where both tellers have one. */
function contradicts(a: Fact, b: Fact): boolean {
  if (a.apart?.some((part, index) => part !== '' && (b.apart?.[index] ?? '') !== '' && part !== b.apart?.[index])) return true
  const others = numbersOf(b)
  return numbersOf(a).some(({ system, value }) => {
    const alike = others.filter((other) => other.system === system)
    return alike.length > 0 && !alike.some((other) => other.value === value)
  })
}

/** Who tells the whole comes before who tells a part of it. */
function withTellers(group: readonly Fact[], parts: readonly Fact[], preference: Preference): ArchiveFact {
  const [only] = group
  if (only !== undefined && group.length === 1 && parts.length === 0) return { fact: only, tellers: group }
  const tellers = [...group.toSorted(preference), ...parts.toSorted(preference)]
  const [fact] = tellers
  if (fact === undefined) throw new TypeError('a group of tellers is never empty')
  return { fact, tellers }
}

export const newestFirst = (a: Pick<Fact, 'time' | 'id'>, b: Pick<Fact, 'time' | 'id'>): number =>
  (a.time > b.time ? -1 : a.time < b.time ? 1 : compare(a.id, b.id))

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

