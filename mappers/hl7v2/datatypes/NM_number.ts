import type * as fhir4 from '../../../src/model/fhir'

const comparators: ReadonlyMap<string, fhir4.Quantity['comparator']> = new Map([
  ['<', '<'], ['<=', '<='], ['=<', '<='], ['≤', '<='], ['>', '>'], ['>=', '>='], ['=>', '>='], ['≥', '>='],
])

export interface ComparedNumber {
  readonly value: number
  readonly comparator: fhir4.Quantity['comparator']
}

const comparedNumber = /^([<>=≤≥]{0,2})\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)$/

/** A number as laboratories print it, with or without a comparator (`6.8`, `<5`, `≥1.04`, full-width digits); else undefined. */
export function NM_number(text: string): ComparedNumber | undefined {
  const [, sign = '', digits = ''] = comparedNumber.exec(text.normalize('NFKC').trim()) ?? []
  if (digits === '') return undefined
  const comparator = comparators.get(sign)
  if (sign !== '' && sign !== '=' && comparator === undefined) return undefined
  const value = Number(digits)
  return Number.isFinite(value) ? { value, comparator } : undefined
}

/** HL7's SN-1 as FHIR's comparator; `=` and nothing are none. */
export const comparatorOf = (text: string | undefined): fhir4.Quantity['comparator'] => comparators.get(text ?? '')
