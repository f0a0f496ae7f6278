import { isUcum, toUcum } from '../../src/terminology/ucum'

describe('a unit as it is printed', () => {
  it.each([
    ['mmol/L', 'mmol/L'], ['mmol/l', 'mmol/L'], ['μmol/L', 'umol/L'], ['µmol/L', 'umol/L'], ['umol／L', 'umol/L'],
    ['10^9/L', '10*9/L'], ['10*9/L', '10*9/L'], ['10⁹/L', '10*9/L'], ['×10^12/L', '10*12/L'], ['10 ^ 9 / L', '10*9/L'],
    ['10E9/L', '10*9/L'], ['℃', 'Cel'], ['mmHg', 'mm[Hg]'], ['IU/mL', '[IU]/mL'], ['μIU/mL', 'u[IU]/mL'], ['次/分', '/min'],
    ['个/HP', '/[HPF]'], ['%', '%'],
    ['kg/m2', 'kg/m2'], ['mm/h', 'mm/h'], ['fL', 'fL'], ['mL/min/1.73m^2', 'mL/min/{1.73_m2}'], ['拷贝/mL', '{copies}/mL'],
  ])('%s is %s', (text, code) => {
    expect(toUcum(text)).toBe(code)
  })

  it.each(['个单位', 'COI', 'S/CO', '阴性', '', '10^9^L', 'mmol//L', 'constructor'])('%s is none', (text) => {
    expect(toUcum(text)).toBeUndefined()
  })
})

/** UCUM 2.1 has these as other units: findings/ucum-laboratory-shorthand-is-another-unit.sh (@lhncbc/ucum-lhc 7.1.9). */
describe('a shorthand of laboratories that is another unit in UCUM', () => {
  it.each([['u/L', 'U/L'], ['u/mL', 'U/mL'], ['K/uL', '10*3/uL']])('%s is what they mean: %s', (text, code) => {
    expect(toUcum(text)).toBe(code)
  })

  it.each(['AU/mL', 'T/L', 'C', 'F', 'mC', 'R/mL'])('%s stays text: neither astronomical units, nor tesla, coulomb, farad or röntgen', (text) => {
    expect(toUcum(text)).toBeUndefined()
  })
})

describe('UCUM itself', () => {
  it.each([
    'm', '10*3/ul', '10*-3/ul', '/m', 'm[IU]/L', 'g.m/s2', 'mol/(kg.s)', '{cells}/uL', 'umol/(24.h)', 'mL/min/{1.73_m2}', '1',
  ])('%s is a unit', (unit) => {
    expect(isUcum(unit)).toBe(true)
  })

  it.each(['m/', '10+3/ul', 'mmol//L', '(m', 'm)', '{a', 'μmol', 'xyz', '((((((((((m))))))))))'])('%s is none', (unit) => {
    expect(isUcum(unit)).toBe(false)
  })
})
