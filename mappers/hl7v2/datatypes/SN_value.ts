import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { quantityOf, type Unit } from '../segments/OBX_units'
import { comparatorOf, NM_number } from './NM_number'

type StructuredValue = Pick<fhir4.Observation, 'valueQuantity' | 'valueRange' | 'valueRatio'>

/**
 * HL7 v2-to-FHIR, data types SN[Quantity], SN[Range] and SN[Ratio]: comparator, number, separator, number. `^1^:^10` is a
 * ratio, `^20^-^25` a range, `<^0.5` a number with a comparator; `<>` and `+` have no FHIR form (undefined: tell the text).
 */
export function SN_value(field: Hl7Field, unit: Unit | undefined): StructuredValue | undefined {
  const sign = field.text(1)
  const separator = field.text(3)
  const first = numberIn(field, 2)
  const second = numberIn(field, 4)
  if (first === undefined || sign === '<>') return undefined
  const comparator = comparatorOf(sign)
  if (sign !== undefined && sign !== '=' && comparator === undefined) return undefined
  if (separator === undefined) return { valueQuantity: quantityOf(first, unit, comparator) }
  if (second === undefined) return undefined
  if (separator === '-') return { valueRange: { low: quantityOf(first, unit), high: quantityOf(second, unit) } }
  if (separator !== ':' && separator !== '/') return undefined
  return { valueRatio: { numerator: quantityOf(first, unit, comparator), denominator: quantityOf(second, unit) } }
}

const numberIn = (field: Hl7Field, component: number): number | undefined => {
  const text = field.text(component)
  return text === undefined ? undefined : NM_number(text)?.value
}
