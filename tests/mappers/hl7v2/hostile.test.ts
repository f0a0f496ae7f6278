import * as fc from 'fast-check'
import { isHutongError } from '../../../src/model/errors'
import { mapText, oneResult, message, plainSource } from './support'

const odd = fc.constantFrom(
  '""', '^', '&', '~', '^^^^&&', '10^9/L', '\\', '\\X', '男', '2024-13-45', '19000101', '<', '-', '0', '1e9',
  '__proto__', 'constructor', '【HR】', '★')
const valueType = fc.constantFrom('NM', 'SN', 'ST', 'CE', 'ED', 'TM', 'DT', 'DR', 'NR', 'XX', '')
const field = fc.oneof(odd, fc.string({ maxLength: 12 }).map(text => text.replace(/[|\r\n]/g, '')))
const segment = (name: string, length: number) =>
  fc.array(field, { minLength: 1, maxLength: length }).map(fields => `${name}|${fields.join('|')}`)

/** Whatever the fields hold: a result without an empty element, or an error that the gateway knows. A crash is thrown. */
function survives(text: string): boolean {
  try {
    const { tellings } = mapText(text, plainSource)
    return !/:(?:\[\]|\{\}|null|"")/.test(JSON.stringify(tellings.map(({ resource }) => resource)))
  } catch (error) {
    if (isHutongError(error)) return true
    throw error
  }
}

/** What broke it, shrunk; nothing where nothing did. */
const counterexample = <T>(told: fc.Arbitrary<T>, text: (told: T) => string, numRuns: number): unknown =>
  fc.check(fc.property(told, each => survives(text(each))), { numRuns }).counterexample

describe('fields that hold anything at all', () => {
  it('crash no admission', () => {
    const told = fc.tuple(
      segment('PID', 30), segment('PV1', 50), segment('DG1', 21), segment('PR1', 20), segment('AL1', 6), segment('NK1', 8))
    expect(counterexample(told, each => message('ADT^A01', ['PID|1||SY1^^^SYY^MR||张三', ...each]), 300)).toBeNull()
  })

  it('crash no merge', () => {
    expect(counterexample(fc.tuple(segment('PID', 30), segment('MRG', 7)), each => message('ADT^A40', each), 200)).toBeNull()
  })

  it('crash no result', () => {
    const told = fc.tuple(segment('OBR', 40), fc.array(field, { maxLength: 25 }), valueType)
    expect(counterexample(told, ([obr, fields, type]) => oneResult(`${type}|${fields.join('|')}`, obr), 400)).toBeNull()
  })
})
