import { readAccount } from '../../src/intake'
import { changes, entries, links, residents, resources, uploads } from '../../src/store/collections'
import type { Collection, Store } from '../../src/store/port'

/** What must be nothing, or equal, when all is worked. */
export interface Judgement { readonly what: string; readonly found: number; readonly wanted: number; readonly holds: boolean }

/** Compares what is kept with what the senders were told: `acknowledged` are the entries that a gateway said it has. */
export async function judge(store: Store, { acknowledged, sources }: {
  readonly acknowledged: ReadonlySet<string>
  readonly sources: readonly string[]
}): Promise<Judgement[]> {
  const judgements: Judgement[] = []
  const must = (what: string, found: number, wanted: number): void => void judgements.push({ what, found, wanted, holds: found === wanted })
  const accounts = await readAccount({ store, sources })
  const sum = (pick: (day: (typeof accounts)[number]) => number): number => accounts.reduce((total, day) => total + pick(day), 0)
  const kept = new Map<string, readonly string[]>()
  const bytes = new Set<string>()
  for await (const { upload } of rowsOf(store, uploads)) bytes.add(upload)
  const state = { unknown: 0, unworked: 0, withoutBytes: 0 }
  for await (const row of rowsOf(store, entries)) {
    if (!acknowledged.has(row.entry)) state.unknown += 1
    if (row.status === 'received') state.unworked += 1
    if (!bytes.has(row.upload)) state.withoutBytes += 1
    kept.set(row.entry, row.status === 'mapped' ? row.resources ?? [] : [])
  }
  must('lost: acknowledged records that are not in the journal', [...acknowledged].filter(entry => !kept.has(entry)).length, 0)
  must('doubled: records in the journal that nobody was told of', state.unknown, 0)
  must('records in the journal whose bytes are not there', state.withoutBytes, 0)
  must('records still unworked', state.unworked, 0)
  must('accounts: mapped, pending and quarantined records add up to', sum(day => day.mapped + day.pending + day.quarantined), acknowledged.size)
  await judgeTellings(store, kept, must)
  await judgeChanges(store, must)
  await judgeLinks(store, must)
  return judgements
}

type Must = (what: string, found: number, wanted: number) => void

/** Each record told each of its resources once. */
async function judgeTellings(store: Store, kept: ReadonlyMap<string, readonly string[]>, must: Must): Promise<void> {
  const told = new Map<string, number>()
  for await (const { entry, patient, ref } of rowsOf(store, resources)) {
    const key = `${entry} ${patient} ${ref}`
    told.set(key, (told.get(key) ?? 0) + 1)
  }
  const refs = new Set([...told.keys()].map(key => `${key.split(' ')[0]} ${key.split(' ')[2]}`))
  const missing = [...kept].flatMap(([entry, listed]) => listed.map(ref => `${entry} ${ref}`)).filter(key => !isDirectory(key) && !refs.has(key))
  must('lost: resources that a worked record told and that are not there', missing.length, 0)
  must('doubled: resources told twice by one record', [...told.values()].filter(count => count > 1).length, 0)
}

/** Of the directory, only what changed is kept: Organization, Practitioner, Location told again the same. */
const isDirectory = (key: string): boolean => / (Organization|Practitioner|PractitionerRole|Location)\//.test(key)

async function judgeChanges(store: Store, must: Must): Promise<void> {
  const told = new Set<string>()
  let twice = 0
  for await (const { entry, patient, refs } of rowsOf(store, changes)) {
    for (const ref of refs) {
      const key = `${entry} ${patient} ${ref}`
      if (told.has(key)) twice += 1
      told.add(key)
    }
  }
  must('doubled: changes told twice', twice, 0)
}

/** Every linked patient is of one resident, and that resident knows. */
async function judgeLinks(store: Store, must: Must): Promise<void> {
  const owners = new Map<string, number>()
  for await (const { patients } of rowsOf(store, residents)) for (const patient of patients) owners.set(patient, (owners.get(patient) ?? 0) + 1)
  const linked = new Set<string>()
  for await (const { patient } of rowsOf(store, links)) linked.add(patient)
  must('lost: linked patients whom no resident has', [...linked].filter(patient => !owners.has(patient)).length, 0)
  must('doubled: patients of two residents', [...owners.values()].filter(count => count > 1).length, 0)
}

async function* rowsOf<R extends object>(store: Store, collection: Collection<R>): AsyncGenerator<R> {
  for (let after: R | undefined; ;) {
    const rows: R[] = await store.find(collection, { where: {}, limit: 500, withoutBytes: true, ...(after && { after }) })
    yield* rows
    after = rows.at(-1)
    if (!after) return
  }
}
