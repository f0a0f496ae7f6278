import { featuresOf, featuresOfRow, judge, linkTable, type TablePerson } from '../../src/identity/index'
import { mostPersons, personsAmong } from '../../src/identity/blocking'
import { shippedFrequencies } from '../../src/identity/frequencies'
import { compare } from '../../src/identity/score/levels'
import { countFrequencies, shipped } from '../../src/identity/score/model'
import { shareOfTwins } from '../../src/identity/score/twins'
import type { Patient } from '../../src/model/fhir'

const system = 'urn:oid:2.16.156.10011.1.3'
const judging = { model: shipped, frequency: shippedFrequencies, population: 1_000_000 }
const judged = (a: Partial<Patient>, b: Partial<Patient>) => judge(featuresOf({ resourceType: 'Patient', ...a }, 's'), featuresOf({ resourceType: 'Patient', ...b }, 's'), judging)
const rows = (a: TablePerson, b: TablePerson) => judge(featuresOfRow(a), featuresOfRow(b), { ...judging, population: 1000, isTable: true })
const amy: TablePerson = { given: 'Amy', family: 'Gibson', birthDate: '1997-02-17', sex: 'F', line: '76597 Gonzales Union', locality: 'West Matthew', postcode: '32148', region: 'PW', nationalId: '157727211' }
const without = (person: TablePerson, ...fields: readonly (keyof TablePerson)[]): TablePerson => Object.fromEntries(Object.entries(person).filter(([field]) => !fields.includes(field as keyof TablePerson)))

describe('thin evidence', () => {
  const bare = without(amy, 'nationalId')

  it('is none where name, birth date and address are told and agree', () => expect(rows(bare, amy).grade).toBe('certain'))

  it('asks where half a name and a birth date agree, and no place', () => {
    const half = without(bare, 'family', 'line', 'locality', 'postcode', 'region')
    expect(rows(half, amy).grade).not.toBe('certain')
  })

  it.each(['Crawford and Sons Prison, 76597 Gonzales Union', 'PO BOX 2425', 'c/o Emergency Mail Program', '湖里区社会福利院'])('takes %s for no place where a person is found', line => {
    const half = { ...without(bare, 'family'), line }
    expect(rows(half, { ...amy, line }).grade).not.toBe('certain')
  })

  it.each([['Baby', 'Girl'], ['Anonymous', 'Anonymous'], ['Unknown', 'Unknown']])('never links %s %s without a number', (given, family) => {
    expect(rows({ ...bare, given, family }, { ...amy, given, family }).grade).toBe('possible')
  })

  it('is no question between two who are not named, and of whom little else is told', () => {
    const nobody: Partial<Patient> = { name: [{ text: '无名氏' }], birthDate: '1949-12-31', telecom: [{ system: 'phone', value: '13850051234' }] }
    expect(judged(nobody, nobody).grade).toBe('none')
  })

  it('asks where one of two tells a generation (Jr) and the other none, and refuses Sr for Jr', () => {
    expect(rows({ ...amy, generation: 'Sr' }, amy)).toMatchObject({ grade: 'possible', against: ['generation-untold'] })
    expect(rows({ ...amy, generation: 'Sr' }, { ...amy, generation: 'Jr' })).toMatchObject({ grade: 'possible', against: ['generation-differs'] })
  })
})

describe('a number without a check digit', () => {
  const told = (nationalId: string, more: TablePerson = {}) => rows(amy, { ...amy, ...more, nationalId })

  it.each([['157727211', 'same'], ['157727281', 'close'], ['157772211', 'close'], ['157127281', 'similar'], ['911003344', 'different']])('%s for 157727211 is %s', (nationalId, level) => {
    expect(told(nationalId).evidence.find(({ feature }) => feature.startsWith('nationalId'))?.feature).toBe(`nationalId:${level}`)
  })

  it('that is next in the row is no slip: twins are registered together', () => {
    expect(compare(featuresOfRow({ nationalId: '157727211' }), featuresOfRow({ nationalId: '157727212' })).nationalId?.level).toBe('different')
  })

  it('that is another is no contradiction where name and birth date agree, nor where a given name, birth date and house do', () => {
    expect(told('911003344').grade).toBe('certain')
    expect(told('911003344', { family: 'Winfield' }).grade).toBe('certain')
  })

  it('that is another, with another given name in one house, is a twin\'s; a slip of it is not', () => {
    expect(told('911003344', { given: 'Nancy' })).toMatchObject({ grade: 'possible', against: ['national-id-differs'] })
    expect(told('157727281', { given: 'Nancy' }).grade).toBe('certain')
  })

  it('that only one of them tells settles nothing between twins', () => {
    expect(rows(amy, { ...without(amy, 'nationalId'), given: 'Nancy' })).toMatchObject({ grade: 'possible', against: ['twin-or-mistake'] })
  })

  it('is taken for mistyped where a table has no more of such pairs than two mistakes at once make', () => {
    const pair = (given: string, nationalId: string) => compare(featuresOfRow(amy), featuresOfRow({ ...amy, given, nationalId }))
    const mistakes = [...Array.from({ length: 400 }, () => pair('Amy', amy.nationalId!)), ...Array.from({ length: 80 }, () => pair('Nancy', amy.nationalId!)), ...Array.from({ length: 100 }, () => pair('Amy', '911003344'))]
    const both = Array.from({ length: 20 }, () => pair('Nancy', '911003344'))
    expect(shareOfTwins([...mistakes, ...both])).toBeLessThan(0.05)
    expect(shareOfTwins([...mistakes.slice(0, 400), ...both])).toBe(1)
    expect(shareOfTwins([])).toBe(1)
  })
})

describe('a value is common by people, not by records', () => {
  it('so that a person\'s own records do not weaken their own name', () => {
    const people = Array.from({ length: 60 }, (_, n) => featuresOfRow({ family: n < 6 ? 'Lanzotti' : `Family${n}`, given: 'Ann' }))
    expect(countFrequencies(people, 5)('family', 'lanzotti')).toBeLessThan(countFrequencies(people)('family', 'lanzotti')!)
  })

  it('and letters in another order are a slip', () => expect(rows(amy, { ...amy, family: 'Gisbon' }).evidence).toContainEqual(expect.objectContaining({ feature: 'family:close' })))
})

describe('a valid identity number', () => {
  const number = '110105198203070025'
  const li: Partial<Patient> = {
    name: [{ text: '李桂芳' }], birthDate: '1982-03-07', gender: 'female', identifier: [{ system, value: number }],
    telecom: [{ system: 'phone', value: '13850051234' }], address: [{ text: '湖里区江头街道台湾街12号301室' }],
  }

  it('says the birth date: one told a slip away, of one name and phone, is a slip', () => {
    expect(judged(li, { ...li, birthDate: '1982-03-01' }).grade).toBe('certain')
    expect(judged(li, { ...li, birthDate: '1990-11-21' })).toMatchObject({ grade: 'possible', against: ['birth-date-differs'] })
    expect(judged(li, { ...li, name: [{ text: '李梅' }], birthDate: '1982-03-01' }).grade).toBe('possible')
  })

  it('of the mother, left in a child\'s chart, does not outweigh the child\'s own card', () => {
    const card = { system: 'urn:oid:2.16.156.10011.1.19', value: 'A900012938' }
    const child: Partial<Patient> = { ...li, name: [{ text: '陈一诺' }], birthDate: '2025-10-10', identifier: [{ system, value: '110105202510100027' }, card] }
    expect(judged(child, { ...child, identifier: [{ system, value: number }, card] }).grade).toBe('certain')
    expect(judged(child, { ...child, identifier: [{ system, value: number }] })).toMatchObject({ grade: 'possible', against: ['number-of-another'] })
  })

  it('is quarantined by the persons under it: charts of one person are one', () => {
    const charts = (count: number, told: (n: number) => Partial<Patient>) => personsAmong(Array.from({ length: count }, (_, n) => featuresOf({ resourceType: 'Patient', ...told(n) })))
    expect(charts(70, () => li)).toBe(1)
    expect(charts(200, n => ({ ...li, birthDate: `${1800 + n}-02-03` }))).toBeGreaterThan(mostPersons)
    expect(charts(200, () => ({}))).toBeGreaterThan(mostPersons)
  })

  it('brother and sister of one birth are two', () => {
    const bare: Partial<Patient> = { ...li, identifier: [] }
    expect(judged(bare, { ...bare, name: [{ text: '李强' }], gender: 'male' })).toMatchObject({ grade: 'none', against: expect.arrayContaining(['given-name-and-sex-differ']) })
  })

  it('two who are told with two health cards are less alike, and with two given names are two', () => {
    const card = (value: string): Partial<Patient> => ({ ...li, identifier: [{ system: 'urn:oid:2.16.156.10011.1.19', value }] })
    expect(judged(card('A900000001'), card('A900000002')).bits).toBeLessThan(judged(card('A900000001'), { ...li, identifier: [] }).bits - 5)
    expect(judged(card('A900000001'), { ...card('A900000002'), name: [{ text: '李梅' }] })).toMatchObject({ grade: 'none', against: expect.arrayContaining(['given-name-and-card-differ']) })
  })

  it('finds a place with its province and city where it is told without', () => {
    const told = (text: string) => featuresOf({ resourceType: 'Patient', address: [{ text }] })
    expect(compare(told('福建厦门湖里区和通路59号'), told('湖里区和通路59号')).locality?.level).toBe('same')
  })
})

describe('a newborn', () => {
  const chart = (value: string) => ({ system: 'urn:hutong:maternity-hospital:MR', value })
  const ofMother = (identifier: Patient['identifier']): Partial<Patient> => ({ extension: [{ url: 'urn:hutong:family', extension: [{ url: 'mother', valueReference: { identifier: identifier![0]! } }] }] })
  const born: Partial<Patient> = { name: [{ text: '黄丽之女' }], birthDate: '2026-05-11', gender: 'female', telecom: [{ system: 'phone', value: '13850051234' }], ...ofMother([chart('FY1000086')]) }
  const mother: Partial<Patient> = { name: [{ text: '黄丽' }], birthDate: '1995-03-07', gender: 'female', telecom: born.telecom!, identifier: [chart('FY1000086')] }

  it('tells its mother by the family extension, a contact, or its name', () => {
    const contact = (text: string) => featuresOf({ resourceType: 'Patient', contact: [{ relationship: [{ text }], name: { text: '黄丽' } }] }).kin
    expect(featuresOf({ resourceType: 'Patient', ...born }).kin).toEqual([{ isMother: true, keys: ['urn:hutong:maternity-hospital:MR|FY1000086'] }, { name: '黄丽' }])
    expect(contact('母亲')).toEqual([{ isMother: true, name: '黄丽' }])
    expect(contact('监护人')).toEqual([{ name: '黄丽' }])
    expect(contact('邻居')).toBeUndefined()
  })

  it('is never the mother it tells of', () => expect(judged(born, mother)).toMatchObject({ grade: 'none', against: expect.arrayContaining(['parent-and-child']) }))

  it('of the same mother and day may be a twin; of another mother is another', () => {
    expect(judged(born, born)).toMatchObject({ grade: 'possible', against: ['may-be-twins'] })
    expect(judged(born, { ...born, ...ofMother([chart('FY1000087')]), name: [{ text: '李梅之女' }] })).toMatchObject({ grade: 'none', against: ['mother-differs'] })
  })

  it('in the same told place among those born together is the same, in another another', () => {
    expect(judged({ ...born, multipleBirthInteger: 2 }, { ...born, multipleBirthInteger: 2 }).grade).toBe('certain')
    expect(judged({ ...born, multipleBirthInteger: 1 }, { ...born, multipleBirthInteger: 2 })).toMatchObject({ grade: 'none', against: ['birth-order-differs'] })
  })
})

it('links a table the same with rows in any order', () => {
  const people = [amy, { ...amy, nationalId: '157727281' }, { ...amy, given: 'Nancy', nationalId: '911003344' }, without(amy, 'nationalId', 'line')].map(featuresOfRow)
  const partition = (order: readonly number[]) => {
    const { groups } = linkTable(order.map(at => people[at]!), { parameters: 'shipped' })
    return order.map((at, place) => [at, order.filter((_, other) => groups[other] === groups[place]).toSorted().join('')].join(':')).toSorted().join(' ')
  }
  expect(new Set([[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]].map(partition)).size).toBe(1)
})
