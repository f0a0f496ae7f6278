/**
 * Writes who is whom: links appended, residents and subjects moved, the queue kept; all in one commit that fails where others
 * were first.
 */
import { whereFound } from '../model/errors'
import { contentHash, keyedHash } from '../model/ids'
import type { ResidentLink } from '../model/link'
import { blocks, links, residents, subjects, type ResidentRow, type SubjectRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import type { Placement } from './assign'
import { reasonOf, type Reason } from './explain'
import { residentNow } from './deciding'
import type { Component } from './gather'
import type { Group } from './naming'
import { reviewChanges } from './queue'
import { withheldIn } from './withholding'

/** From when, and where a person decided, who and why. */
export interface Word {
  readonly at: string
  readonly by?: string
  readonly reason?: string
}

export interface Writing {
  readonly component: Component
  readonly placement: Placement
  /** Of the placement, with the resident that each is. */
  readonly groups: readonly Group[]
  /** What speaks against others with the patient's number. */
  readonly shared: readonly string[]
  readonly word: Word
}

interface Home {
  readonly resident: string
  readonly patients: readonly SubjectRow[]
  readonly row: ResidentRow | undefined
}

export const stewardRule = 'steward/1'

export function createWriter({ store, idKey, rule }: { store: Store; idKey: string; rule: string }) {
  const homesOf = createHomes({ store, idKey })

  /** The links that were appended; undefined where the commit lost. */
  return async function write(writing: Writing): Promise<readonly ResidentLink[] | undefined> {
    const { component, placement, shared, word } = writing
    const homes = await homesOf(writing.groups, component.residents)
    const reason = (subject: SubjectRow, home: Home) => reasonOf(subject, home.patients, { placement, rule, against: shared })
    const moved = homes.flatMap((home) =>
      home.patients
        .filter(
          (subject) =>
            subject.resident !== home.resident || (subject === component.asked && isRetold(subject)),
        )
        .map((subject) => ({ subject, home, link: linkOf(subject, home, reason(subject, home), word) })),
    )
    const settled = settledAs(component.asked, shared)
    const changes: Change[] = [
      ...moved.map(({ link }): Change => ({ verb: 'insert', collection: links, row: link })),
      ...subjectChanges(component.asked, moved, settled),
      ...residentChanges(homes, writing, await withheldOf(store, homes, writing)),
      ...component.overflowing.map((block): Change => ({
        verb: 'put',
        collection: blocks,
        row: { block, patient: '', version: 1 },
      })),
      ...component.lifted.map((block): Change => ({ verb: 'remove', collection: blocks, key: [block, ''] })),
      ...(await reviewChanges(writing, { store, rule })),
    ]
    const outcome = await store.commit(`link:${contentHash([component.asked.patient, JSON.stringify(changes)])}`, changes)
    return outcome.ok ? moved.map(({ link }) => link) : undefined
  }
}

/** Which resident each group is: one that is known, or a new id. */
function createHomes({ store, idKey }: { store: Store; idKey: string }) {
  const ownId = (patient: string, n: number) =>
    keyedHash(idKey, n === 1 ? ['resident', patient] : ['resident', patient, String(n)])

  /** An id that nobody is or was. */
  async function freshId(patients: readonly SubjectRow[], taken: ReadonlySet<string>): Promise<Home> {
    const first = patients.map(({ patient }) => patient).toSorted()[0] ?? ''
    for (let n = 1; ; n += 1) {
      const resident = ownId(first, n)
      const row = await store.get(residents, [resident])
      if (row === undefined && !taken.has(resident)) return { resident, patients, row }
    }
  }

  return async function homesOf(groups: readonly Group[], known: ReadonlyMap<string, ResidentRow>): Promise<Home[]> {
    const taken = new Set(groups.flatMap(({ resident }) => resident ?? []))
    const homes: Home[] = []
    for (const { patients, resident } of groups) {
      const home = resident === undefined ? await freshId(patients, taken) : { resident, patients, row: known.get(resident) }
      taken.add(home.resident)
      homes.push(home)
    }
    return homes
  }
}

type Moved = readonly { readonly subject: SubjectRow; readonly home: Home; readonly link: ResidentLink }[]

/** The same resident for another reason: told once more. */
function isRetold(subject: SubjectRow): boolean {
  if (subject.settled === undefined) return false
  const [, numbered] = subject.settled.split(' ')
  return numbered !== String(subject.features.numbers.length > 0)
}

/** What the newest link was decided by, in short. */
export const settledAs = ({ features }: SubjectRow, shared: readonly string[]): string =>
  `${contentHash([JSON.stringify([features, shared])]).slice(0, 16)} ${features.numbers.length > 0}`

function linkOf(subject: SubjectRow, home: Home, reason: Reason, { at, by, reason: why }: Word): ResidentLink {
  const base = { patient: subject.patient, resident: home.resident, at: after(at, subject.at) }
  return by === undefined
    ? { ...base, ...reason, by: 'machine' }
    : { ...base, ...reason, grade: 'certain', rule: stewardRule, by, ...(why === undefined ? {} : { reason: why }) }
}

/** Links of a patient follow one another in time, however the clocks stand. */
const after = (at: string, previous: string | undefined) =>
  previous === undefined || at > previous ? at : new Date(Date.parse(previous) + 1).toISOString()

function subjectChanges(asked: SubjectRow, moved: Moved, settled: string): Change[] {
  const rows = moved.map(({ subject, link }): SubjectRow => ({
    ...subject,
    resident: link.resident,
    at: link.at,
    version: subject.version + 1,
    ...(subject === asked ? { settled } : {}),
  }))
  const own = rows.some(({ patient }) => patient === asked.patient)
    ? rows
    : [...rows, { ...asked, settled, version: asked.version + 1 }]
  return own.map((row): Change => ({ verb: 'putIf', collection: subjects, version: row.version - 1, row }))
}

interface Changed {
  readonly row: ResidentRow
  readonly before: ResidentRow | undefined
}

function residentChanges(homes: readonly Home[], { component, placement, word }: Writing, withheld: Withheld): Change[] {
  const homeOf = new Map(homes.flatMap((home) => home.patients.map(({ patient }) => [patient, home.resident] as const)))
  const rivals = rivalsOf(placement, homeOf)
  const named = homes.map(({ resident, patients, row }): Changed => {
    const stay = (row?.patients ?? []).filter((id) => homeOf.get(id) === resident)
    const list = [...new Set([...stay, ...patients.map(({ patient }) => patient)])]
    const found = [...(rivals.get(resident) ?? [])].toSorted()
    const kept = [...new Set(withheld === undefined ? row?.withheld : withheld.get(resident))]
    const base = { resident, version: (row?.version ?? 0) + 1, patients: list, since: row?.since ?? word.at }
    return {
      before: row,
      row: { ...base, ...(found.length > 0 ? { rivals: found } : {}), ...(kept.length > 0 ? { withheld: kept } : {}) },
    }
  })
  return [...named, ...emptied(homes, component, homeOf)]
    .filter(({ row, before }) => before === undefined || !isSame(row, before))
    .map(({ row, before }): Change => ({ verb: 'putIf', collection: residents, version: before?.version ?? null, row }))
}

/** Of each resident; undefined: as it is. */
type Withheld = ReadonlyMap<string, readonly string[]> | undefined

/** Charts that come from another resident bring and leave cases; a first link has none. */
async function withheldOf(store: Store, homes: readonly Home[], { component }: Writing): Promise<Withheld> {
  const isMoving = homes.some(({ resident, patients }) =>
    patients.some((subject) => subject.resident !== undefined && subject.resident !== resident),
  )
  if (!isMoving) return undefined
  const homeOf = new Map(homes.flatMap((home) => home.patients.map(({ patient }) => [patient, home.resident] as const)))
  const before = [...component.residents.values()].flatMap((row) => row.withheld ?? [])
  /** Whoever the id is, once this is written. */
  return withheldIn(store, { homeOf, before }, async (id) => {
    if (homes.some(({ resident }) => resident === id)) return id
    const row = component.residents.get(id) ?? (await whereFound(residentNow(store, id)))
    return row === undefined || homes.some(({ resident }) => resident === row.resident)
      ? row?.resident
      : (mergedInto(row, homeOf).mergedInto ?? row.mergedInto)
  })
}

function rivalsOf({ refused }: Placement, homeOf: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const rivals = new Map<string, Set<string>>()
  for (const { a, b } of refused) {
    const [x, y] = [homeOf.get(a.patient) ?? '', homeOf.get(b.patient) ?? '']
    rivals.set(x, (rivals.get(x) ?? new Set()).add(y))
    rivals.set(y, (rivals.get(y) ?? new Set()).add(x))
  }
  return rivals
}

/** Residents whom nobody is any more: their ids keep resolving to whom their patients are. */
function emptied(homes: readonly Home[], component: Component, homeOf: ReadonlyMap<string, string>): Changed[] {
  const gone = [...component.residents.values()].filter(
    ({ resident, patients }) => patients.length > 0 && !homes.some((home) => home.resident === resident),
  )
  return gone.map((before) => {
    const base = { resident: before.resident, version: before.version + 1, patients: [], ...mergedInto(before, homeOf) }
    return { before, row: { ...base, ...(before.since && { since: before.since }) } }
  })
}

function mergedInto({ patients }: ResidentRow, homeOf: ReadonlyMap<string, string>): Pick<ResidentRow, 'mergedInto'> {
  const next = patients.map((patient) => homeOf.get(patient)).find((resident) => resident !== undefined)
  return next === undefined ? {} : { mergedInto: next }
}

const isSame = (row: ResidentRow, before: ResidentRow) =>
  row.mergedInto === before.mergedInto &&
  row.patients.join() === before.patients.join() &&
  (row.rivals ?? []).join() === (before.rivals ?? []).join() &&
  (row.withheld ?? []).join() === (before.withheld ?? []).join()
