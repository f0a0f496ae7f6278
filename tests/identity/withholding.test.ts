import type { Patient } from '../../src/model/fhir'
import { residents, reviews } from '../../src/store/collections'
import { useIndex } from './index'

const chen: Partial<Patient> = {
  identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '11010519491231002X' }], name: [{ text: '陈桂芳' }], birthDate: '1949-12-31',
}
const record = (patient: string) => ({ patient, type: 'Condition', id: '1' })
const key = (patient: string) => `${patient} Condition/1`

describe('what a resident says is not theirs', () => {
  const index = useIndex()
  const { word } = index
  const come = async (id: string, told: Partial<Patient>) => (await index.link(id, told)).resident
  const withheld = async (resident: string) => (await index.store.get(residents, [resident]))?.withheld ?? []
  const report = (resident: string, ...patients: string[]) => index.identity.reportNotMine({ resident, records: patients.map(record) }, word('not mine'))

  it('stays withheld where its chart goes, until it is decided there', async () => {
    const own = await come('a', chen)
    await come('b', chen)
    const { review } = await report(own, 'a', 'b')
    const other = await index.identity.splitPatient('b', word())
    expect([await withheld(own), await withheld(other)]).toEqual([[key('a')], [key('b')]])
    await index.identity.decideReview(review, 'joined', word())
    expect([await withheld(own), await withheld(other)]).toEqual([[], []])
  })

  it('is shown again after two merges', async () => {
    const [x, y, z] = [await come('x', { name: [{ text: '甲乙' }] }), await come('y', { name: [{ text: '丙丁' }] }), await come('z', { name: [{ text: '戊己' }] })]
    const { review } = await report(z, 'z')
    await index.identity.mergeResidents(y, z, word())
    await index.identity.mergeResidents(x, y, word())
    expect(await withheld(x)).toEqual([key('z')])
    await index.identity.decideReview(review, 'joined', word())
    expect(await withheld(x)).toEqual([])
  })

  it('is withheld from who is not its owner only, whether the chart leaves before or after the verdict', async () => {
    const own = await come('a', chen)
    await come('b', chen)
    const { review } = await report(own, 'b')
    await index.identity.decideReview(review, 'cut', word())
    const other = await index.identity.splitPatient('b', word())
    expect([await withheld(own), await withheld(other)]).toEqual([[], []])
    await index.identity.mergeResidents(own, other, word())
    expect(await withheld(own)).toEqual([key('b')])
    const again = await report(own, 'a')
    const third = await index.identity.splitPatient('a', word())
    await index.identity.decideReview(again.review, 'cut', word())
    expect([third, await withheld(own)]).toEqual([own, [key('a')]])
  })

  it('is one case each time: a decision on an earlier one stands', async () => {
    const own = await come('a', chen)
    const first = await report(own, 'a')
    await index.identity.decideReview(first.review, 'joined', word('it is hers'))
    const second = await report(own, 'a')
    expect(await index.store.get(reviews, [first.review])).toMatchObject({ status: 'joined', reason: 'it is hers' })
    expect(await index.identity.reviewQueue({ limit: 9 })).toMatchObject([{ review: second.review, status: 'open' }])
    expect(await withheld(own)).toEqual([key('a')])
  })
})
