import { encodeGlobalId } from '../../src/model/globalId'
import type { Asker } from '../../src/model/viewer'
import { asking, doctor, operations, patient, steward } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')

/** How each operation of schema/operations is asked. */
const asked: Readonly<Record<string, { variables?: Record<string, unknown>; asker?: Asker }>> = {
  Accounts: { variables: { from: '2026-11-01', to: '2026-11-30' }, asker: steward },
  ArchiveOverview: { variables: { id, laboratory: 100 } },
  AsOf: { variables: { id, asOf: '2026-11-15T00:00:00+08:00' } },
  Completeness: { variables: { id } },
  FollowUps: { variables: { id } },
  LaboratoryHistory: { variables: { id, code: '2823-3', from: '2026-10-01T00:00:00+08:00', first: 5 } },
  Looks: { variables: { id }, asker: patient },
  Medications: { variables: { id } },
  MyArchive: { asker: patient },
  Provenance: { variables: { id: encodeGlobalId('LaboratoryResult', 'p1', 'l0') } },
  Quarantine: { variables: { first: 2 }, asker: steward },
  QuarantinedEntry: { variables: { id: 'entry-1' }, asker: steward },
  ReplayQuarantined: { variables: { id: 'entry-1' }, asker: steward },
  ResidentSearch: { variables: { search: '陈' } },
  Sources: {},
  Timeline: { variables: { id, types: ['Encounter', 'LaboratoryResult', 'FollowUp', 'MedicationRequest'], first: 100 } },
  Trace: { variables: { source: 'first-hospital', key: 'MSG1' }, asker: steward },
}

it('asks every operation of schema/operations', () => {
  expect(Object.keys(asked).toSorted()).toEqual([...operations.keys()].toSorted())
})

describe.each(['jit', 'js'] as const)('the operations, executed by %s', engine => {
  it.each([...operations])('%s gives an answer without errors', async (name, query) => {
    const { variables = {}, asker = doctor } = asked[name] ?? {}
    const { executor, documents, ask } = asking(engine)
    const { result } = await ask(query, variables, asker)
    expect(result.errors).toBeUndefined()
    expect(Object.values(result.data ?? {}).every(Boolean)).toBe(true)
    expect(executor.engineOf(documents.get(query)!)).toBe(engine)
  })
})

describe('the two engines', () => {
  it.each([...operations])('answer %s alike, byte for byte', async (name, query) => {
    const { variables = {}, asker = doctor } = asked[name] ?? {}
    const [jit, js] = await Promise.all((['jit', 'js'] as const).map(engine => asking(engine).ask(query, variables, asker)))
    expect(jit!.json === js!.json).toBe(true)
  })
})
