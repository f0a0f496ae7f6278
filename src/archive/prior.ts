/** What was told of a resource before a write: every telling of it, or, where there are many, what the older ones came to. */
import type { FhirResource } from '../model/fhir'
import { heads, resources, type HeadRow, type ResourceRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { compose, recordOf, type Told } from './compose'

export interface Prior {
  /** The rows that were read: all, or those that are newer than what the head stands for. */
  readonly tellings: readonly ResourceRow[]
  /** What is composed further: the head, where there is one that serves, and the rows. */
  readonly base: readonly Told[]
  /** There are so many tellings that what the older ones come to is kept beside them. */
  readonly isMany: boolean
  readonly head?: HeadRow
}

/**
 * A patient who comes to dialysis is told of by thousands of messages. From so many on, a head stands for all but about the
 * newest so many: messages that overtake each other are still cheap, one from long ago reads all.
 */
const many = 32
const mostTellings = 100_000
/** A bundle of 16 MB may tell tens of thousands of resources. */
const refsPerRead = 1000

/**
 * The change with which a write of this compartment shows that nobody wrote it since: read it before all else. A bundle of
 * several patients is worked in the lane of one of them, maybe by another gateway than the others' own messages.
 */
export async function readTurn(store: Store, patient: string): Promise<Turn> {
  const last = await store.get(heads, [patient, ''])
  return last === undefined ? { verb: 'putIf', collection: heads, version: null, row: { patient, ref: '', version: 1, last: '' } } : turnAfter(last)
}

export type Turn = Change & { readonly row: HeadRow }

export const turnAfter = (row: HeadRow): Turn => ({ verb: 'putIf', collection: heads, version: row.version, row: { ...row, version: row.version + 1 } })

/** Of each ref what was told of it. `oldest`: the oldest version that is told of it now. */
export async function readPrior(store: Store, patient: string, oldest: ReadonlyMap<string, string>): Promise<(ref: string) => Prior> {
  const rows = byRef(await readFew(store, patient, [...oldest.keys()]))
  const crowded = new Map<string, Prior>()
  await Promise.all([...rows].map(async ([ref, { length }]) => {
    if (length > many) crowded.set(ref, await readCrowded(store, { patient, ref, oldest: oldest.get(ref) ?? '' }))
  }))
  return (ref) => crowded.get(ref) ?? allOf(rows.get(ref) ?? [])
}

async function readFew(store: Store, patient: string, refs: readonly string[]): Promise<ResourceRow[]> {
  const parts = Array.from({ length: Math.ceil(refs.length / refsPerRead) }, (_, n) => refs.slice(n * refsPerRead, (n + 1) * refsPerRead))
  return (await Promise.all(parts.map((part) => store.find(resources, { where: { patient, ref: { in: part } }, limit: many + 1 })))).flat()
}

function byRef(rows: readonly ResourceRow[]): Map<string, ResourceRow[]> {
  const groups = new Map<string, ResourceRow[]>()
  for (const row of rows) {
    const group = groups.get(row.ref)
    if (group === undefined) groups.set(row.ref, [row])
    else group.push(row)
  }
  return groups
}

const allOf = (tellings: readonly ResourceRow[]): Prior => ({ tellings, base: tellings, isMany: false })

async function readCrowded(store: Store, { patient, ref, oldest }: { patient: string; ref: string; oldest: string }): Promise<Prior> {
  const head = await store.get(heads, [patient, ref])
  const serves = head !== undefined && oldest > head.last
  const where = { patient, ref, ...(serves ? { version: { above: head.last } } : {}) }
  const tellings = await store.find(resources, { where, limit: mostTellings })
  return { tellings, base: serves ? [asTold(head), ...tellings] : tellings, isMany: true, ...(head === undefined ? {} : { head }) }
}

/** Older than every telling. */
const asTold = ({ ref, resource }: HeadRow): Told => (resource === undefined
  ? { version: '', manner: 'deleted', resource: { resourceType: ref.slice(0, ref.indexOf('/')) } as FhirResource }
  : { version: '', manner: 'whole', resource })

/** The head behind these rows. It is raised with every one of them: whoever wrote at once makes the commit fail. */
export function headChanges({ head, isMany, base }: Prior, fresh: readonly ResourceRow[]): Change[] {
  const [first] = fresh
  if (!isMany || first === undefined) return []
  const told = [...base, ...fresh].toSorted((a, b) => (a.version < b.version ? -1 : Number(a.version > b.version)))
  const { patient, ref } = first
  const version = (head?.version ?? 0) + 1
  const isLong = told.length > 2 * many || head === undefined || base[0]?.version !== ''
  const row: HeadRow = isLong ? { patient, ref, version, ...standingFor(told) } : { ...head, version }
  return [{ verb: 'putIf', collection: heads, version: head?.version ?? null, row }]
}

/** All but the newest; what one record told under several mappers stays together. */
function standingFor(told: readonly Told[]): Pick<HeadRow, 'last' | 'resource'> {
  const recordAt = (at: number) => recordOf(told[at]?.version ?? '')
  let end = told.length - many
  while (end > 0 && recordAt(end - 1) === recordAt(end)) end -= 1
  const resource = compose(told.slice(0, end))
  return { last: told[end - 1]?.version ?? '', ...(resource === undefined ? {} : { resource }) }
}
