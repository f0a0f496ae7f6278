/** People told so badly that linking them would be guessing, and so many of them that looking at all would never end. */
import { createIdentity } from '../../src/identity'
import type { Patient } from '../../src/model/fhir'
import { identityNumber } from '../../seed/identityNumbers'
import { openStore } from '../../src/store'
import { links, reviews } from '../../src/store/collections'
import type { Store } from '../../src/store/port'

const numberSystem = 'urn:oid:2.16.156.10011.1.3'
const at = '2026-11-01T00:00:00.000Z'
const mine: Partial<Patient> = {
  name: [{ text: '欧阳静雯' }], birthDate: '1972-05-19', gender: 'female', telecom: [{ system: 'phone', value: '13599993141' }],
  address: [{ text: '湖里区和通路31号402室' }],
}
const numberOf = (n: number): string => identityNumber({ county: '350206', birth: '1972-05-19', sex: 'F', serial: n })
const numbered = (value: string) => ({ identifier: [{ system: numberSystem, value }] })
const day = (n: number): string => new Date(Date.UTC(1940, 0, 1) + n * 86_400_000).toISOString().slice(0, 10)
/** Tens of times what a block may hold (60): 5,000 under one phone and 10,000 of one name cost the same each, and take half a minute. */
const many = 1200
/** 20,000 names, each with another given name, of letters that are all ordinary. */
const characters = [...'安邦成德恩芳国海建金凯兰明宁平庆仁山泰文贤新雅英永友玉泽章志忠子卓宗祖祥翔晓欣秀旭雪阳艺亦']
const nameOf = (n: number) => `${'陈林黄张吴李王郑许蔡'[n % 10]}${characters[Math.floor(n / 10) % 45]}${characters[Math.floor(n / 450) % 45]}`

describe('linking of badly told people', () => {
  let store: Store
  let asked: Map<string, number>
  let come: (id: string, told: Partial<Patient>, source?: string) => Promise<string>
  beforeEach(async () => {
    asked = new Map()
    store = counting(await openStore('sqlite::memory:'), asked)
    const identity = createIdentity({ store, idKey: 'a-key-for-the-ids-of-tests' })
    come = async (id, told, source = `source-${id.length % 3}`) => {
      const { link } = await identity.link({ id, source, resource: { resourceType: 'Patient', id, ...told } }, at)
      return link.resident
    }
  })
  afterEach(() => store.close())

  const residents = async (people: readonly (readonly [string, Partial<Patient>])[]) => {
    const found: string[] = []
    for (const [id, told] of people) found.push(await come(id, told))
    return new Set(found).size
  }
  const questions = () => store.find(reviews, { where: { status: 'open' }, limit: 1000 })
  const three = (told: Partial<Patient>) => (['a', 'bb', 'ccc'] as const).map(id => [id, told] as const)

  it.each<[string, Partial<Patient>]>([
    ['nothing at all', {}],
    ['empty words', { name: [{ text: ' ' }], birthDate: '', telecom: [{ system: 'phone', value: '' }], address: [{ text: '' }], identifier: [{ system: numberSystem, value: '' }] }],
    ['a sex alone', { gender: 'female' }],
    ['无名氏 and 1900-01-01', { name: [{ text: '无名氏' }], birthDate: '1900-01-01', gender: 'male' }],
    ['NEWBORN of one day', { name: [{ text: 'NEWBORN' }], birthDate: '2026-05-11', gender: 'male' }],
    ['测试 with phones of all ones', { name: [{ text: '测试' }], birthDate: '1980-01-01', telecom: [{ system: 'phone', value: '11111111111' }] }],
    ['a number of all ones', { ...numbered('111111111111111111'), name: [{ text: '某某' }] }],
    ['a name alone, and a common one', { name: [{ text: '张伟' }] }],
  ])('who tell %s are as many as they are, and no question', async (_, told) => {
    expect(await residents(three(told))).toBe(3)
    expect(await questions()).toEqual([])
  })

  it('1900-01-01 at one and a birth date at the other is no contradiction', async () => {
    expect(await residents([['a', { ...mine, ...numbered(numberOf(7)) }], ['bb', { ...mine, ...numbered(numberOf(7)), birthDate: '1900-01-01' }]])).toBe(1)
  })

  it('full-width digits and letters are the same as others', async () => {
    const wide = (text: string) => text.replace(/[!-~]/g, character => String.fromCodePoint(character.codePointAt(0)! + 0xfee0))
    const told = { ...mine, ...numbered(wide(numberOf(7))), telecom: [{ system: 'phone' as const, value: wide('13599993141') }] }
    expect(await residents([['a', { ...mine, ...numbered(numberOf(7)) }], ['bb', told]])).toBe(1)
    expect(await residents([['ccc', { ...mine, name: [{ text: '林晓岚' }] }], ['d', { ...mine, name: [{ text: '林晓岚' }], telecom: told.telecom }]])).toBe(1)
  })

  it('a name in mixed scripts, with marks and blanks, is read by its parts', async () => {
    const names = ['欧阳静雯', '欧阳 静雯', '欧阳静雯（VIP）', 'OUYANG Jingwen 欧阳静雯', '欧陽靜雯', '\u200b欧阳静雯\ufeff', '静雯٣Ж😀']
    for (const [n, text] of names.entries()) await come(`p${n}`, { ...mine, name: [{ text }] })
    const found = await Promise.all(['p0', 'p1', 'p5'].map(id => store.find(links, { where: { patient: id }, limit: 5 })))
    expect(new Set(found.map(each => each.at(-1)?.resident)).size).toBe(1)
  })

  it('a name of 1,000 characters, and a hundred of them, cost no more than a name', async () => {
    const name = [{ text: '欧阳静雯'.repeat(250) }, ...Array.from({ length: 100 }, (_, n) => ({ text: nameOf(n).repeat(300) }))]
    const from = performance.now()
    expect(await residents(three({ ...mine, name, address: Array.from({ length: 100 }, () => ({ text: '路'.repeat(1000) })) }))).toBeLessThanOrEqual(3)
    expect(performance.now() - from).toBeLessThan(2000)
  })

  it('one phone for very many patients joins none of them, and each costs what the first ones did', async () => {
    const told = (n: number): Partial<Patient> => ({ name: [{ text: nameOf(n) }], birthDate: day(n * 5), telecom: [{ system: 'phone', value: '05925551234' }] })
    const costs: number[] = []
    for (let n = 0; n < many; n += 1) costs.push(await costOf(() => come(`p${n}`, told(n))))
    expect(new Set(await Promise.all([0, 1, 77, many - 1].map(n => come(`p${n}`, told(n))))).size).toBe(4)
    expect(mean(costs.slice(-200))).toBeLessThan(mean(costs.slice(100, 300)) * 1.5)
  }, 60_000)

  it('an identity number used by 200 people joins nobody', async () => {
    const told = (n: number): Partial<Patient> => ({ ...numbered(numberOf(7)), name: [{ text: nameOf(n) }], birthDate: day(n * 31) })
    for (let n = 0; n < 200; n += 1) await come(`p${n}`, told(n))
    const found = await Promise.all(Array.from({ length: 200 }, (_, n) => store.find(links, { where: { patient: `p${n}` }, order: 'backward', limit: 1 })))
    expect(new Set(found.map(([link]) => link?.resident)).size).toBe(200)
    const { link, issues } = await createIdentity({ store, idKey: 'a-key-for-the-ids-of-tests' })
      .link({ id: 'the-owner', source: 's', resource: { resourceType: 'Patient', ...mine, ...numbered(numberOf(7)) } }, at)
    expect(found.map(([each]) => each?.resident)).not.toContain(link.resident)
    expect(issues.map(({ code }) => code)).toContain('identity-number-quarantined')
    // Those who came before it was too many to be one person's were asked about: what it alone had asked is withdrawn.
    expect(await questions()).toEqual([])
  }, 60_000)

  it('very many patients of one name and birth date make one block, which starves nobody else', async () => {
    const twin = (n: number): Partial<Patient> => ({ name: [{ text: '张伟' }], birthDate: '1980-01-01', gender: 'male', telecom: [{ system: 'phone', value: `1359${String(9_000_000 + n)}` }] })
    for (let n = 0; n < many; n += 1) await come(`p${n}`, twin(n))
    const cost = await costOf(() => come('late', twin(many + 1)))
    expect(cost).toBeLessThan(60)
    const [one, other] = [await come('own', { ...mine, ...numbered(numberOf(9)) }), await come('own-2', { ...mine, ...numbered(numberOf(9)) })]
    expect(one).toBe(other)
    expect(await come('again', twin(3))).toBe(await come('p3', twin(3)))
  }, 60_000)

  /** How often the store is asked, and for how many rows. */
  async function costOf(action: () => Promise<unknown>): Promise<number> {
    const before = asked.get('calls') ?? 0
    await action()
    return (asked.get('calls') ?? 0) - before
  }
})

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

function counting(store: Store, counts: Map<string, number>): Store {
  return new Proxy(store, {
    get(target, name) {
      const verb: unknown = Reflect.get(target, name)
      if (typeof verb !== 'function') return verb
      return (...given: unknown[]) => {
        counts.set('calls', (counts.get('calls') ?? 0) + 1)
        return (verb as (...args: unknown[]) => unknown).apply(target, given)
      }
    },
  })
}
