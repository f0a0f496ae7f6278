import type { Patient } from '../../src/model/fhir'
import { residents } from '../../src/store/collections'
import { useIndex } from './index'

const system = 'urn:oid:2.16.156.10011.1.3'
const [number, otherNumber, third] = ['11010519491231002X', '440524188001010014', '110105199503078429']
const born: Partial<Patient> = { birthDate: '1949-12-31', gender: 'female' }
const under = (value: string, told: Partial<Patient>): Partial<Patient> => ({ identifier: [{ system, value }], ...told })
const chen = under(number!, { ...born, name: [{ text: '陈桂芳' }] })
const renamed = under(number!, { ...born, name: [{ text: '吴志强' }] })
const li = under(otherNumber!, { name: [{ text: '李四' }], birthDate: '1880-01-01', gender: 'male' })
const retiredInto = (survivor: string, told: Partial<Patient>): Partial<Patient> =>
  ({ ...told, link: [{ type: 'replaced-by', other: { reference: `Patient/${survivor}` } }] })

describe('what a person decides', () => {
  const index = useIndex()
  const { word } = index
  const come = async (id: string, told: Partial<Patient>) => (await index.link(id, told)).resident
  const all = async (ids: readonly string[], told: Partial<Patient>) => {
    for (const id of ids) await come(id, told)
    return (await index.identity.residentOf(ids[0]!))!
  }
  const queue = (limit = 50) => index.identity.reviewQueue({ limit })
  const groups = async (...ids: string[]) => {
    const found = new Map<string, string[]>()
    for (const id of ids) {
      const resident = (await index.identity.residentOf(id))!
      found.set(resident, [...found.get(resident) ?? [], id])
    }
    return [...found.values()].map(each => each.join(' '))
  }

  describe('gives nobody the id of another', () => {
    it.each(['q', 'p1'])('when a merge is taken back by splitting off %s', async split => {
      const [q, p] = [await all(['q'], li), await all(['p1', 'p2'], chen)]
      await index.identity.mergeResidents(p, q, word())
      await index.identity.splitPatient(split === 'q' ? 'q' : ['p1', 'p2'], word('a mistake'))
      expect([await index.identity.residentOf('q'), await index.identity.residentOf('p1'), await index.identity.residentOf('p2')]).toEqual([q, p, p])
      expect([await index.identity.patientsOf(q), await index.identity.patientsOf(p)]).toEqual([['q'], ['p1', 'p2']])
    })

    it('when two merges are taken back, one after the other', async () => {
      const ids = [await all(['x'], li), await all(['y'], under(third!, { name: [{ text: '王五' }] })), await all(['z1', 'z2'], chen)]
      await index.identity.mergeResidents(ids[1]!, ids[2]!, word())
      await index.identity.mergeResidents(ids[0]!, ids[1]!, word())
      await index.identity.splitPatient(['z1', 'z2'], word())
      expect(await index.identity.residentOf('z1')).toBe(ids[2])
      await index.identity.splitPatient('y', word())
      expect([await index.identity.residentOf('x'), await index.identity.residentOf('y')]).toEqual([ids[0], ids[1]])
    })

    it('when the first chart of a resident is split off', async () => {
      const id = await all(['a', 'b', 'c'], chen)
      await index.identity.splitPatient('a', word('a cousin'))
      expect(await index.identity.patientsOf(id)).toEqual(['a'])
      expect(await groups('a', 'b', 'c')).toEqual(['a', 'b c'])
    })

    it('when a chart tells another number than that which joined it', async () => {
      const [first, second] = [await come('a', { name: [{ text: '陈桂芳' }] }), await all(['p'], chen)]
      await come('a', chen)
      expect(await index.identity.residentOf('p')).toBe(first)
      await come('a', li)
      expect([await index.identity.residentOf('a'), await index.identity.residentOf('p')]).toEqual([first, second])
    })

    it('when the first chart of a resident comes back from another', async () => {
      const [q, id] = [await come('q', li), await all(['a', 'b', 'c'], chen)]
      await come('a', li)
      expect([await index.identity.residentOf('a'), await index.identity.residentOf('b')]).toEqual([q, id])
      await index.identity.mergeResidents(q, id, word())
      await index.identity.splitPatient(['a', 'q'], word())
      expect([await index.identity.patientsOf(q), await index.identity.patientsOf(id)]).toEqual([['q', 'a'], ['b', 'c']])
      await come('a', { name: [{ text: '王五' }] })
      await index.identity.splitPatient('a', word()).catch(() => undefined)
      expect(await index.identity.patientsOf(id)).toEqual(['b', 'c'])
    })
  })

  describe('holds for all charts', () => {
    const [a, b] = [['a1', 'a2', 'a3'], ['b1', 'b2', 'b3']]

    it.each(['answered', 'merged'])('of two residents whose question is %s', async how => {
      const [x, y] = [await all(a, chen), await all(b, renamed)]
      const [question] = await queue()
      if (how === 'answered') await index.identity.decideReview(question!.review, 'joined', word('renamed'))
      else await index.identity.mergeResidents(x, y, word('renamed'))
      expect(await groups(...a, ...b)).toEqual(['a1 a2 a3 b1 b2 b3'])
      expect(await queue()).toEqual([])
      await come('a4', chen)
      await come('b4', renamed)
      await come('c', under(number!, {}))
      expect(await groups(...a, 'a4', ...b, 'b4', 'c')).toEqual(['a1 a2 a3 a4 b1 b2 b3 b4 c'])
    })

    it('when a join is taken back, by the question or by splitting a set', async () => {
      const ids = [await all(a, chen), await all(b, renamed)]
      const [question] = await queue()
      for (const takeBack of [() => index.identity.decideReview(question!.review, 'cut', word()), () => index.identity.splitPatient(b, word())]) {
        await index.identity.decideReview(question!.review, 'joined', word())
        expect(await groups(...a, ...b)).toEqual(['a1 a2 a3 b1 b2 b3'])
        await takeBack()
        expect(await groups(...a, ...b)).toEqual(['a1 a2 a3', 'b1 b2 b3'])
        expect([await index.identity.residentOf('a1'), await index.identity.residentOf('b1')]).toEqual(ids)
      }
    })

    it('when a cut is taken back', async () => {
      const id = await all(['a', 'b', 'c', 'd'], chen)
      const cut = await index.identity.splitPatient('c', word())
      expect(await groups('a', 'b', 'c', 'd')).toEqual(['a b d', 'c'])
      expect(await index.identity.mergeResidents(cut, id, word())).toBe(id)
      expect(await groups('a', 'b', 'c', 'd')).toEqual(['a b c d'])
    })

    it('and refuses to split what is no part of one resident', async () => {
      await all(['a', 'b'], chen)
      await come('q', li)
      await expect(index.identity.splitPatient(['a', 'q'], word())).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
      await expect(index.identity.splitPatient(['a', 'b'], word())).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
      await expect(index.identity.splitPatient(['a', 'nobody'], word())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })

  describe('on charts that their source merged (A40)', () => {
    it('asks where both have a valid number, and leaves them two until then', async () => {
      await come('a', chen)
      await come('b', li)
      await come('b', retiredInto('a', li))
      expect(await groups('a', 'b')).toEqual(['a', 'b'])
      expect(await queue()).toMatchObject([{ kind: 'possible', patient: 'a', other: 'b', against: expect.arrayContaining(['numbers-differ']) }])
      await index.identity.decideReview((await queue())[0]!.review, 'joined', word())
      expect(await groups('a', 'b')).toEqual(['a b'])
      await index.identity.splitPatient('b', word())
      await come('b', retiredInto('a', { ...li, telecom: [{ system: 'phone', value: '13850051234' }] }))
      expect([await groups('a', 'b'), await queue()]).toEqual([['a', 'b'], []])
    })

    it('keeps cut what a person cut, whatever chart takes the place', async () => {
      await all(['a', 'b'], chen)
      await index.identity.splitPatient('b', word())
      await come('b2', { name: [{ text: '陈桂芳' }] })
      await come('b', retiredInto('b2', chen))
      await come('b2', chen)
      expect(await groups('a', 'b', 'b2')).toEqual(['a', 'b b2'])
    })

    it('merges and splits a resident whose first chart is retired', async () => {
      await come('a0', retiredInto('a1', { name: [{ text: '陈芳' }] }))
      const [a, b] = [await come('a1', chen), await come('b', li)]
      await index.identity.mergeResidents(a, b, word())
      expect(await groups('a0', 'a1', 'b')).toEqual(['a0 a1 b'])
      await index.identity.splitPatient('a0', word())
      expect(await groups('a0', 'a1', 'b')).toEqual(['a0', 'a1 b'])
    })
  })

  it('leaves one who is as like to two whom a person cut to neither', async () => {
    await all(['a', 'c'], chen)
    await index.identity.splitPatient('c', word('two cousins'))
    await come('d', chen)
    expect(await groups('a', 'c', 'd')).toEqual(['a', 'c', 'd'])
    expect(await queue()).toHaveLength(2)
  })

  it('takes an id that was merged away for whom it is now', async () => {
    const ids: string[] = []
    for (let n = 0; n < 8; n += 1) ids.push(await come(`p${n}`, { name: [{ text: `陈${'甲乙丙丁戊己庚辛'[n]}` }], birthDate: `195${n}-01-01` }))
    for (let n = 7; n > 0; n -= 1) await index.identity.mergeResidents(ids[n - 1]!, ids[n]!, word())
    const other = await come('q', li)
    expect(await index.identity.mergeResidents(ids[7]!, other, word())).toBe(ids[0])
    await expect(index.identity.mergeResidents(ids[7]!, ids[3]!, word())).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    expect((await index.store.get(residents, [ids[0]!]))?.patients).toHaveLength(9)
  })
})
