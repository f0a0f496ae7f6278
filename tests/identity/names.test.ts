import { featuresOf, isSameName, searchTermsOf, searchText } from '../../src/identity/index'

describe('names', () => {
  it.each([
    ['陈桂芳', '陈 桂芳'], ['陈桂芳', '陈・桂芳'], ['ZHANG SAN', 'Zhang San'], ['Zhang San', 'San Zhang'], ['张三', 'ZHANG SAN'], ['张三', 'San ZHANG'],
    ['欧阳修文', 'Ouyang Xiuwen'], ['欧阳修文', 'Xiuwen Ouyang'], ['吕小明', 'LYU XIAOMING'], ['吕小明', 'Lü Xiaoming'], ['单雄信', 'Shan Xiongxin'],
    ["O'Brien Ann", 'OBRIEN ANN'],
  ])('%s and %s are one', (a, b) => {
    expect(isSameName(a, b)).toBe(true)
    expect(isSameName(b, a)).toBe(true)
  })

  it.each([['陈桂芳', '陈桂花'], ['何嘉敏', 'HO KA MAN'], ['张三', 'ZHANG SI'], ['Ann Lee', 'Ann Li'], ['陈桂芳', 'Li']])('%s and %s are two', (a, b) =>
    expect(isSameName(a, b)).toBe(false))

  it('are found by name, pinyin and initials, a surname read as a surname', () => {
    expect(searchTermsOf([{ text: '曾志伟' }])).toEqual(['曾志伟', 'zengzhiwei', 'zzw'])
    expect(searchTermsOf([{ family: 'HO', given: ['KA', 'MAN'] }])).toEqual(['hokaman', 'kamanho', 'manhoka', 'hkm'])
    expect(searchTermsOf([{ family: '张', given: ['三'] }, {}])).toEqual(['张三', 'zhangsan', 'zs'])
    expect(searchTermsOf(undefined)).toEqual([])
  })

  it('are typed with blanks and capitals', () => {
    expect(searchText(' Chen Gui')).toBe('chengui')
    expect(searchText('陈 桂')).toBe('陈桂')
  })

  it('are looked at up to 200 characters, and fifty of a person', () => {
    const [short, long] = [{ text: '陈'.repeat(200) }, { text: '陈'.repeat(5_000) }]
    expect(searchTermsOf([long])).toEqual(searchTermsOf([short]))
    expect(searchTermsOf(Array.from({ length: 1_000 }, (_, n) => ({ text: `陈${'一二三四五六七八九十'.charAt(n % 10)}`.repeat(n + 1) }))).length).toBeLessThanOrEqual(150)
  })
})

describe('what linking takes of a person', () => {
  it('is bounded in each value and in each list, and the same as of the beginning of it', () => {
    const times = <T>(item: (n: number) => T, count = 1_000): T[] => Array.from({ length: count }, (_, n) => item(n))
    const person = (length: number, count: number) => ({
      name: times(n => ({ family: `${n}`.padEnd(length, 'x'), given: times(m => `${m}`.padEnd(length, 'y'), count) }), count),
      identifier: times(n => ({ system: 'urn:s', value: `${n}`.padEnd(length, '1') }), count),
      telecom: times(n => ({ system: 'phone' as const, value: `139${String(n).padStart(8, '0')}` }), count),
      address: [{ text: '路'.repeat(length), line: times(() => 'x'.repeat(length), count) }],
      contact: times(() => ({ relationship: [{ text: '母亲' }], name: { text: '母'.repeat(length) } }), count),
    })
    const normalised: number[] = []
    const normalize = jest.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, ...form) {
      normalised.push(this.length)
      return original.apply(this, form as [])
    })
    const long = featuresOf(person(6_000, 300), 's')
    normalize.mockRestore()
    expect(Math.max(...normalised)).toBeLessThan(21 * 201)
    expect(long).toEqual(featuresOf(person(500, 100), 's'))
  })
})

const original = String.prototype.normalize
