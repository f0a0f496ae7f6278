/** Facts of linked patients: all that is asked within one tick is one read of the store. */
import DataLoader from 'dataloader'
import type { Fact, FactType } from '../model/fact'
import { facts as factsCollection } from '../store/collections'
import type { Store } from '../store/port'
import { isWithin, type Range } from './filter'
import { tooLarge, type History } from './history'
import { currentProjection, refOf } from './project'
import { hashKey, type Vocabulary } from './vocabulary'
import type { Work } from './work'

export interface Load {
  /** One opened archive: its loads of a tick are read together, and its size is bounded. */
  readonly owner: object
  readonly patients: readonly string[]
  readonly types: readonly FactType[]
  readonly range?: Range
  readonly asOf?: string
  /** What the operation may still go over, for which the owner was opened. */
  readonly work?: Work
}

export type Loader = (load: Load) => Promise<readonly Fact[]>

/** Of all linked patients together. */
export const mostFacts = 20_000

/** Loads facts; `limit` is the most that one archive may answer with. Throws ARCHIVE_TOO_LARGE. */
export function createFactLoader(options: Omit<Reading, 'limit'> & { readonly limit?: number }): Loader {
  const { store, vocabulary, history, limit = mostFacts } = options
  const reader = new DataLoader<Load, readonly Fact[]>((loads) => run(loads, { store, vocabulary, history, limit }), { cache: false })
  return (load) => reader.load(load)
}

interface Reading { readonly store: Store; readonly vocabulary: Vocabulary; readonly history: History; readonly limit: number }
/** What one owner asks for in a tick, of one kind. */
type Asked = Omit<Load, 'owner'>
type Found = readonly Fact[] | Error

async function run(loads: readonly Load[], reading: Reading): Promise<Found[]> {
  const owners = new Map<object, Load[]>()
  for (const load of loads) owners.set(load.owner, [...owners.get(load.owner) ?? [], load])
  const unions = new Map([...owners].map(([owner, own]) => [owner, unionsOf(own)]))
  const read = await readAll([...unions.values()].flat(), reading)
  const found = new Map([...unions].map(([owner, asked]) => [owner, gather(asked, read, reading.limit)]))
  return loads.map((load) => {
    const facts = found.get(load.owner) ?? []
    return facts instanceof Error ? facts : select(facts, load)
  })
}

/** Patients stand at no place in time: with a period, they are a question of their own. */
function unionsOf(loads: readonly Load[]): Asked[] {
  const [first] = loads
  if (first === undefined) return []
  const { patients, asOf, work } = first
  const base = { patients, ...(asOf === undefined ? {} : { asOf }), ...(work === undefined ? {} : { work }) }
  const types = [...new Set(loads.flatMap((load) => load.types))].toSorted()
  const clinical = loads.filter((load) => load.types.some((type) => type !== 'Patient'))
  const range = unionOfRanges(clinical)
  if (range === undefined || asOf !== undefined) return [{ ...base, types }]
  const others = types.filter((type) => type !== 'Patient')
  return [{ ...base, types: others, range }, ...(types.length > others.length ? [{ ...base, types: ['Patient'] as const }] : [])]
}

function unionOfRanges(loads: readonly Load[]): Range | undefined {
  const ranges = loads.map(({ range }) => range)
  const from = ranges.map((range) => range?.from).toSorted()[0]
  const below = ranges.map((range) => range?.below).toSorted().at(-1)
  const hasFrom = from !== undefined && ranges.every((range) => range?.from !== undefined)
  const hasBelow = below !== undefined && ranges.every((range) => range?.below !== undefined)
  return hasFrom || hasBelow ? { ...(hasFrom ? { from } : {}), ...(hasBelow ? { below } : {}) } : undefined
}

/** Questions that differ in their patients only are one read; one about the past reads by itself, and is counted to whoever asks. */
async function readAll(asked: readonly Asked[], reading: Reading): Promise<Map<Asked, Found>> {
  const alike = new Map<unknown, Asked[]>()
  for (const each of asked) {
    const key = each.asOf === undefined ? JSON.stringify([each.types, each.range]) : each
    alike.set(key, [...alike.get(key) ?? [], each])
  }
  const found = new Map<Asked, Found>()
  await Promise.all([...alike.values()].map(async (group) => {
    const facts = await readGroup(group, reading).catch(asError)
    for (const each of group) {
      if (facts instanceof Error || group.length === 1) found.set(each, facts)
      else found.set(each, facts.filter(({ patient }) => each.patients.includes(patient)))
    }
  }))
  return found
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

async function readGroup(group: readonly Asked[], { store, vocabulary, history, limit }: Reading): Promise<readonly Fact[]> {
  const [first] = group
  const patients = [...new Set(group.flatMap((each) => each.patients))]
  if (first === undefined || patients.length === 0) return []
  if (first.asOf !== undefined) return history.factsAsOf(patients, first.types, first.asOf, first.work)
  const { types, range } = first
  const where = { patient: { in: patients }, type: { in: types }, ...(range === undefined ? {} : { time: range }) }
  return refreshed(await vocabulary.unpack(await store.find(factsCollection, { where, limit: limit + 1 })), history)
}

const keyOf = (fact: Fact) => `${fact.patient} ${refOf(fact)}`

/** Facts of an older projection are made anew from what was told. */
async function refreshed(facts: readonly Fact[], history: History): Promise<readonly Fact[]> {
  const stale = facts.filter(({ projection }) => projection !== currentProjection)
  if (stale.length === 0) return facts
  const anew = new Set(stale.map(keyOf))
  const current = facts.filter((fact) => !anew.has(keyOf(fact)))
  const asked = new Map(stale.map((fact) => [keyOf(fact), { patient: fact.patient, ref: refOf(fact) }]))
  // With keys of one kind with those that were kept.
  return [...current, ...(await history.recompute([...asked.values()])).map((fact) => ({ ...fact, ...hashKey(fact) }))]
}

function gather(asked: readonly Asked[], read: ReadonlyMap<Asked, Found>, limit: number): Found {
  const found = asked.map((each) => read.get(each) ?? [])
  const failed = found.find((facts) => facts instanceof Error)
  if (failed instanceof Error) return failed
  const facts = found.length === 1 ? found[0] as readonly Fact[] : found.flat() as Fact[]
  return facts.length > limit ? tooLarge() : facts
}

/** A load gets what it asked for of what its owner's loads brought. */
function select(facts: readonly Fact[], { types, range }: Load): readonly Fact[] {
  const wanted = new Set(types)
  const isInRange = (fact: Fact) => range === undefined || fact.type === 'Patient' || isWithin(fact, range)
  return facts.filter((fact) => wanted.has(fact.type) && isInRange(fact))
}
