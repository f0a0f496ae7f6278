import { isSameName, searchTermsOf, searchText } from '../../src/identity/index'

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
})
