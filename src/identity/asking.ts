/**
 * What systems ask of the index: reads only. Whoever is unknown, and whoever is not for the one who asks, get the same answer by
 * as many calls of the store.
 */
import type * as fhir4 from '../model/fhir'
import { keyedHash, resourceId } from '../model/ids'
import { blocks, entries, residents, subjects, type ResidentRow, type SubjectRow } from '../store/collections'
import type { Store } from '../store/port'
import { recordKey, type Asking, type Match } from './api'
import { mostMembers, numberKey } from './blocking'
import { featuresOf, identityNumberSystem } from './features/person'
import { keysOf } from './gather'
import { certainFrom, judge, possibleFrom, type Judging } from './judge'

const mostHolders = 50

export function createAsking({ store, idKey, judging }: { store: Store; idKey: string; judging: Judging }): Asking {
  const hashed = (key: string) => keyedHash(idKey, ['block', key])

  return {
    async crossReference({ system, value }, by) {
      const { numbers, identifiers } = featuresOf({ identifier: [{ system, value }] })
      const isNumber = system === identityNumberSystem
      const told = isNumber
        ? numbers.map(({ number }) => numberKey(number))
        : identifiers.map((each) => `id|${each.authority}|${each.value}`)
      const keys = told.map(hashed)
      const { known } = await read(store, { keys, numbered: new Set(isNumber ? keys : []), limit: mostHolders })
      return known
        .map(({ resident, patients }) => ({ resident, patients: patients.filter(isOf(by)) }))
        .filter(({ patients }) => by === undefined || patients.length > 0)
    },

    async match(person, limit, by) {
      const features = featuresOf(person as Parameters<typeof featuresOf>[0])
      const numbered = new Set(features.numbers.map(({ number }) => hashed(numberKey(number))))
      const { candidates, known } = await read(store, { keys: keysOf(idKey, '', features), numbered, limit: mostMembers })
      const isAwaited = by !== undefined && (await isOnItsWay(store, person.identifier, { id: by, idKey }))
      const keys = new Map(known.map(({ resident, patients }) => [resident, patients.filter(isOf(by))]))
      const best = new Map<string, Match>()
      for (const { resident = '', features: other } of candidates) {
        const patients = keys.get(resident) ?? []
        const isOwn = by === undefined || patients.length > 0
        if (!isOwn && !isAwaited) continue
        const { grade, probability, evidence, against } = judge(features, other, judging)
        if (grade === 'none' || (!isOwn && grade !== 'certain') || (best.get(resident)?.probability ?? -1) >= probability) continue
        best.set(resident, { resident, patients, grade, probability, evidence, against })
      }
      return [...best.values()].map(by === undefined ? (match) => match : graded).toSorted(likeliest).slice(0, limit)
    },
  }
}

const isOf = (by: string | undefined) => ({ source }: { readonly source: string }) => by === undefined || source === by

const likeliest = (a: Match, b: Match) => b.probability - a.probability || (a.resident < b.resident ? -1 : 1)

/** What a source learns: no more than the grade, of which the probability is the least that it stands for. */
const graded = ({ resident, patients, grade }: Match): Match =>
  ({ resident, patients, grade, probability: grade === 'certain' ? certainFrom : possibleFrom, evidence: [], against: [] })

/** `numbered`: blocks of identity numbers, whose first members stand for all. */
interface Wanted {
  readonly keys: readonly string[]
  readonly numbered: ReadonlySet<string>
  readonly limit: number
}

interface Found {
  /** Charts that have one of the keys, linked and shown. */
  readonly candidates: readonly SubjectRow[]
  /** Their residents, in the order of their ids, with the charts that are shown of each. */
  readonly known: readonly { readonly resident: string; readonly patients: readonly { readonly patient: string; readonly source: string }[] }[]
}

/** What no block, patient or resident is called: asked for where there is nothing to ask, so that it costs the same. */
const nobody = '-'
const keysFor = (ids: Iterable<string>): readonly [string][] => {
  const keys = [...new Set(ids)].map((id): [string] => [id])
  return keys.length === 0 ? [[nobody]] : keys
}

async function read(store: Store, wanted: Wanted): Promise<Found> {
  const found = await store.getMany(subjects, keysFor(await patientsIn(store, wanted)))
  const rows = await store.getMany(residents, keysFor(found.flatMap(({ resident }) => resident ?? []).toSorted()))
  const charts = await store.getMany(subjects, keysFor(rows.flatMap(({ patients }) => patients)))
  const sources = new Map(charts.map(({ patient, source }) => [patient, source]))
  const shown = new Map(rows.map((row) => [row.resident, shownOf(row)]))
  const candidates = found.filter(({ resident = '', patient }) => shown.get(resident)?.includes(patient))
  const ids = new Set(candidates.map(({ resident }) => resident))
  return {
    candidates,
    known: [...shown].filter(([resident]) => ids.has(resident)).map(([resident, patients]) =>
      ({ resident, patients: patients.map((patient) => ({ patient, source: sources.get(patient) ?? '' })) })),
  }
}

/** A chart that its resident said is another's finds nobody and is told to nobody. */
const shownOf = ({ patients, withheld = [] }: ResidentRow): readonly string[] =>
  patients.filter((patient) => !withheld.includes(recordKey({ patient, type: 'Patient', id: patient })))

async function patientsIn(store: Store, { keys, numbered, limit }: Wanted): Promise<string[]> {
  const rows = await store.find(blocks, { where: { block: { in: keys.length === 0 ? [nobody] : keys } }, limit: limit + 1 })
  const sizes = new Map<string, number>()
  const weight = (block: string, patient: string) => (patient === '' ? Infinity : numbered.has(block) ? 0 : 1)
  for (const { block, patient } of rows) sizes.set(block, (sizes.get(block) ?? 0) + weight(block, patient))
  return rows.filter(({ block, patient }) => patient !== '' && (sizes.get(block) ?? 0) <= limit).map(({ patient }) => patient)
}

/** Whether the journal holds a record of the source that names one of its identifiers, and whose patient has not come yet. */
async function isOnItsWay(store: Store, identifiers: readonly fhir4.Identifier[] = [], source: { id: string; idKey: string }): Promise<boolean> {
  const named = identifiers.slice(0, mostIdentifiers).map(({ value = '' }) => resourceId(source, 'Patient', value.trim()))
  const own = keysFor(named).map(([patient]) => patient)
  const come = await store.getMany(subjects, keysFor(own))
  const waiting = await store.find(entries, { where: { patient: { in: own }, status: { in: ['received', 'pending'] } }, limit: 1 })
  return waiting.some(({ patient }) => come.every((chart) => chart.patient !== patient))
}

const mostIdentifiers = 20
