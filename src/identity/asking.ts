/** What systems ask of the index: reads only. */
import type { Features } from '../model/features'
import { keyedHash } from '../model/ids'
import { blocks, residents, subjects, type ResidentRow, type SubjectRow } from '../store/collections'
import type { Store } from '../store/port'
import type { Asking, Match } from './api'
import { mostMembers, numberKey } from './blocking'
import { featuresOf, identityNumberSystem } from './features/person'
import { keysOf } from './gather'
import { judge, type Judging } from './judge'

const mostHolders = 50

export function createAsking({ store, idKey, judging }: { store: Store; idKey: string; judging: Judging }): Asking {
  const hashed = (key: string) => keyedHash(idKey, ['block', key])

  return {
    async crossReference({ system, value }) {
      const { numbers, identifiers } = featuresOf({ identifier: [{ system, value }] })
      const isNumber = system === identityNumberSystem
      const told = isNumber
        ? numbers.map(({ number }) => numberKey(number))
        : identifiers.map((each) => `id|${each.authority}|${each.value}`)
      const keys = told.map(hashed)
      const holders = await subjectsIn(store, { keys, numbered: new Set(isNumber ? keys : []), limit: mostHolders })
      const ids = [...new Set(holders.flatMap(({ resident }) => resident ?? []))].toSorted()
      const wanted = ids.map((id) => [id])
      const rows = wanted.length === 0 ? [] : await store.getMany(residents, wanted)
      const known = await sourcesOf(rows, store)
      return rows.map(({ resident, patients }) => ({
        resident,
        patients: patients.map((patient) => ({ patient, source: known.get(patient) ?? '' })),
      }))
    },

    async match(person, limit) {
      const features: Features = featuresOf(person as Parameters<typeof featuresOf>[0])
      const numbered = new Set(features.numbers.map(({ number }) => hashed(numberKey(number))))
      const candidates = await subjectsIn(store, { keys: keysOf(idKey, '', features), numbered, limit: mostMembers })
      const best = new Map<string, Match>()
      for (const { resident, features: other } of candidates) {
        const { grade, probability, evidence, against } = judge(features, other, judging)
        if (resident === undefined || grade === 'none' || (best.get(resident)?.probability ?? -1) >= probability) continue
        best.set(resident, { resident, grade, probability, evidence, against })
      }
      return [...best.values()]
        .toSorted((a, b) => b.probability - a.probability || (a.resident < b.resident ? -1 : 1))
        .slice(0, limit)
    },
  }
}

/** `numbered`: blocks of identity numbers, whose first members stand for all. */
interface Wanted {
  readonly keys: readonly string[]
  readonly numbered: ReadonlySet<string>
  readonly limit: number
}

async function subjectsIn(store: Store, { keys, numbered, limit }: Wanted): Promise<SubjectRow[]> {
  if (keys.length === 0) return []
  const rows = await store.find(blocks, { where: { block: { in: keys } }, limit: limit + 1 })
  const sizes = new Map<string, number>()
  const weight = (block: string, patient: string) => (patient === '' ? Infinity : numbered.has(block) ? 0 : 1)
  for (const { block, patient } of rows) sizes.set(block, (sizes.get(block) ?? 0) + weight(block, patient))
  const found = rows.filter(({ block, patient }) => patient !== '' && (sizes.get(block) ?? 0) <= limit)
  const wanted = [...new Set(found.map(({ patient }) => patient))].map((patient) => [patient])
  return store.getMany(subjects, wanted)
}

async function sourcesOf(rows: readonly ResidentRow[], store: Store): Promise<Map<string, string>> {
  const wanted = rows.flatMap((row) => row.patients).map((patient) => [patient])
  if (wanted.length === 0) return new Map()
  return new Map((await store.getMany(subjects, wanted)).map(({ patient, source }) => [patient, source]))
}
