/** Intake with the real grammars, mappers, archive and identity. */
import { loadSources } from '../../../mappers'
import { createVocabulary } from '../../../src/archive/vocabulary'
import { createWriter } from '../../../src/archive/write'
import { createIdentity } from '../../../src/identity'
import type { WorkersOptions } from '../../../src/intake'
import { facts } from '../../../src/store/collections'
import type { Fact } from '../../../src/model/fact'
import { grammars } from '../../../src/wire'
import { openHouse } from './house'
import type { House } from './house'

export interface District extends House {
  readonly parts: Pick<WorkersOptions, 'writer' | 'identity'>
  facts(patient: string): Promise<readonly Fact[]>
}

const idKey = 'a-key-for-the-tests-of-intake'

export async function openDistrict(): Promise<District> {
  const mappings = loadSources({ idKey })
  const house = await openHouse({ mappings, grammars })
  const { store } = house
  const vocabulary = createVocabulary(store)
  const parts = { writer: createWriter({ store, vocabulary, idKey, sources: mappings }), identity: createIdentity({ store, idKey }) }
  return Object.assign(house, { parts, facts: async (patient: string) => vocabulary.unpack(await store.find(facts, { where: { patient }, limit: 1_000 })) })
}
