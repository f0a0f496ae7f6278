import { HutongError } from '../../src/model/errors'
import { encodeGlobalId } from '../../src/model/globalId'
import { asking, doctor, fakeArchive, patient, valueAt } from '../support/graphql/ask'

const id = encodeGlobalId('Resident', 'r1')
const record = encodeGlobalId('LaboratoryResult', 'p1', 'l0')

describe.each(['jit', 'js'] as const)('looks into archives, executed by %s', engine => {
  it('opens an archive once for a request, however often it is asked for', async () => {
    const archive = fakeArchive()
    await asking(engine, { archive }).ask(`query Overview { a: resident(id: "${id}") { id archive { conditions { totalCount } } } b: resident(id: "${id}") { archive { allergies { totalCount } } } }`)
    expect(archive.opened).toEqual([{ resident: 'r1', by: 'doctor' }])
    expect(archive.works.size).toBe(1)
  })

  it.each([['Overview', undefined], ['ArchiveOverview', 'ArchiveOverview']])('passes on the name of an operation only where it is published: %s', async (name, told) => {
    const archive = fakeArchive()
    await asking(engine, { archive }).ask(`query ${name} { resident(id: "${id}") { id } }`)
    expect(archive.opened.map(({ operation }) => operation)).toEqual([told])
  })

  it('opens it again for another instant', async () => {
    const archive = fakeArchive()
    const { result } = await asking(engine, { archive }).ask(`{ resident(id: "${id}") { now: archive { laboratoryResults { totalCount } } before: archive(asOf: "2026-11-15T08:00:00+08:00") { asOf laboratoryResults { totalCount } } } }`)
    expect(archive.opened).toEqual([{ resident: 'r1', by: 'doctor' }, { resident: 'r1', by: 'doctor', asOf: '2026-11-15T00:00:00.000Z' }])
    expect(result.data).toEqual({ resident: {
      now: { laboratoryResults: { totalCount: 100 } },
      before: { asOf: '2026-11-15T00:00:00.000Z', laboratoryResults: { totalCount: 96 } },
    } })
  })

  it('does not open the archives of residents who were only found', async () => {
    const archive = fakeArchive()
    const { result } = await asking(engine, { archive }).ask('{ residents(search: "陈") { id name { text } } }')
    expect(result.data).toEqual({ residents: [{ id, name: [{ text: '陈桂芳' }] }] })
    expect(archive.opened).toEqual([])
  })

  it.each([['a resident', id], ['a record', record]])('shows nothing of %s where the look cannot be written down', async (_, node) => {
    const archive = fakeArchive()
    archive.ledger = async () => { throw new HutongError('STORE_UNAVAILABLE', 'The store cannot be reached.') }
    const { result } = await asking(engine, { archive }).ask(`{ node(id: "${node}") { __typename id } }`)
    expect(result).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'STORE_UNAVAILABLE' } })] })
  })

  it('never confuses the archives of one record that is served twice', async () => {
    const { result } = await asking(engine).ask(`{ resident(id: "${id}") {
      a: archive { laboratoryResults(first: 1) { nodes { id tellers { source institution { name } record { id provenance { source } } } } } }
      b: archive(asOf: "2027-01-01T00:00:00Z") { laboratoryResults(first: 1) { nodes { id time resource afterDeath tellers { source } } } }
    } }`)
    expect(result.errors).toBeUndefined()
    expect(valueAt(result, 'resident', 'a', 'laboratoryResults', 'nodes', 0, 'tellers')).toEqual([
      { source: 'first-hospital', institution: { name: '市第一医院' }, record: { id: record, provenance: { source: 'first-hospital' } } },
      { source: 'community-health', institution: { name: '湖里街道社区卫生服务中心' }, record: { id: encodeGlobalId('LaboratoryResult', 'p2', 'l0-told-by-centre'), provenance: { source: 'community-health' } } },
    ])
    expect(valueAt(result, 'resident', 'b', 'laboratoryResults', 'nodes', 0)).toMatchObject({ id: record, afterDeath: false, resource: { resourceType: 'Observation' } })
  })

  it('gives a resident their own archive, and a steward none', async () => {
    const { result } = await asking(engine).ask('{ me { role purpose resident { id patients { id name { text } } } } }', {}, patient)
    expect(result.data).toMatchObject({ me: { role: 'resident', purpose: 'PATRQT', resident: { id, patients: [{ name: [{ text: '陈桂芳' }] }, {}] } } })
    const { result: other } = await asking(engine).ask('{ me { id role institution resident { id } } }', {}, doctor)
    expect(other.data).toMatchObject({ me: { role: 'clinician', resident: null } })
  })
})
