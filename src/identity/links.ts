/** The master patient index over the store: subjects, links, residents and the queue. */
import { LRUCache } from 'lru-cache'
import { HutongError } from '../model/errors'
import { keyedHash } from '../model/ids'
import type { ResidentLink } from '../model/link'
import type { MappingIssue } from '../model/mapping'
import { blocks, links, residents, subjects, type BlockRow, type SubjectRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Asking, Identity, Stewarding } from './api'
import { createAsking } from './asking'
import { place, type Placement } from './assign'
import { quarantinedIssue, sharedIssue } from './explain'
import { featuresOf } from './features/person'
import { shippedFrequencies } from './frequencies'
import { gather, keysOf, numberBlock, type Component } from './gather'
import type { Judging } from './judge'
import { named, type Group } from './naming'
import { shipped } from './score/model'
import { createStewarding } from './stewarding'
import { createTurns } from './turns'
import { createWriter, settledAs, type Word } from './write'

export interface IdentityOptions {
  readonly store: Store
  readonly idKey: string
  /** People among whom a patient is sought: the more, the surer a likeness must be. A million. */
  readonly population?: number
}

const attempts = 50

export interface Outcome {
  readonly link: ResidentLink
  readonly issues: readonly MappingIssue[]
}

export function createIdentity({ store, idKey, population = 1_000_000 }: IdentityOptions): Identity & Stewarding & Asking {
  const judging: Judging = { model: shipped, frequency: shippedFrequencies, population }
  const linker = createLinker({ store, idKey, judging })
  /** Patients with one number become one resident: at once, all but one of them would commit in vain. */
  const inTurn = createTurns()
  const remembered = new LRUCache<string, Outcome & { readonly signature: string }>({ max: 50_000 })

  /** Another gateway may have linked the patient since. */
  async function isStill(link: ResidentLink, signature: string): Promise<boolean> {
    const row = await store.get(subjects, [link.patient])
    return row?.resident === link.resident && JSON.stringify(row.features) === signature
  }

  return {
    async link({ id, source, resource }, at, turn) {
      const features = featuresOf(resource, source)
      const signature = JSON.stringify(features)
      const known = remembered.get(id)
      if (known?.signature === signature && (await isStill(known.link, signature))) return { link: known.link, issues: known.issues }
      for (const stays of await linker.tell({ patient: id, source, features }, turn))
        for (const patient of (await linker.settle(stays, { at })).moved) remembered.delete(patient)
      const { moved, ...outcome } = await inTurn(features.numbers[0]?.number, () => linker.settle(id, { at }))
      for (const patient of moved) remembered.delete(patient)
      remembered.set(id, { ...outcome, signature })
      return outcome
    },

    async patientsOf(resident, asOf) {
      if (asOf === undefined) return (await store.get(residents, [resident]))?.patients ?? []
      const ever = await store.find(links, { where: { resident, at: { to: asOf } }, limit: 10_000 })
      const patients = [...new Set(ever.map(({ patient }) => patient))]
      if (patients.length === 0) return []
      const where = { patient: { in: patients }, at: { to: asOf } }
      const newest = await store.find(links, { where, order: 'backward', limit: 1 })
      return newest.filter((link) => link.resident === resident).map(({ patient }) => patient)
    },

    async residentOf(patient) {
      return (await newestLink(store, patient))?.resident
    },

    ...createAsking({ store, idKey, judging }),
    ...createStewarding({
      store,
      settle: async (patient, word) => {
        const outcome = await linker.settle(patient, word)
        for (const moved of outcome.moved) remembered.delete(moved)
        return outcome
      },
    }),
  }
}

const newestLink = async (store: Store, patient: string): Promise<ResidentLink | undefined> =>
  (await store.find(links, { where: { patient }, order: 'backward', limit: 1 }))[0]

export interface Linker {
  /**
   * Makes what is known of a patient findable, before anybody is looked for: of two who come at once, one sees the other.
   * Answers who is to be settled besides: one of those who stay under a quarantined number that the patient tells no more.
   */
  tell(told: Pick<SubjectRow, 'patient' | 'source' | 'features'>, turn?: Change): Promise<readonly string[]>
  /** Decides who the patient is, and who else changes by that; again where others changed first what was read. */
  settle(patient: string, word: Word): Promise<Outcome & { readonly moved: readonly string[] }>
}

/** `freed`: charts whose survivor is another person, as it shows now; who is like them was not asked for yet. */
interface Attempt extends Outcome {
  readonly moved: readonly string[]
  readonly freed: readonly string[]
}

function createLinker(options: { store: Store; idKey: string; judging: Judging }): Linker {
  const { store, idKey, judging } = options
  const write = createWriter({ store, idKey, rule: judging.model.rule })

  async function attempt(patient: string, word: Word): Promise<Attempt | undefined> {
    const asked = await store.get(subjects, [patient])
    if (asked === undefined) throw new HutongError('NOT_FOUND', 'There is no such patient.', 'patient')
    const gathered = await gather(asked, options)
    const placement = place(gathered, judging)
    const { groups, residents: known } = await named(placement.groups, gathered, { store, told: word.by === undefined })
    const component: Component = { ...gathered, residents: known }
    const shared = sharedOf(component, placement)
    const issues = [
      ...(shared.length > 0 ? [sharedIssue(shared)] : []),
      ...(asked.features.numbers.some(({ number }) => component.quarantined.has(number)) ? [quarantinedIssue] : []),
    ]
    if (
      asked.settled === settledAs(asked, shared) &&
      isSettled(groups) &&
      word.by === undefined &&
      component.overflowing.length + component.lifted.length === 0
    ) {
      const link = await newestLink(store, patient)
      if (link !== undefined) return { link, issues, moved: [], freed: placement.freed }
    }
    const moved = await write({ component, placement, groups, shared, word })
    if (moved === undefined) return undefined
    const link = moved.find((each) => each.patient === patient) ?? (await newestLink(store, patient))
    return link && { link, issues, moved: moved.map((each) => each.patient), freed: placement.freed }
  }

  return {
    async tell(told, turn) {
      const before = await retried(() => tell(told, { store, idKey, turn }))
      const numbers = new Set(told.features.numbers.map(({ number }) => number))
      const left = before.filter((number) => !numbers.has(number)).map((number) => numberBlock(idKey, number))
      return left.length === 0 ? [] : staying(left, store)
    },
    async settle(patient, word) {
      const { freed, ...outcome } = await retried(() => attempt(patient, word))
      const moved = new Set(outcome.moved)
      for (const other of freed)
        if (other !== patient) for (const each of (await retried(() => attempt(other, { at: word.at }))).moved) moved.add(each)
      const link = freed.length === 0 ? undefined : await newestLink(store, patient)
      return { ...outcome, link: link ?? outcome.link, moved: [...moved] }
    },
  }
}

/** One of each block that is quarantined: whoever is asked, all of them are counted again. */
async function staying(left: readonly string[], store: Store): Promise<string[]> {
  const rows = await store.find(blocks, { where: { block: { in: left } }, limit: 2 })
  const marked = new Set(rows.filter(({ patient }) => patient === '').map(({ block }) => block))
  return rows.filter(({ block, patient }) => patient !== '' && marked.has(block)).map(({ patient }) => patient)
}

/** Tries again while others change first what was read. Throws CONFLICT where they never stop. */
async function retried<T>(action: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const done = await action()
    if (done !== undefined) return done
    await new Promise((resolve) => setTimeout(resolve, attempt * Math.random() * 2))
  }
  throw new HutongError('CONFLICT', 'The links of a patient are changed by others without pause.')
}

const isSettled = (groups: readonly Group[]) =>
  groups.every(({ patients, resident }) => resident !== undefined && patients.every((subject) => subject.resident === resident))

/** What speaks against those who have the patient's number and are not the same resident. */
function sharedOf({ asked, members, possible, quarantined }: Component, { groups, judged, replaced }: Placement): string[] {
  const own = groups.find((patients) => patients.some(({ patient }) => patient === asked.patient)) ?? []
  const numbers = new Set(asked.features.numbers.flatMap(({ number }) => (quarantined.has(number) ? [] : [number])))
  const holders = [
    ...members.filter((each) => !replaced.has(each.patient) && !own.includes(each)),
    ...possible.map(({ subject }) => subject),
  ].filter(({ features }) => features.numbers.some(({ number }) => numbers.has(number)))
  return [...new Set(holders.flatMap((other) => judged(asked, other).against))].toSorted()
}

/** The numbers that the patient told before; undefined where the commit lost. */
async function tell(
  told: Pick<SubjectRow, 'patient' | 'source' | 'features'>,
  { store, idKey, turn }: { store: Store; idKey: string; turn: Change | undefined },
): Promise<readonly string[] | undefined> {
  const known = await store.get(subjects, [told.patient])
  if (known !== undefined && JSON.stringify(known.features) === JSON.stringify(told.features)) return []
  const keys = keysOf(idKey, told.patient, told.features)
  const version = known?.version ?? null
  const row: SubjectRow = { ...known, ...told, keys, version: (version ?? 0) + 1 }
  const old = (known?.keys ?? []).filter((key) => !keys.includes(key))
  const fresh = keys.filter((key) => !(known?.keys ?? []).includes(key))
  const changes: Change[] = [
    ...(turn === undefined ? [] : [turn]),
    { verb: 'putIf', collection: subjects, version, row },
    ...fresh.map((block): Change => ({
      verb: 'put',
      collection: blocks,
      row: { block, patient: told.patient } satisfies BlockRow,
    })),
    ...old.map((block): Change => ({ verb: 'remove', collection: blocks, key: [block, told.patient] })),
  ]
  const outcome = await store.commit(
    `subject:${keyedHash(idKey, [told.patient, String(row.version), JSON.stringify(told.features)])}`,
    changes,
  )
  if (!outcome.ok && outcome.collection === turn?.collection.name) {
    throw new HutongError('CONFLICT', 'The patient was told of anew meanwhile.', outcome.collection)
  }
  return outcome.ok ? (known?.features.numbers.map(({ number }) => number) ?? []) : undefined
}
