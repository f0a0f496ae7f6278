import { encodeGlobalId } from '../../src/model/globalId'
import type { Asker } from '../../src/model/viewer'
import { asking, doctor, operations, patient, steward, system } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')

const reviewId = Buffer.from(JSON.stringify(['2026-11-04T08:00:00.000Z', 'review-1'])).toString('base64url')

/** How each operation of schema/operations is asked. */
const asked: Readonly<Record<string, { variables?: Record<string, unknown>; asker?: Asker }>> = {
  Accounts: { variables: { from: '2026-11-01', to: '2026-11-30' }, asker: steward },
  ArchiveOverview: { variables: { id, laboratory: 100 } },
  AsOf: { variables: { id, asOf: '2026-11-15T00:00:00+08:00' } },
  Completeness: { variables: { id } },
  CrossReference: { variables: { system: 'urn:oid:2.16.156.10011.1.3', value: '350206196804270009' }, asker: system },
  DecideReview: { variables: { id: reviewId, verdict: 'joined', reason: 'both documents seen' }, asker: steward },
  FollowUps: { variables: { id } },
  LaboratoryHistory: { variables: { id, code: '2823-3', from: '2026-10-01T00:00:00+08:00', first: 5 } },
  LinkHistory: { variables: { patient: 'p1' }, asker: steward },
  Looks: { variables: { id }, asker: patient },
  Match: { variables: { person: { name: '陈桂芳', birthDate: '1956-03-04', phone: '13599990101' } }, asker: system },
  Medications: { variables: { id } },
  MergeResidents: { variables: { resident: id, other: encodeGlobalId('Resident', 'r2'), reason: 'one person' }, asker: steward },
  MyArchive: { asker: patient },
  Provenance: { variables: { id: encodeGlobalId('LaboratoryResult', 'p1', 'l0') } },
  Quarantine: { variables: { first: 2 }, asker: steward },
  QuarantinedEntry: { variables: { id: 'entry-1' }, asker: steward },
  ReplayQuarantined: { variables: { id: 'entry-1' }, asker: steward },
  ReportNotMine: { variables: { record: encodeGlobalId('LaboratoryResult', 'p1', 'l0'), reason: 'I was not there' }, asker: patient },
  ResidentSearch: { variables: { search: '陈' } },
  ReviewQueue: { variables: { first: 5 }, asker: steward },
  Sources: {},
  SplitPatient: { variables: { patient: 'p1', reason: 'a namesake' }, asker: steward },
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
