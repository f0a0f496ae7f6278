import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { givenOrNone, list } from '../given'
import { tables } from '../tables'
import { tidy } from './CWE_CodeableConcept'

/** HL7 v2-to-FHIR, data type XAD[Address]. A Chinese address is also told as the text that one would write. */
export function XAD_Address(field: Hl7Field): fhir4.Address | undefined {
  const [line, other, city, state, postalCode, country] = [1, 2, 3, 4, 5, 6].map(component => field.text(component))
  const type = field.text(7)
  const district = field.text(9)
  const place = givenOrNone({ line: list(line && tidy(line), other && tidy(other)), city, district, state, postalCode, country })
  if (!place) return undefined
  const isChinese = /\p{Script=Han}/u.test(line ?? '')
  const use = type === undefined ? undefined : tables.addressUse.get(type)
  const written = isChinese ? [state, city, district, line, other].filter(part => part !== undefined).join('') : undefined
  return givenOrNone({ use, type: type === 'M' || type === 'SH' ? 'postal' as const : undefined, text: written, ...place })
}
