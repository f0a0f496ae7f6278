/** The writing side: what was told goes in, and what is current of it, in one commit. */
import type * as fhir4 from '../model/fhir'
import { HutongError } from '../model/errors'
import type { FhirResource } from '../model/fhir'
import type { SourceMapping } from '../model/mapping'
import { changes, facts, resources, search, type ResourceRow } from '../store/collections'
import { eachInTurn, turn as usualTurn, type Turn } from '../model/turns'
import type { Change, CommitOutcome, Store } from '../store/port'
import type { ArchiveWriter, RecordedTelling, WriteCompartment } from './api'
import { compose, foldTellings } from './compose'
import { headChanges, readPrior, readTurn, turnAfter, type Prior } from './prior'
import { project, sourceContext, type SourceContext } from './project'
import { termsOf } from './terms'
import type { Vocabulary } from './vocabulary'

export interface WriterOptions {
  readonly store: Store
  readonly vocabulary: Vocabulary
  readonly idKey: string
  readonly sources: ReadonlyMap<string, SourceMapping>
  readonly turn?: Turn
}

/** What a write makes of one resource. */
interface Outcome {
  readonly ref: string
  readonly fresh: readonly ResourceRow[]
  readonly before: FhirResource | undefined
  readonly after: FhirResource | undefined
  readonly changed: boolean
}

export function createWriter({ store, vocabulary, idKey, sources, turn: turns = usualTurn }: WriterOptions): ArchiveWriter {
  const contexts = new Map([...sources].map(([id, { source }]) => [id, sourceContext(source, idKey)]))

  return {
    async write(compartment) {
      const { patient, tellings } = compartment
      const [first] = tellings
      if (first === undefined) return { patient, changed: false }
      const context = contexts.get(first.source)
      if (context === undefined) throw new HutongError('UNKNOWN_SOURCE', 'A telling is of no configured source.', first.source)
      const give = tellings.length > few ? turns : undefined
      const told = await groupByRef(tellings, give)
      const turn = isDirectory(patient) ? undefined : await readTurn(store, patient)
      const prior = await readPrior(store, patient, oldestOf(patient, told))
      const outcomes: Outcome[] = []
      await eachInTurn(told, ([ref, group]) => outcomes.push(outcomeOf(patient, ref, group, prior(ref))), give)
      const stored = isDirectory(patient) ? outcomes.filter(({ changed }) => changed) : outcomes
      const changed = outcomes.filter((outcome) => outcome.changed)
      const factRows: Change[] = []
      if (!isDirectory(patient)) await eachInTurn(changed, (outcome) => factRows.push(...factChanges(outcome, { patient, context, vocabulary })), give)
      const rows = [
        ...stored.flatMap(({ fresh }) => fresh.map((row): Change => ({ verb: 'put', collection: resources, row }))),
        ...stored.flatMap(({ ref, fresh }) => headChanges(prior(ref), fresh)),
        ...factRows,
        ...changed.flatMap((outcome) => searchChanges(outcome, patient, idKey)),
        ...changeRow(compartment, changed),
      ]
      if (rows.length > 0) requireDone(await store.commit(compartment.commitId, [...rows, ...turn ? [turn] : []], compartment.fence))
      await keptInTurns(vocabulary, factRows, give)
      const person = personOf(patient, outcomes, prior)
      const next = turn && (rows.length > 0 ? turnAfter(turn.row) : turn)
      return { patient, changed: changed.length > 0, ...(person === undefined ? {} : { person }), ...(next === undefined ? {} : { turn: next }) }
    },
  }
}

/** Rows of facts, and words of them, that are remembered at a stroke. */
const keptAtOnce = 200

async function keptInTurns(vocabulary: Vocabulary, rows: readonly Change[], give: Turn | undefined): Promise<void> {
  for (let at = 0; at < rows.length; at += keptAtOnce) {
    await give?.()
    vocabulary.kept(rows.slice(at, at + keptAtOnce))
  }
}

/** Tellings that are written without turns between them: about two milliseconds. */
const few = 20

const isDirectory = (patient: string) => patient.startsWith('directory:')
const refOf = ({ resource }: RecordedTelling) => `${resource.resourceType}/${resource.id}`

/** By resource, each record's words on it folded into one. */
async function groupByRef(tellings: readonly RecordedTelling[], give: Turn | undefined): Promise<Map<string, RecordedTelling[]>> {
  const groups = new Map<string, Map<string, RecordedTelling>>()
  await eachInTurn(tellings, (telling) => {
    const ref = refOf(telling)
    const version = versionOf(telling)
    const group = groups.get(ref)
    const same = group?.get(version)
    if (group === undefined) groups.set(ref, new Map([[version, telling]]))
    else group.set(version, same === undefined ? telling : foldTellings(same, telling))
  }, give)
  return new Map([...groups].map(([ref, group]) => [ref, [...group.values()]]))
}

/** Version time, then journal order. */
function versionOf({ versionTime, receivedAt, arrival }: RecordedTelling): string {
  const time = versionTime ?? receivedAt
  return `${time.length === 24 ? time : new Date(time).toISOString()}~${arrival}`
}

/** Of each resource the oldest version that is told now; the patient is read, too, where only others are told. */
function oldestOf(patient: string, told: ReadonlyMap<string, readonly RecordedTelling[]>): Map<string, string> {
  const own = isDirectory(patient) ? [] : [[`Patient/${patient}`, '~'] as const]
  const oldest = [...told].map(([ref, group]) => [ref, group.map(versionOf).toSorted()[0] ?? ''] as const)
  return new Map([...own, ...oldest])
}

function outcomeOf(patient: string, ref: string, tellings: readonly RecordedTelling[], prior: Prior): Outcome {
  const fresh = tellings.flatMap((telling) => freshRow(patient, ref, telling, prior.tellings))
  const before = compose(prior.base)
  if (fresh.length === 0) return { ref, fresh, before, after: before, changed: false }
  const after = compose([...prior.base, ...fresh])
  const changed = before === undefined || after === undefined ? before !== after : !isEqual(before, after)
  return { ref, fresh, before, after, changed }
}

/** The row to store; none where this very word is stored. A record mapped anew to other words is a version behind the first. */
function freshRow(patient: string, ref: string, telling: RecordedTelling, prior: readonly ResourceRow[]): ResourceRow[] {
  const version = versionOf(telling)
  const told = prior.filter((row) => row.version === version || row.version.startsWith(`${version}~`))
  const last = told.at(-1)
  const { source, entry, manner, removed, receivedAt, committedAt, mapper, resource } = telling
  if (last?.manner === manner && isEqual(last.removed, removed) && isEqual(last.resource, resource)) return []
  return [{
    patient, ref, version: last === undefined ? version : `${version}~${String(told.length + 1).padStart(4, '0')}`,
    source, entry, manner, receivedAt, committedAt, mapper, resource, ...(removed === undefined ? {} : { removed }),
  }]
}

/** As they would be stored. */
const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function factChanges({ before, after }: Outcome, { patient, context, vocabulary }: {
  patient: string
  context: SourceContext
  vocabulary: Vocabulary
}): Change[] {
  const old = before && project(before, patient, context)
  const fact = after && project(after, patient, context)
  const moved = old !== undefined && (fact === undefined || old.type !== fact.type || old.time !== fact.time)
  const packed = fact && vocabulary.pack(fact)
  return [
    ...(moved ? [{ verb: 'remove', collection: facts, key: [old.patient, old.type, old.time, old.id] } as const] : []),
    ...(packed === undefined ? [] : [...packed.words, { verb: 'put', collection: facts, row: packed.row } as const]),
  ]
}

function searchChanges({ ref, before, after }: Outcome, patient: string, idKey: string): Change[] {
  if (ref !== `Patient/${patient}`) return []
  const old = termsOf(before as fhir4.Patient | undefined, idKey)
  const terms = termsOf(after as fhir4.Patient | undefined, idKey)
  const gone = [...old].filter((term) => !terms.has(term))
  const fresh = [...terms].filter((term) => !old.has(term))
  return [
    ...gone.map((term): Change => ({ verb: 'remove', collection: search, key: [term, patient] })),
    ...fresh.map((term): Change => ({ verb: 'put', collection: search, row: { term, patient } })),
  ]
}

function changeRow({ patient, tellings, lane, sequence }: WriteCompartment, changed: readonly Outcome[]): Change[] {
  const last = tellings.at(-1)
  if (changed.length === 0 || last === undefined) return []
  const row = { lane, seq: sequence, patient, at: last.committedAt, entry: last.entry, refs: changed.map(({ ref }) => ref) }
  return [{ verb: 'insert', collection: changes, row }]
}

function requireDone(outcome: CommitOutcome): void {
  if (outcome.ok) return
  if (outcome.reason === 'lease-lost') throw new HutongError('LEASE_LOST', 'The work was taken over by another worker.')
  throw new HutongError('CONFLICT', 'Someone else wrote the same row first.', outcome.collection)
}

function personOf(patient: string, outcomes: readonly Outcome[], prior: (ref: string) => Prior) {
  const ref = `Patient/${patient}`
  const touched = outcomes.find((outcome) => outcome.ref === ref)
  const person = touched === undefined ? compose(prior(ref).base) : touched.after
  return person?.resourceType === 'Patient' ? person : undefined
}
