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

  /** `numbered`: blocks of identity numbers, whose first members stand for all. */
  async function subjectsIn(keys: readonly string[], numbered: ReadonlySet<string>, limit: number): Promise<SubjectRow[]> {
    if (keys.length === 0) return []
    const rows = await store.find(blocks, { where: { block: { in: keys } }, limit: limit + 1 })
    const sizes = new Map<string, number>()
    for (const { block, patient } of rows) sizes.set(block, (sizes.get(block) ?? 0) + (patient === '' ? Infinity : numbered.has(block) ? 0 : 1))
    const patients = rows.filter(({ block, patient }) => patient !== '' && (sizes.get(block) ?? 0) <= limit).map(({ patient }) => patient)
    return store.getMany(subjects, [...new Set(patients)].map((patient) => [patient]))
  }

  return {
    async crossReference({ system, value }) {
      const { numbers, identifiers } = featuresOf({ identifier: [{ system, value }] })
      const isNumber = system === identityNumberSystem
      const keys = (isNumber ? numbers.map(({ number }) => numberKey(number)) : identifiers.map((each) => `id|${each.authority}|${each.value}`)).map(hashed)
      const holders = await subjectsIn(keys, new Set(isNumber ? keys : []), mostHolders)
      const ids = [...new Set(holders.flatMap(({ resident }) => resident ?? []))].toSorted()
      const rows = ids.length === 0 ? [] : await store.getMany(residents, ids.map((id) => [id]))
      const known = await sourcesOf(rows, store)
      return rows.map(({ resident, patients }) => ({ resident, patients: patients.map((patient) => ({ patient, source: known.get(patient) ?? '' })) }))
    },

    async match(person, limit) {
      const features: Features = featuresOf(person as Parameters<typeof featuresOf>[0])
      const numbered = new Set(features.numbers.map(({ number }) => hashed(numberKey(number))))
      const candidates = await subjectsIn(keysOf(idKey, '', features), numbered, mostMembers)
      const best = new Map<string, Match>()
      for (const { resident, features: other } of candidates) {
        const { grade, probability, evidence, against } = judge(features, other, judging)
        if (resident === undefined || grade === 'none' || (best.get(resident)?.probability ?? -1) >= probability) continue
        best.set(resident, { resident, grade, probability, evidence, against })
      }
      return [...best.values()].toSorted((a, b) => b.probability - a.probability || (a.resident < b.resident ? -1 : 1)).slice(0, limit)
    },
  }
}

async function sourcesOf(rows: readonly ResidentRow[], store: Store): Promise<Map<string, string>> {
  const patients = rows.flatMap((row) => row.patients)
  if (patients.length === 0) return new Map()
  return new Map((await store.getMany(subjects, patients.map((patient) => [patient]))).map(({ patient, source }) => [patient, source]))
}
