/** Two people whom much makes alike: in doubt a question, never a link. Beside each, what is one person's all the same. */
import { featuresOf, judge } from '../../src/identity/index'
import { mostPersons, personsAmong } from '../../src/identity/blocking'
import { shippedFrequencies } from '../../src/identity/frequencies'
import { shipped } from '../../src/identity/score/model'
import type { Patient } from '../../src/model/fhir'

const judging = { model: shipped, frequency: shippedFrequencies, population: 1_000_000 }
const read = (told: Partial<Patient>) => featuresOf({ resourceType: 'Patient', ...told }, 's')
const grade = (a: Partial<Patient>, b: Partial<Patient>) => judge(read(a), read(b), judging).grade
const numbered = (value: string) => ({ system: 'urn:oid:2.16.156.10011.1.3', value })
const card = { system: 'urn:oid:2.16.156.10011.1.19', value: 'A900000001' }
const text = (name: string): Partial<Patient> => ({ name: [{ text: name }] })
const latin = (given: string, family: string): Partial<Patient> => ({ name: [{ family, given: [given] }] })
const house: Partial<Patient> = {
  birthDate: '2015-06-01', gender: 'female', telecom: [{ system: 'phone', value: '13850051234' }], address: [{ text: '厦门市湖里区江头街道台湾街12号301室' }],
}
const mother = numbered('110105198203070025')

describe('a card, a chart number or an insurance of a family', () => {
  const held = (name: string, more: Partial<Patient> = {}) => ({ ...house, ...text(name), identifier: [card], ...more })

  it('does not make twins one', () => {
    expect(grade(held('黄子涵'), held('黄宇轩'))).toBe('possible')
    expect(grade(held('黄子涵', { gender: 'male' }), held('黄欣怡'))).toBe('none')
  })

  it('does not make mother and daughter one, nor two of one passport number', () => {
    expect(grade(held('黄丽', { birthDate: '1985-06-01' }), held('黄欣怡'))).toBe('possible')
    const passport = { identifier: [{ system: 'http://hl7.org/fhir/sid/passport', value: 'E12345678' }] }
    expect(grade({ ...latin('John', 'Smith'), birthDate: '1990-05-05', ...passport }, { ...latin('Jan', 'Smit'), birthDate: '1980-05-05', ...passport })).toBe('possible')
  })

  it('still finds its owner, another character of the same sound included', () => {
    expect(grade(held('黄子涵'), held('黄子涵', { telecom: [], address: [] }))).toBe('certain')
    expect(grade(held('黄子涵'), held('黄子函'))).toBe('certain')
  })
})

describe('sex and birth date', () => {
  const lin = (name: string, birthDate: string, gender: 'male' | 'female') => ({ ...house, ...text(name), birthDate, gender })

  it('that both differ are of two, be it by a digit of the year', () => {
    expect(grade(lin('林小红', '1988-03-04', 'female'), lin('林小红', '1986-03-04', 'male'))).toBe('none')
    expect(grade(lin('林小红', '1988-03-04', 'female'), lin('林小红', '1986-03-04', 'female'))).toBe('certain')
  })

  it('ask where the birth date is a decade off: father and son', () => {
    expect(grade(lin('张伟', '1960-05-06', 'male'), lin('张伟', '1990-05-06', 'male'))).toBe('possible')
    expect(grade(lin('张伟', '1960-05-06', 'male'), lin('张伟', '1960-05-08', 'male'))).toBe('certain')
  })
})

describe('twins', () => {
  it.each([
    ['Emma and Olivia Smith', latin('Emma', 'Smith'), latin('Olivia', 'Smith')],
    ['Jack (M) and Olivia (F)', { ...latin('Jack', 'Smith'), gender: 'male' as const }, latin('Olivia', 'Smith')],
    ['HUANG ZIHAN and HUANG YUXUAN', text('HUANG ZIHAN'), text('HUANG YUXUAN')],
    ['HUANG ZIHAN and HUANG ZIHAO', text('HUANG ZIHAN'), text('HUANG ZIHAO')],
    ['李文 and 李雯', text('李文'), text('李雯')],
  ])('%s are a question', (_, a, b) => {
    expect(grade({ ...house, ...a }, { ...house, ...b })).toBe('possible')
    expect(grade({ ...house, ...a }, { ...house, ...a })).toBe('certain')
  })

  it('of one sound and two sexes are two', () => expect(grade({ ...house, ...text('李文'), gender: 'male' }, { ...house, ...text('李雯') })).toBe('none'))

  it('are not chained by a chart that lists both names', () => {
    const both = { ...house, name: [{ text: '黄子涵' }, { text: '黄宇轩' }] }
    expect(judge(read({ ...house, ...text('黄子涵') }), read({ ...house, ...text('黄宇轩') }), judging).against).toContain('given-name-differs')
    expect(grade({ ...house, ...text('黄子涵') }, both)).toBe('certain')
  })
})

describe('a newborn', () => {
  it.each(['新生儿', 'NEWBORN', '黄丽BB'])('called %s, under the mother\'s number without a birth date, is not the mother', name => {
    expect(grade({ ...text('黄丽'), birthDate: '1982-03-07', identifier: [mother] }, { ...text(name), identifier: [mother] })).toBe('possible')
  })

  it.each([
    ['黄丽BB1', '黄丽', 1], ['黄丽A', '黄丽', 1], ['黄丽婴2', '黄丽', 2], ['黄丽之女', '黄丽', undefined], ['BABY OF HUANG LI', 'huang li', undefined],
    ['BABY BOY HUANG', undefined, undefined], ['HUANG LI BABY B', 'huang li', 2], ['BB HUANG LI', 'huang li', undefined], ['新生儿', undefined, undefined],
  ])('is read in %s', (name, parent, birthOrder) => {
    const features = read(text(name))
    expect([features.names, features.newborn, features.parent, features.birthOrder]).toEqual([[], true, parent, birthOrder])
  })

  it('is read in given names (FHIR)', () => expect(read(latin('Babyboy', 'Huang'))).toMatchObject({ names: [], newborn: true }))

  it.each(['黄丽', '张伟2', '李婴', 'Bob Huang', 'Sonia Baber'])('is not read in %s', name => {
    expect(read(text(name)).newborn).toBeUndefined()
    expect(read(text(name)).names).toHaveLength(1)
  })

  it('is another than the one born with it, by the letter or digit in the name, and is never joined without', () => {
    expect(grade({ ...house, ...text('黄丽A') }, { ...house, ...text('黄丽B') })).toBe('none')
    for (const name of ['黄丽BB', 'BABY OF HUANG LI', 'BABY BOY HUANG', '黄丽婴']) expect(grade({ ...house, ...text(name) }, { ...house, ...text(name) })).toBe('possible')
  })
})

describe('a place or telephone of many', () => {
  const zhang = (more: Partial<Patient>): Partial<Patient> => ({ ...text('张伟'), birthDate: '1990-05-05', gender: 'male', ...more })

  it.each(['厦门市同安区莲花镇后埔村3组', '厦门大学', '本地', '厦门大学国际学生公寓5号楼'])('%s is where nobody in particular lives', address => {
    expect(grade(zhang({ address: [{ text: address }] }), zhang({ address: [{ text: address }] }))).toBe('possible')
  })

  it.each(['湖里区和通路59号', '思明区大学路12号', '同安区莲花镇后埔村十二号'])('%s is somebody\'s house', address => {
    expect(grade(zhang({ address: [{ text: address }] }), zhang({ address: [{ text: address }] }))).toBe('certain')
  })

  it.each(['05922137000', '0592-2137000', '+86 592 2137000', '2137000', '010-62781234', '4008001234'])('%s is a landline, and nobody\'s own', value => {
    expect(read({ telecom: [{ system: 'phone', value }] }).phones).toEqual([])
  })

  it.each(['13850051234', '+86 138 5005 1234', '+852 6123 4567', '(617) 555-1234'])('%s may be somebody\'s own', value => {
    expect(read({ telecom: [{ system: 'phone', value }] }).phones).toHaveLength(1)
  })

  it.each(['ZHANG WEI', 'Maria Garcia'])('and none at all, beside %s and a birth date, is a question', name => {
    expect(grade(zhang(text(name)), zhang(text(name)))).toBe('possible')
  })
})

describe('an identity number of 15 digits', () => {
  const told = (value: string, birthDate?: string): Partial<Patient> => ({ ...text('张伟'), gender: 'female', identifier: [numbered(value)], ...(birthDate === undefined ? {} : { birthDate }) })

  it('is none where it is a filler', () => expect(read(told('111111111111111')).numbers).toEqual([]))

  it('links where the birth date told beside it agrees; it has no check digit', () => {
    expect(grade(told('110105491231002', '1949-12-31'), told('11010519491231002X', '1949-12-31'))).toBe('certain')
    expect(grade(told('110105491231002'), told('11010519491231002X', '1949-12-31'))).toBe('possible')
    expect(grade(told('11010519491231002X'), told('11010519491231002X', '1949-12-31'))).toBe('certain')
  })
})

it('counts as persons under a number those who are told: a laboratory sends the number alone', () => {
  const owner = read({ ...house, ...text('黄丽') })
  expect(personsAmong([owner, ...Array.from({ length: 30 }, () => read({}))])).toBe(1)
  expect(personsAmong(Array.from({ length: 30 }, () => read({})))).toBeGreaterThan(mostPersons)
})
