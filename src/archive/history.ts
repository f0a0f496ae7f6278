/** The kept tellings: whole resources, where they come from, what they were. */
import DataLoader from 'dataloader'
import type { Fact, FactType } from '../model/fact'
import { HutongError } from '../model/errors'
import { resources, type ResourceRow } from '../store/collections'
import type { Store, Where } from '../store/port'
import { compose } from './compose'
import { project, resourceTypeOf, type SourceContext } from './project'
import { perTelling, type Work } from './work'

interface Ref { readonly patient: string; readonly ref: string }

export interface History {
  /** All tellings of one resource, oldest version first; all that are asked in one tick are one read. */
  tellings(asked: Ref): Promise<readonly ResourceRow[]>
  /** Its newest telling. */
  newest(asked: Ref): Promise<ResourceRow | undefined>
  /** Facts as they stood at an instant, composed from what was committed by then. Throws ARCHIVE_TOO_LARGE, QUERY_TOO_COSTLY. */
  factsAsOf(patients: readonly string[], types: readonly FactType[], asOf: string, work?: Work): Promise<Fact[]>
  /** The same of named resources, as they stand now: for facts that an older projection made. */
  recompute(stale: readonly Ref[]): Promise<Fact[]>
}

const mostTellings = 100_000
/** Tellings of one patient that are read in one go. */
const mostTogether = 1000

export function createHistory(store: Store, contexts: ReadonlyMap<string, SourceContext>, limit: number): History {
  const all = new DataLoader<Ref, readonly ResourceRow[]>((asked) => readRefs(store, asked, mostTellings), { cache: false })
  const last = new DataLoader<Ref, readonly ResourceRow[]>((asked) => readRefs(store, asked, 1), { cache: false })

  return {
    tellings: (asked) => all.load(asked),
    newest: async (asked) => (await last.load(asked))[0],
    async factsAsOf(patients, types, asOf, work) {
      const wanted = new Set(types)
      const resourceTypes = [...new Set(types.map(resourceTypeOf))]
      const facts: Fact[] = []
      for await (const tellings of compartments(store, patients, resourceTypes)) {
        work?.spend(perTelling * tellings.length)
        const committed = tellings.filter(({ committedAt }) => committedAt <= asOf)
        for (const fact of factsOf(committed, contexts)) if (wanted.has(fact.type)) facts.push(fact)
        if (facts.length > limit) throw tooLarge()
      }
      return facts
    },
    async recompute(stale) {
      return factsOf((await readRefs(store, stale, mostTellings)).flat(), contexts)
    },
  }
}

/**
 * Tellings of some patients' resources of these types, in parts; what is told of one resource stands in one part. Compartments of
 * the usual size are one read of all patients, whole; of a large one, what is asked for is read on, type by type.
 */
async function* compartments(store: Store, patients: readonly string[], types: readonly string[]): AsyncGenerator<readonly ResourceRow[]> {
  const [only] = types
  const first = await store.find(resources, { where: { patient: { in: patients }, ...(types.length === 1 ? prefix(only) : {}) }, limit: mostTogether })
  for (const patient of patients) {
    const rows = first.filter((row) => row.patient === patient)
    if (rows.length < mostTogether) yield rows
    else for (const type of types) yield* pagesOf(store, { patient, ...prefix(type) })
  }
}

const prefix = (type: string | undefined): Where => ({ ref: { prefix: `${type}/` } })

async function* pagesOf(store: Store, where: Where): AsyncGenerator<readonly ResourceRow[]> {
  let unfinished: readonly ResourceRow[] = []
  let read = await store.find(resources, { where, limit: mostTogether })
  for (let last = read.at(-1); last !== undefined && read.length === mostTogether; last = read.at(-1)) {
    const { ref } = last
    const rows = [...unfinished, ...read]
    unfinished = rows.filter((row) => row.ref === ref)
    yield rows.filter((row) => row.ref !== ref)
    read = await store.find(resources, { where, limit: mostTogether, after: last })
  }
  yield [...unfinished, ...read]
}

export const tooLarge = () =>
  new HutongError('ARCHIVE_TOO_LARGE', 'The archive holds more than one answer may: ask for a narrower period or fewer types.')

/**
 * One read, where patients and resources do not make many empty pairs; else one for each patient, of whom there are as many
 * as sources that know the resident.
 */
async function readRefs(store: Store, asked: readonly Ref[], limit: number): Promise<(readonly ResourceRow[])[]> {
  const patients = [...new Set(asked.map(({ patient }) => patient))]
  const read = (of: readonly string[], refs: readonly Ref[]) => (refs.length === 0 ? [] : store.find(resources, {
    where: { patient: { in: of }, ref: { in: [...new Set(refs.map(({ ref }) => ref))] } },
    order: limit === 1 ? 'backward' : 'forward', limit,
  }))
  const together = patients.length * asked.length <= 4 * asked.length + 64
  const rows = together ? await read(patients, asked)
    : (await Promise.all(patients.map((patient) => read([patient], asked.filter((each) => each.patient === patient))))).flat()
  const groups = groupByRef(rows)
  return asked.map(({ patient, ref }) => groups.get(`${patient} ${ref}`) ?? [])
}

function groupByRef(rows: readonly ResourceRow[]): Map<string, ResourceRow[]> {
  const groups = new Map<string, ResourceRow[]>()
  for (const row of rows) {
    const key = `${row.patient} ${row.ref}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

function factsOf(rows: readonly ResourceRow[], contexts: ReadonlyMap<string, SourceContext>): Fact[] {
  return [...groupByRef(rows).values()].flatMap((tellings) => {
    const [first] = tellings
    const context = first === undefined ? undefined : contexts.get(first.source)
    const resource = compose(tellings)
    if (first === undefined || context === undefined || resource === undefined) return []
    return project(resource, first.patient, context) ?? []
  })
}
