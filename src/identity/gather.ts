/** Reads who may be one person with a patient: a bounded number of calls, whatever the store holds. */
import type { Features } from '../model/features'
import { keyedHash } from '../model/ids'
import { blocks, decisions, residents, subjects, type DecisionRow, type ResidentRow, type SubjectRow } from '../store/collections'
import type { Store } from '../store/port'
import { blockingKeys, mostMembers, mostPersons, numberKey, personsAmong } from './blocking'
import { judge, type Judgement, type Judging } from './judge'

/** Everybody whose residents may change with the patient's, and those whom the patient may be. */
export interface Component {
  readonly asked: SubjectRow
  readonly members: readonly SubjectRow[]
  readonly residents: ReadonlyMap<string, ResidentRow>
  /** By both patients; the newest word first. */
  readonly decisions: readonly DecisionRow[]
  /** Candidates that may be the patient, and are no members. */
  readonly possible: readonly { readonly subject: SubjectRow; readonly judgement: Judgement }[]
  /** Identity numbers that too many use: all of these, and those that are found to be only now, by their block. */
  readonly quarantined: ReadonlySet<string>
  readonly overflowing: readonly string[]
  /** Blocks of numbers that were quarantined, and that few use now. */
  readonly lifted: readonly string[]
}

export interface Gathering {
  readonly store: Store
  readonly idKey: string
  readonly judging: Judging
}

/** A component grows no further than this: what is beyond waits for the record that asks for it. */
const mostTogether = 250
const rounds = 3
/** Of one chart. */
const mostDecisions = 5000

export const keysOf = (idKey: string, patient: string, features: Features): string[] => {
  const replaced =
    features.replacedBy === undefined || features.replacedBy === patient ? [] : [replacedBlock(idKey, features.replacedBy)]
  return [...blockingKeys(features).map((key) => keyedHash(idKey, ['block', key])), ...replaced]
}

/** Charts whose place `survivor` took stand in this block. */
export const replacedBlock = (idKey: string, survivor: string) => keyedHash(idKey, ['replaced-by', survivor])
export const numberBlock = (idKey: string, number: string) => keyedHash(idKey, ['block', numberKey(number)])

export async function gather(asked: SubjectRow, gathering: Gathering): Promise<Component> {
  const { store } = gathering
  const found = await candidatesOf(asked, gathering)
  const known = new Map(found.subjects.map((subject) => [subject.patient, subject]))
  const words = await store.find(decisions, { where: { patient: asked.patient }, limit: mostDecisions })
  await learn(
    store,
    known,
    words.map(({ other }) => other),
  )
  known.delete(asked.patient)
  const quarantined = new Set(found.overflowing)
  const judged = [...known.values()].map((subject) => ({
    subject,
    judgement: judge(asked.features, subject.features, { ...gathering.judging, quarantined }),
  }))
  const joined = new Set(words.filter(({ verdict }) => verdict === 'joined').map(({ other }) => other))
  const near = judged.filter(
    ({ subject, judgement }) =>
      judgement.grade === 'certain' ||
      joined.has(subject.patient) ||
      isReplaced(asked, subject) ||
      found.fresh.has(subject.patient),
  )
  const grown = await grow([asked, ...near.map(({ subject }) => subject)], store)
  const members = [...grown.members.values()]
  const ids = members.map(({ patient }) => patient)
  const all = members.length < 2 ? words : await store.find(decisions, { where: { patient: { in: ids } }, limit: mostDecisions })
  const marked = await markedAmong(members, { known: quarantined, lifted: found.lifted }, gathering)
  const possible = judged.filter(
    ({ subject, judgement }) => judgement.grade === 'possible' && !grown.members.has(subject.patient),
  )
  return {
    asked,
    members,
    residents: grown.residents,
    decisions: all,
    quarantined: new Set([...quarantined, ...marked]),
    overflowing: found.unmarked,
    lifted: found.lifted,
    possible,
  }
}

/** Numbers of the members that were quarantined before. */
async function markedAmong(
  members: readonly SubjectRow[],
  { known, lifted }: { known: ReadonlySet<string>; lifted: readonly string[] },
  { store, idKey }: Gathering,
): Promise<string[]> {
  if (members.length < 2) return []
  const told = new Set(members.flatMap(({ features }) => features.numbers.map(({ number }) => number)))
  const byBlock = new Map([...told].filter((number) => !known.has(number)).map((number) => [numberBlock(idKey, number), number]))
  const keys = [...byBlock.keys()].map((block) => [block, ''])
  const marks = keys.length === 0 ? [] : await store.getMany(blocks, keys)
  return marks.flatMap(({ block }) => (lifted.includes(block) ? [] : (byBlock.get(block) ?? [])))
}

export const isReplaced = (a: SubjectRow, b: SubjectRow) =>
  a.features.replacedBy === b.patient || b.features.replacedBy === a.patient

/**
 * Those who share a block with the patient that is not too large, and the charts it replaces or that replaces it. A number's
 * block is full where it holds too many persons, whatever the number of charts: of these the first say who its resident is.
 */
async function candidatesOf(asked: SubjectRow, { store, idKey }: Gathering) {
  const keys = [...asked.keys, replacedBlock(idKey, asked.patient)]
  const rows = await store.find(blocks, { where: { block: { in: keys } }, limit: mostMembers + 2 })
  const sizes = new Map<string, number>()
  for (const { block } of rows) sizes.set(block, (sizes.get(block) ?? 0) + 1)
  const marked = new Set(rows.filter(({ patient }) => patient === '').map(({ block }) => block))
  const numbered = new Map(asked.features.numbers.map(({ number }) => [numberBlock(idKey, number), number]))
  const isFull = (block: string) => marked.has(block) || (!numbered.has(block) && (sizes.get(block) ?? 0) > mostMembers)
  const others = rows.filter(
    ({ block, patient }) => patient !== '' && patient !== asked.patient && (numbered.has(block) || !isFull(block)),
  )
  const survivor = asked.features.replacedBy === undefined ? [] : [asked.features.replacedBy]
  const known = new Map<string, SubjectRow>()
  await learn(store, known, [...others.map(({ patient }) => patient), ...survivor])
  const holders = (block: string) =>
    others.filter((row) => row.block === block).flatMap(({ patient }) => known.get(patient) ?? [])
  const full = new Set(
    [...numbered.keys()].filter(
      (block) => personsAmong([asked, ...holders(block)].map(({ features }) => features)) > mostPersons,
    ),
  )
  const unmarked = [...full].filter((block) => !marked.has(block))
  const lifted = [...numbered.keys()].filter((block) => marked.has(block) && !full.has(block))
  const near = others.filter(({ block }) => !full.has(block) || !marked.has(block))
  const found = new Set([...survivor, ...near.map(({ patient }) => patient)])
  return {
    subjects: [...known.values()].filter(({ patient }) => found.has(patient)),
    overflowing: [...numbered].filter(([block]) => full.has(block)).map(([, number]) => number),
    unmarked,
    lifted,
    /** Who is judged anew, since the number counts no more, or again. */
    fresh: new Set([...unmarked, ...lifted].flatMap((block) => holders(block).map(({ patient }) => patient))),
  }
}

async function learn(store: Store, known: Map<string, SubjectRow>, patients: readonly string[]): Promise<void> {
  const missing = [...new Set(patients)].filter((patient) => !known.has(patient))
  if (missing.length === 0) return
  for (const row of await store.getMany(
    subjects,
    missing.map((patient) => [patient]),
  ))
    known.set(row.patient, row)
}

/** The residents of those who are near, all who are one of them, and the rivals of these. */
async function grow(near: readonly SubjectRow[], store: Store) {
  const members = new Map(near.map((subject) => [subject.patient, subject]))
  const known = new Map<string, ResidentRow>()
  let wanted = near.flatMap(({ resident }) => resident ?? [])
  for (let round = 0; round < rounds && wanted.length > 0 && members.size < mostTogether; round += 1) {
    const rows = await store.getMany(
      residents,
      [...new Set(wanted)].map((resident) => [resident]),
    )
    for (const row of rows) known.set(row.resident, row)
    await learn(
      store,
      members,
      rows.flatMap(({ patients }) => patients),
    )
    await learn(
      store,
      members,
      [...members.values()].flatMap(({ features }) => features.replacedBy ?? []),
    )
    const followed = rows.flatMap(({ rivals, patients }) => (patients.length > 0 ? (rivals ?? []) : []))
    wanted = [...followed, ...[...members.values()].flatMap(({ resident }) => resident ?? [])].filter(
      (resident) => !known.has(resident),
    )
  }
  return { members, residents: known }
}
