import table from '../../mappers/tables/laboratory.json'
import { indexLaboratory, readLaboratoryCode } from '../../src/terminology/laboratory'
import { readRecognitionMarks } from '../../src/terminology/laboratoryMarks'
import { isUcum } from '../../src/terminology/ucum'

const items = indexLaboratory(table)

describe('the table of national items', () => {
  it('names for each line where its code was confirmed', () => {
    expect(table.items.filter(({ confirmedBy }) => confirmedBy.length < 10)).toEqual([])
  })

  it('has a LOINC code with a right check digit and UCUM units in every line', () => {
    expect(table.items.filter(({ loinc }) => !hasCheckDigit(loinc)).map(({ key }) => key)).toEqual([])
    expect(table.items.flatMap(({ units }) => units).filter(unit => !isUcum(unit))).toEqual([])
  })

  it('has each item and each code once', () => {
    expect(new Set(table.items.map(({ key }) => key)).size).toBe(table.items.length)
    expect(new Set(table.items.map(({ loinc }) => loinc)).size).toBe(table.items.length)
  })
})

describe('a laboratory\'s own code', () => {
  const glucose = { item: 'Glu', specimens: ['BLD'] }

  it('has a LOINC code where specimen and unit agree', () => {
    const reading = readLaboratoryCode({ local: glucose, specimen: 'BLD', unit: 'mmol/L', hasValue: true }, items)
    expect(reading).toMatchObject({ known: true, coding: { code: '14749-6' } })
  })

  it.each([
    ['code', { local: undefined, unit: 'mmol/L' }],
    ['code', { local: { item: 'no such' }, unit: 'mmol/L' }],
    ['specimen', { local: glucose, specimen: 'UR', unit: 'mmol/L' }],
    ['unit', { local: glucose, specimen: 'BLD', unit: 'mg/dL' }],
    ['unit', { local: glucose, specimen: 'BLD' }],
  ] as const)('has none: %s', (reason, told) => {
    expect(readLaboratoryCode({ hasValue: true, ...told }, items)).toEqual({ known: false, reason })
  })

  it('without a value needs no unit', () => {
    expect(readLaboratoryCode({ local: glucose, hasValue: false }, items)).toMatchObject({ known: true })
  })
})

describe('marks of mutual recognition', () => {
  it.each([
    ['【全国HR】钾', '钾', ['全国HR']],
    ['【全国HR】【闽HR】钠', '钠', ['全国HR', '闽HR']],
    ['钾[全国HR]', '钾', ['全国HR']],
    ['★钙', '钙', ['★']],
    ['钙★', '钙', ['★']],
    ['HR 肌酐', '肌酐', ['HR']],
    ['赤峰 HR 尿酸', '尿酸', ['赤峰HR']],
    ['钾', '钾', []],
    ['HR', 'HR', []],
    ['静息 HR', '静息 HR', []],
    ['Heart rate', 'Heart rate', []],
    ['总蛋白(TP)', '总蛋白(TP)', []],
  ])('%s', (printed, name, marks) => {
    expect(readRecognitionMarks(printed)).toEqual({ name, marks })
  })
})

/** LOINC's check digit is Luhn's, mod 10. */
function hasCheckDigit(code: string): boolean {
  const [digits = '', check] = code.split('-')
  const sum = [...digits].toReversed().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (sum % 10)) % 10 === Number(check)
}
