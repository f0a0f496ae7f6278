/** Which resident each group is: never one person's id at another. */
import type { ResidentLink } from '../model/link'
import { links, residents, type ResidentRow, type SubjectRow } from '../store/collections'
import type { Store } from '../store/port'
import type { Component } from './gather'

export interface Group {
  readonly patients: readonly SubjectRow[]
  /** undefined: a new one of its own. */
  readonly resident: string | undefined
}

export interface Named {
  readonly groups: readonly Group[]
  /** Of the component, and those whose id a group gets back. */
  readonly residents: ReadonlyMap<string, ResidentRow>
}

interface Lineage {
  /** The resident that a patient was before those that it was merged into. */
  readonly originOf: (subject: SubjectRow) => string | undefined
  /** The first patient that ever was the resident. */
  readonly founders: ReadonlyMap<string, string>
  readonly residents: ReadonlyMap<string, ResidentRow>
}

type Groups = readonly (readonly SubjectRow[])[]

/**
 * Where groups become one, the resident that came first keeps its id. Where one becomes several, each gets back the id that its
 * patients had before they were merged; else the id stays with its first patient. A chart that tells something else now (`told`)
 * leaves the id to those who stay.
 */
export async function named(
  groups: Groups,
  component: Component,
  { store, told }: { store: Store; told: boolean },
): Promise<Named> {
  const torn = tornAmong(groups)
  const { originOf, founders, residents: known } =
    torn.size === 0 ? asTheyAre(component) : await lineageOf(groups, { component, torn, store })
  const isLeaving = ({ patient }: SubjectRow) => told && patient === component.asked.patient
  const weigh = (resident: string, patients: readonly SubjectRow[]) =>
    patients
      .filter((subject) => originOf(subject) === resident)
      .reduce((sum, subject) => sum + (isLeaving(subject) ? 0.5 : founders.get(resident) === subject.patient ? 1000 : 1), 0)
  const names = new Map<readonly SubjectRow[], string>()
  for (const { resident } of [...known.values()].toSorted(byAge)) {
    const weights = groups.map((patients) => ({ patients, weight: weigh(resident, patients) }))
    const best = weights.filter(({ weight }) => weight > 0).toSorted((x, y) => y.weight - x.weight)[0]?.patients
    if (best !== undefined && !names.has(best)) names.set(best, resident)
  }
  return { groups: groups.map((patients) => ({ patients, resident: names.get(patients) })), residents: known }
}

const byAge = (a: ResidentRow, b: ResidentRow) => (`${a.since ?? ''} ${a.resident}` < `${b.since ?? ''} ${b.resident}` ? -1 : 1)

/** Residents whose patients stand in several groups. */
function tornAmong(groups: Groups): Set<string> {
  const homes = new Map<string, Set<number>>()
  for (const [at, patients] of groups.entries())
    for (const { resident } of patients)
      if (resident !== undefined) homes.set(resident, (homes.get(resident) ?? new Set()).add(at))
  return new Set([...homes].filter(([, each]) => each.size > 1).map(([resident]) => resident))
}

const asTheyAre = ({ residents: known }: Component): Lineage => ({
  originOf: ({ resident }) => resident,
  founders: new Map(),
  residents: known,
})

const mostLinks = 1000

async function lineageOf(
  groups: Groups,
  { component, torn, store }: { component: Component; torn: ReadonlySet<string>; store: Store },
): Promise<Lineage> {
  const moving = groups.flat().filter(({ resident }) => torn.has(resident ?? ''))
  const own = await historiesOf(moving.map(({ patient }) => patient), store)
  const missing = residentsIn(own).filter((resident) => !component.residents.has(resident))
  const found = missing.length === 0 ? [] : await store.getMany(residents, missing.map((resident) => [resident]))
  const known = new Map([...component.residents, ...found.filter(isGone).map((row) => [row.resident, row] as const)])
  const candidates = residentsIn(own).filter((resident) => known.has(resident))
  const ever = await store.find(links, { where: { resident: { in: candidates }, at: {} }, limit: mostLinks })
  const emptied = emptiedAt(await historiesOf([...new Set(ever.map(({ patient }) => patient))], store))
  const isMerged = (resident: string, left: string) => isGoneIn(known, resident) && left === emptied.get(resident)
  const origins = new Map([...own].map(([patient, history]) => [patient, originIn(history, isMerged)]))
  const founders = new Map(ever.toReversed().map(({ resident, patient }) => [resident, patient]))
  const originOf: Lineage['originOf'] = ({ patient, resident }) => (origins.has(patient) ? origins.get(patient) : resident)
  return { originOf, founders, residents: known }
}

type Histories = ReadonlyMap<string, readonly ResidentLink[]>

async function historiesOf(patients: readonly string[], store: Store): Promise<Histories> {
  const found = await store.find(links, { where: { patient: { in: patients } }, limit: mostLinks })
  const histories = new Map<string, ResidentLink[]>(patients.map((patient) => [patient, []]))
  for (const link of found) histories.get(link.patient)?.push(link)
  return histories
}

const residentsIn = (histories: Histories) => [
  ...new Set([...histories.values()].flat().map(({ resident }) => resident)),
]
const isGone = ({ patients }: ResidentRow) => patients.length === 0
const isGoneIn = (known: ReadonlyMap<string, ResidentRow>, resident: string) => {
  const row = known.get(resident)
  return row !== undefined && isGone(row)
}

/** When the last patients of each resident left it. */
function emptiedAt(histories: Histories): Map<string, string> {
  const last = new Map<string, string>()
  for (const history of histories.values())
    for (const [place, { resident }] of history.entries()) {
      const left = history[place + 1]
      if (left !== undefined && left.resident !== resident && left.at > (last.get(resident) ?? '')) last.set(resident, left.at)
    }
  return last
}

/** Back from the newest link, through those residents that were merged into the next, and not left while others stayed. */
function originIn(
  history: readonly ResidentLink[],
  isMerged: (resident: string, left: string) => boolean,
): string | undefined {
  let origin = history.at(-1)
  for (const link of history.toReversed()) {
    if (origin !== undefined && link.resident !== origin.resident && !isMerged(link.resident, origin.at)) break
    origin = link
  }
  return origin?.resident
}
