/** What a load leaves in the store, without instants and what goes by them: to compare one way of loading with another. */
import { loadSources } from '../../mappers'
import type { SeedUpload } from '../../seed'
import { composeGateway, type Gateway } from '../../src/gateway'
import { createLog } from '../../src/operation/log'
import { createMetrics } from '../../src/operation/metrics'
import { openStore } from '../../src/store'
import { blocks, changes, entries, facts, lanes, links, residents, resources, search, uploads } from '../../src/store/collections'
import type { Collection, Store } from '../../src/store/port'

export const idKey = 'a-key-for-the-ids-of-the-tests-of-gateways'
export const tokenKey = 'a-key-for-the-tokens-of-tests-on-mongodb'

export interface State {
  readonly entries: readonly string[]
  readonly uploads: readonly string[]
  /** Of the patients: of a directory, those that tell nothing new are not kept, and which these are goes by how they meet. */
  readonly tellings: readonly string[]
  readonly facts: readonly string[]
  /** Source patients who are one resident. */
  readonly residents: readonly string[]
  readonly terms: readonly string[]
}

export async function stateOf(store: Store): Promise<State> {
  const [links_, residents_] = [await all(store, links), await all(store, residents)]
  const current = new Map(links_.map(link => [link.patient, link.resident]))
  const members = groupBy([...current.keys()], patient => current.get(patient))
  const listed = residents_.filter(({ patients }) => patients.length > 0).map(row => [row.resident, row.patients.toSorted()])
  expect(listed.toSorted()).toEqual([...members].map(([resident, patients]) => [resident, patients.toSorted()]).toSorted())
  return {
    entries: (await all(store, entries)).map(({ entry, source, status, reason, resources: told }) =>
      JSON.stringify([entry, source, status, reason?.code, told?.toSorted()])).toSorted(),
    uploads: (await all(store, uploads)).map(({ upload, size }) => `${upload} ${size}`).toSorted(),
    tellings: (await all(store, resources)).filter(({ patient }) => !patient.startsWith('directory:'))
      .map(({ patient, ref, entry, manner, removed, resource }) => JSON.stringify([patient, ref, entry, manner, removed, resource])).toSorted(),
    facts: (await all(store, facts)).map(({ patient, type, time, id, same, record }) =>
      JSON.stringify([patient, type, time, id, same, record])).toSorted(),
    residents: [...members.values()].map(patients => patients.toSorted().join(' ')).toSorted(),
    terms: (await all(store, search)).map(({ term, patient }) => `${term} ${patient}`).toSorted(),
  }
}

/** Nothing waits, no change stands behind its lane's `last` (to which readers of changes go), no block has a member twice. */
export async function expectAccounts(store: Store): Promise<void> {
  const given = groupBy(await all(store, changes), ({ lane }) => lane)
  for (const { lane, last } of await all(store, lanes)) {
    expect(Math.max(0, ...(given.get(lane) ?? []).map(({ seq }) => seq))).toBeLessThanOrEqual(last)
  }
  const counts = await store.tally(entries, { where: {}, by: ['status'] })
  expect(counts.filter(({ by }) => by['status'] === 'received')).toEqual([])
  const members = (await all(store, blocks)).map(({ block, patient }) => `${block} ${patient}`)
  expect(new Set(members).size).toBe(members.length)
}

/** Tells what lacks and what is too much, where two states differ. */
export function expectSame(state: State, expected: State): void {
  const lacks = (of: readonly string[], than: readonly string[]): string[] => {
    const left = [...than]
    for (const row of of) if (left.includes(row)) left.splice(left.indexOf(row), 1)
    return left.slice(0, 5)
  }
  for (const kind of Object.keys(expected) as (keyof State)[]) {
    expect({ kind, lacking: lacks(state[kind], expected[kind]), tooMuch: lacks(expected[kind], state[kind]) })
      .toEqual({ kind, lacking: [], tooMuch: [] })
  }
}

/** The state that the same uploads leave where nothing goes wrong: on SQLite, in memory. */
export async function quietState(sent: Iterable<SeedUpload>): Promise<State> {
  const store = await openStore('sqlite::memory:')
  const gateway = compose(store)
  for (const { source, name, bytes } of sent) await gateway.journal.append({ source, bytes, context: { name } })
  await (await gateway.work()).idle()
  await expectAccounts(store)
  const state = await stateOf(store)
  await gateway.close()
  return state
}

/** A gateway on a store, as `main` puts it together. */
export const compose = (store: Store): Gateway => composeGateway({
  store, mappings: loadSources({ idKey }), idKey, tokenKey, relationDays: 90, now: () => Date.now(),
  log: createLog('silent'), metrics: createMetrics(),
})

/** Resolves when nothing waits in the journal any more. */
export async function worked(store: Store, withinMs: number): Promise<void> {
  for (const began = Date.now(); ;) {
    const [waits] = await store.find(entries, { where: { status: 'received' }, limit: 1 })
    if (!waits) return
    if (Date.now() - began > withinMs) throw new Error('records still wait in the journal')
    await new Promise(resolve => { setTimeout(resolve, 200) })
  }
}

export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...groups.get(keyOf(item)) ?? [], item])
  return groups
}

async function all<R extends object>(store: Store, collection: Collection<R>): Promise<R[]> {
  const rows: R[] = []
  for (;;) {
    const after = rows.at(-1)
    const page = await store.find(collection, { where: {}, limit: 500, withoutBytes: true, ...after ? { after } : {} })
    rows.push(...page)
    if (page.length < 500) return rows
  }
}
