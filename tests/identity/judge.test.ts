import { featuresOf, judge } from '../../src/identity/index'
import { shippedFrequencies } from '../../src/identity/frequencies'
import { shipped } from '../../src/identity/score/model'
import type { Patient } from '../../src/model/fhir'

const system = 'urn:oid:2.16.156.10011.1.3'
const judging = { model: shipped, frequency: shippedFrequencies, population: 1_000_000 }
const read = (told: Partial<Patient>, source = 's') => featuresOf({ resourceType: 'Patient', ...told }, source)
const judged = (a: Partial<Patient>, b: Partial<Patient>) => judge(read(a), read(b), judging)
const chen: Partial<Patient> = {
  name: [{ text: '陈桂芳' }], birthDate: '1956-03-02', gender: 'female', telecom: [{ system: 'phone', value: '13850051234' }], address: [{ text: '厦门市湖里区江头街道台湾街12号301室' }],
}

const authorityOf = (value: string, source: string) => read({ identifier: [{ system: 'urn:oid:2.16.156.10011.1.2', value }] }, source).identifiers[0]?.authority
const bitsOf = (text: string) => judged({ ...chen, name: [{ text }] }, { ...chen, name: [{ text }] }).bits
const numbered = (value: string) => ({ ...chen, birthDate: '1949-12-31', identifier: [{ system, value }] })

describe('features', () => {
  it('read old, full-width and lower-case identity numbers as one', () => {
    const numbers = ['11010519491231002X', '１１０１０５１９４９１２３１００２ｘ', '110105491231002'].map(value => read({ identifier: [{ system, value }] }).numbers[0]?.number)
    expect(new Set(numbers)).toEqual(new Set(['11010519491231002X']))
  })

  it.each(['无名氏', 'NEWBORN', '测试', '测试12', 'Jane Doe', 'Unknown', '王某', '李某某', '王某之子', 'XXX', ''])('take %s for no name', text =>
    expect(read({ name: [{ text }] }).names).toEqual([]))

  it('know whose child a newborn is', () => {
    expect(read({ name: [{ text: '黄丽之女' }] })).toMatchObject({ names: [], parent: '黄丽' })
  })

  it.each(['11111111111', '00000000', '1234567', '', '1'])('take the phone %s for none', value => expect(read({ telecom: [{ system: 'phone', value }] }).phones).toEqual([]))

  it('write phones one way', () => {
    const phones = ['+86 138-5005-1234', '008613850051234', '１３８５００５１２３４'].map(value => read({ telecom: [{ system: 'phone', value }] }).phones[0])
    expect(new Set(phones)).toEqual(new Set(['13850051234']))
  })

  it.each(['1900-01-01', '9999-12-31', 'soon'])('take the birth date %s for none', birthDate => expect(read({ birthDate }).birthDate).toBeUndefined())

  it('part surnames of two characters, and write variants of a character one way', () => {
    expect(read({ name: [{ text: '欧阳靖' }] }).names).toMatchObject([{ family: '欧阳', given: '靖' }])
    expect(read({ name: [{ text: '張偉' }] }).names).toEqual(read({ name: [{ text: '张伟' }] }).names)
  })

  it('take an archive number of 8 digits for the source\'s own', () => {
    expect(authorityOf('00700214', 'a')).not.toBe(authorityOf('00700214', 'b'))
    expect(authorityOf('35020600400700214', 'a')).toBe(authorityOf('35020600400700214', 'b'))
  })

  it('are small, whatever is told', () => {
    const long = 'x'.repeat(1000)
    const told = read({ name: [{ text: long }, { text: '陈'.repeat(1000) }], telecom: [{ system: 'phone', value: '1'.repeat(1000) }], address: [{ text: long }], birthDate: long })
    expect(JSON.stringify(told).length).toBeLessThan(2000)
    expect(judge(told, told, judging).grade).not.toBe('certain')
  })
})

describe('two patients', () => {
  it('without a number are one where name, birth date and phone are', () => expect(judged(chen, chen).grade).toBe('certain'))

  it('of one name and birth date only are for a steward', () => {
    const { telecom: _, address: __, ...bare } = chen
    expect(judged(bare, chen).grade).toBe('possible')
  })

  it('tell nothing by what is blank', () => {
    expect(judged({}, chen)).toMatchObject({ grade: 'none', evidence: [] })
    expect(judged({}, {}).grade).toBe('none')
  })

  it('agree less on a common name', () => {
    expect(bitsOf('欧阳靖')).toBeGreaterThan(bitsOf('张伟') + 5)
  })

  it('with two valid numbers are two', () => {
    expect(judged(numbered('11010519491231002X'), numbered('110105194912310046'))).toMatchObject({ grade: 'none', against: ['numbers-differ'] })
  })

  it('of whom one has a number of somebody much older are for a steward: it may be a parent\'s', () => {
    const child = { ...chen, birthDate: '2020-03-02', identifier: [{ system, value: '110105202003020022' }] }
    const lent = { ...child, identifier: [{ system, value: '11010519491231002X' }] }
    expect(read(child).numbers).toHaveLength(1)
    expect(judged(child, lent)).toMatchObject({ grade: 'possible', against: ['number-of-another'] })
  })

  it('whose sex and birth date both differ are two', () => {
    expect(judged(chen, { ...chen, gender: 'male', birthDate: '1931-11-20' })).toMatchObject({ grade: 'none', against: ['sex-and-birth-date-differ'] })
  })

  it('born together, of one house and phone, are never one by that', () => {
    expect(judged(chen, { ...chen, name: [{ text: '陈桂花' }] }).grade).not.toBe('certain')
    expect(judged({ ...chen, multipleBirthInteger: 1 }, { ...chen, multipleBirthInteger: 2 }).grade).toBe('none')
    const newborn = { ...chen, name: [{ text: '黄丽之女' }], birthDate: '2026-05-11' }
    expect(judged(newborn, newborn).grade).not.toBe('certain')
  })

  it('are found likely where day and month are swapped, or one digit is wrong', () => {
    for (const birthDate of ['1956-02-03', '1956-03-12']) expect(judged(chen, { ...chen, birthDate }).grade).toBe('certain')
  })

  it('of whom one has a number misread by a digit are one, if the rest agrees', () => {
    const { telecom: _, address: __, ...bare } = chen
    const number = { ...bare, identifier: [{ system, value: '11010519491231002X' }] }
    expect(judged(number, { ...bare, identifier: [{ system, value: '11010519491231003X' }] }).grade).toBe('certain')
  })

  it('are compared the same either way', () => {
    const other = { ...chen, name: [{ text: 'Guifang CHEN' }], birthDate: '1956' }
    expect(judged(chen, other).bits).toBeCloseTo(judged(other, chen).bits, 9)
  })
})
