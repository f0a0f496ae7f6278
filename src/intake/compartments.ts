import type { ArchiveWriter, RecordedTelling, WriteCompartment, WrittenCompartment } from '../archive/api'
import type { Identity } from '../identity/api'
import { isHutongError } from '../model/errors'
import { contentHash } from '../model/ids'
import { turn as usualTurn } from '../model/turns'
import { laneOf } from './lane'
import type { Leases } from './leases'
import type { Work } from './map-entry'
import { describeError, isStoreFault } from './ports'
import type { Crash } from './ports'
import type { ReadingMeans } from './reading'

/** What a round of work tells of one compartment, in journal order. */
export interface Compartment {
  /** The source patient, or `directory:<source>`. */
  readonly patient: string
  readonly works: readonly Work[]
}

export interface WriteOptions extends Pick<ReadingMeans, 'turn'> {
  readonly writer: ArchiveWriter
  readonly identity: Identity
  readonly leases: Leases
  readonly crash?: Crash
}

/** Compartments that are written at a time: enough to fill a group commit. */
const parallelWrites = 64
const directory = 'directory:'
const keyOf = (telling: RecordedTelling): string => telling.patient ?? `${directory}${telling.source}`

/** Works must stand in journal order. */
export function groupByCompartment(works: readonly Work[]): Compartment[] {
  const groups = new Map<string, Work[]>()
  for (const work of works) {
    for (const patient of tellingsByKey(work).keys()) {
      const group = groups.get(patient)
      if (group) group.push(work)
      else groups.set(patient, [work])
    }
  }
  return [...groups].map(([patient, members]) => ({ patient, works: members }))
}

/**
 * Writes the compartments, many at a time; those that lost a race against each other (patients who share an identity
 * number) once more, one after the other. Returns the patients who arrived with these works.
 */
export async function writeCompartments(compartments: readonly Compartment[], options: WriteOptions): Promise<string[]> {
  const contested: Compartment[] = []
  const first = await inParallel(compartments, parallelWrites, each => writeCompartment(each, { ...options, contested }))
  const second = await inParallel(contested, 1, each => writeCompartment(each, options))
  return [...first, ...second].filter(patient => patient !== undefined)
}

/**
 * Writes a compartment's tellings in one commit and links its patient. What fails is noted on the works: the store's
 * faults as `again`, a record's own as its `failure`, tried one by one so that one bad record harms no other.
 * Returns the patient where it arrived with these works.
 */
async function writeCompartment(compartment: Compartment, options: WriteOptions & { contested?: Compartment[] }): Promise<string | undefined> {
  const works = compartment.works.filter(work => !work.failure && !work.again)
  if (!works.length) return undefined
  await (options.turn ?? usualTurn)()
  try {
    const written = await write({ ...compartment, works }, options)
    options.crash?.('after-tellings')
    return await link({ ...compartment, works }, written, options)
  } catch (error) {
    if (isStoreFault(error)) {
      if (options.contested && isHutongError(error) && error.code === 'CONFLICT') {
        options.contested.push({ ...compartment, works })
        return undefined
      }
      if (isHutongError(error) && error.code === 'LEASE_LOST') for (const work of works) options.leases.lost(work.row.lane)
      for (const work of works) work.again = true
      return undefined
    }
    const [only, ...others] = works
    if (only && !others.length) {
      only.failure = describeError(error, 'the record was written')
      only.cause = error
      return undefined
    }
    let arrived: string | undefined
    for (const work of works) arrived = await writeCompartment({ ...compartment, works: [work] }, options) ?? arrived
    return arrived
  }
}

function write({ patient, works }: Compartment, { writer, leases }: WriteOptions): Promise<WrittenCompartment> {
  const lane = laneFor(patient, works, leases)
  return writer.write({ patient, tellings: tellingsOf(patient, works), lane, sequence: leases.nextSequence(lane), fence: leases.fence(lane),
    commitId: commitIdOf(patient, works) } satisfies WriteCompartment)
}

/** A patient's changes stand in the patient's lane; where a bundle tells of a patient of somebody else's lane, in the bundle's. */
function laneFor(patient: string, works: readonly Work[], leases: Leases): number {
  const own = patient.startsWith(directory) ? laneOf(contentHash([patient])) : laneOf(patient)
  return leases.holds(own) ? own : works[0]?.row.lane ?? own
}

const tellingsOf = (patient: string, works: readonly Work[]): readonly RecordedTelling[] =>
  works.flatMap(work => tellingsByKey(work).get(patient) ?? [])

const grouped = new WeakMap<Work, ReadonlyMap<string, readonly RecordedTelling[]>>()

/** By compartment. A bundle may tell of thousands of patients: its tellings are looked through once, not once for each. */
function tellingsByKey(work: Work): ReadonlyMap<string, readonly RecordedTelling[]> {
  const known = grouped.get(work)
  if (known) return known
  const groups = new Map<string, RecordedTelling[]>()
  for (const telling of work.tellings) {
    const group = groups.get(keyOf(telling))
    if (group) group.push(telling)
    else groups.set(keyOf(telling), [telling])
  }
  grouped.set(work, groups)
  return groups
}

/** The same records, under the same mapper, at the same attempt: the same commit. */
const commitIdOf = (patient: string, works: readonly Work[]): string =>
  `write:${contentHash([patient, ...works.map(({ row, mapper }) => `${row.entry}/${row.attempts}/${mapper?.hash ?? ''}`)])}`

async function link({ patient, works }: Compartment, { person, turn }: WrittenCompartment, { identity, crash }: WriteOptions): Promise<string | undefined> {
  if (patient.startsWith(directory)) return undefined
  const telling = works.filter(work => tellsPatient(work, patient))
  if (!person) {
    for (const work of works) if (!telling.includes(work)) work.waitsFor.add(patient)
    return undefined
  }
  const last = telling.at(-1)
  if (!last) return undefined
  const at = tellingsOf(patient, telling).reduce((earliest, { committedAt }) => committedAt < earliest ? committedAt : earliest, '9999')
  const { issues } = await identity.link({ id: patient, source: last.row.source, resource: person }, at, turn)
  for (const issue of issues) last.issues.push(issue)
  crash?.('after-link')
  return patient
}

const tellsPatient = (work: Work, patient: string): boolean =>
  tellingsOf(patient, [work]).some(({ resource }) => resource.resourceType === 'Patient' && resource.id === patient)

async function inParallel<T, R>(items: readonly T[], width: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++
      const item = items[at]
      if (item !== undefined) results[at] = await run(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  return results
}
