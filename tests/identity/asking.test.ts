/** What systems learn of who is whom: their own, and nothing by which others could be told from nobody. */
import { createIdentity } from '../../src/identity/index'
import { resourceId } from '../../src/model/ids'
import type { Patient } from '../../src/model/fhir'
import { entries, type EntryRow } from '../../src/store/collections'
import { failing } from '../support/failingStore'
import { useIndex } from './index'

const idKey = 'a key of the tests'
const system = 'urn:oid:2.16.156.10011.1.3'
const number = '11010519491231002X'
const another = '110105194912310046'
const told = { name: [{ text: '陈桂芳' }], birthDate: '1949-12-31', gender: 'female' as const, telecom: [{ system: 'phone' as const, value: '13850051234' }] }
const chen: Partial<Patient> = { ...told, identifier: [{ system, value: number }] }
const stranger: Partial<Patient> = { name: [{ text: '郭小敏' }], birthDate: '1988-02-02', identifier: [{ system, value: another }] }

describe('a source that asks who somebody is', () => {
  const desk = useIndex()
  const byNumber = (value: string, by?: string) => desk.identity.crossReference({ system, value }, by)
  const match = (person: Partial<Patient>, by?: string) => desk.identity.match(person, 10, by)
  const notMine = (resident: string, patient: string) =>
    desk.identity.reportNotMine({ resident, records: [{ patient, type: 'Patient', id: patient }] }, desk.word('not me'))

  it('gets its own charts and a grade: no evidence, no other\'s charts, no probability but the grade\'s least', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    await desk.link('b1', chen, 'b')
    expect(await byNumber(number, 'a')).toEqual([{ resident, patients: [{ patient: 'a1', source: 'a' }] }])
    expect(await match(chen, 'a')).toEqual([{ resident, patients: [{ patient: 'a1', source: 'a' }], grade: 'certain', probability: 0.95, evidence: [], against: [] }])
    const { telecom: _, ...less } = told
    expect(await match(less, 'b')).toEqual([{ resident, patients: [{ patient: 'b1', source: 'b' }], grade: 'possible', probability: 0.5, evidence: [], against: [] }])
  })

  it('gets one of whom it has no chart as one whom nobody knows: by the same answer and as many calls of the store', async () => {
    await desk.link('a1', chen, 'a')
    const counted = failing(desk.store)
    const identity = createIdentity({ store: counted.store, idKey })
    const asked = async (ask: () => Promise<unknown>) => {
      counted.failAt(undefined)
      return [await ask(), counted.calls()]
    }
    const own = await asked(() => identity.crossReference({ system, value: number }, 'a'))
    const others = await asked(() => identity.crossReference({ system, value: number }, 'b'))
    expect(others).toEqual([[], own[1]])
    for (const value of [another, 'nonsense', '']) expect(await asked(() => identity.crossReference({ system, value }, 'b'))).toEqual(others)
    const mine = await asked(() => identity.match(chen, 10, 'a'))
    const theirs = await asked(() => identity.match(chen, 10, 'b'))
    expect(theirs).toEqual([[], mine[1]])
    for (const person of [stranger, {}, { name: [{ text: '陈桂芳' }] }]) expect(await asked(() => identity.match(person, 10, 'b'))).toEqual(theirs)
  })

  it('is told whom a record of its own is on its way may be, by an identifier that the record names, and until then nothing', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    const person = { ...told, identifier: [{ system: 'urn:hutong:b:MR', value: 'MR0007' }] }
    expect(await match(person, 'b')).toEqual([])
    const row: EntryRow = {
      entry: 'e1', source: 'b', upload: 'u', start: 0, end: 1, arrival: '1', receivedAt: '2026-11-01T00:00:00.000Z', day: '2026-11-01', lane: 0, status: 'pending',
      patient: resourceId({ id: 'b', idKey }, 'Patient', 'MR0007'), controlId: '', attempts: 0,
    }
    await desk.store.commit('e1', [{ verb: 'insert', collection: entries, row }])
    expect(await match(person, 'b')).toMatchObject([{ resident, patients: [], evidence: [] }])
    expect(await match({ ...person, identifier: [{ system: 'urn:hutong:b:MR', value: 'MR0008' }] }, 'b')).toEqual([])
    expect(await match(person, 'c')).toEqual([])
    const { telecom: _, ...less } = person
    expect(await match(less, 'b')).toEqual([])
    await desk.link(row.patient, { name: [{ text: '郭小敏' }] }, 'b')
    expect(await match(person, 'b')).toEqual([])
  })

  it('finds no chart that its resident said is not theirs, nor does a steward, until it is decided that it is', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    await desk.link('b1', { ...chen, identifier: [{ system, value: number }, { system: 'urn:card', value: 'C1234567' }] }, 'b')
    const byCard = (by?: string) => desk.identity.crossReference({ system: 'urn:card', value: 'C1234567' }, by)
    expect(await byCard('b')).toHaveLength(1)
    const { review } = await notMine(resident, 'b1')
    for (const by of ['a', 'b', undefined]) expect(await byCard(by)).toEqual([])
    expect(await byNumber(number, 'b')).toEqual([])
    expect(await match(chen, 'b')).toEqual([])
    expect(await byNumber(number)).toEqual([{ resident, patients: [{ patient: 'a1', source: 'a' }] }])
    expect(await match(chen)).toMatchObject([{ patients: [{ patient: 'a1' }] }])
    await desk.identity.decideReview(review, 'joined', desk.word())
    expect(await byCard('b')).toHaveLength(1)
  })

  it('finds nothing of a resident all of whose charts are taken out', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    await notMine(resident, 'a1')
    for (const by of ['a', undefined]) expect([await byNumber(number, by), await match(chen, by)]).toEqual([[], []])
  })

  it('finds a chart that was taken out by a split under whoever it is since, and no more under whom it left', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    await desk.link('b1', chen, 'b')
    const other = await desk.identity.splitPatient('b1', desk.word())
    expect(await byNumber(number, 'b')).toEqual([{ resident: other, patients: [{ patient: 'b1', source: 'b' }] }])
    expect(await byNumber(number, 'a')).toEqual([{ resident, patients: [{ patient: 'a1', source: 'a' }] }])
  })
})

describe('a steward who asks', () => {
  const desk = useIndex()

  it('gets all charts, the probability and the evidence', async () => {
    const { resident } = await desk.link('a1', chen, 'a')
    await desk.link('b1', chen, 'b')
    const patients = [{ patient: 'a1', source: 'a' }, { patient: 'b1', source: 'b' }]
    expect(await desk.identity.crossReference({ system, value: number })).toEqual([{ resident, patients }])
    const [found] = await desk.identity.match(chen, 10)
    expect(found).toMatchObject({ resident, patients, grade: 'certain' })
    expect(found!.probability).toBeGreaterThan(0.99)
    expect(found!.evidence.length).toBeGreaterThan(2)
  })
})
