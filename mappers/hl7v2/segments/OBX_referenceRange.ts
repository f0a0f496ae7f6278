import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field, Hl7Segment } from '../../../src/model/record'
import { given } from '../given'
import { quantityOf, type Unit } from './OBX_units'

const sexes = { 男: 'male', 女: 'female' } as const
const number = '[+-]?\\d+(?:\\.\\d+)?'
const between = new RegExp(`^(${number})\\s*(?:-{1,2}|~|～|—{1,2}|–|至|到)\\s*(${number})$`)
const bound = new RegExp(`^([<>≤≥]=?)\\s*(${number})$`)

/**
 * HL7 v2-to-FHIR, OBX-7: the text as printed, and low and high where it says them: `3.5-9.5`, `<5.2`, `≥1.04`. Chinese
 * laboratories print both sexes in one field (`男 130-175 & 女 115-150`): each becomes a range that applies to that sex.
 */
export function OBX_referenceRange(obx: Hl7Segment, unit: Unit | undefined): fhir4.ObservationReferenceRange[] {
  const text = obx.field(7).map(written).filter(part => part !== '').join(' ')
  if (text === '') return []
  const parts = bySex(text)
  return parts ? parts.map(part => rangeOf(part.range, unit, part)) : [rangeOf(text, unit, { text })]
}

/** The field as printed; an unescaped & between the sexes' ranges has made subcomponents of them. */
const written = (field: Hl7Field): string => [1, 2]
  .flatMap(component => [1, 2].map(subcomponent => field.text(component, subcomponent)))
  .filter(part => part !== undefined).join(' & ')

function bySex(text: string): { text: string; range: string; sex: keyof typeof sexes }[] | undefined {
  const pieces = [...text.matchAll(/([男女])性?\s*[:：]?\s*([^男女]*)/g)]
  if (pieces.length === 0 || !/^[男女]/.test(text.trim())) return undefined
  return pieces.map(([, sex, rest = '']) => {
    const range = rest.replace(/[\s&,，;；、/|]+$/u, '').trim()
    return { text: `${sex ?? ''} ${range}`.trim(), range, sex: sex as keyof typeof sexes }
  })
}

function rangeOf(
  range: string, unit: Unit | undefined, told: { readonly text: string; readonly sex?: keyof typeof sexes },
): fhir4.ObservationReferenceRange {
  return given({
    ...limitsOf(range, unit),
    appliesTo: told.sex === undefined ? undefined
      : [{ coding: [{ system: 'http://hl7.org/fhir/administrative-gender', code: sexes[told.sex] }], text: told.sex }],
    text: told.text,
  })
}

function limitsOf(range: string, unit: Unit | undefined): Pick<fhir4.ObservationReferenceRange, 'low' | 'high'> {
  const plain = range.normalize('NFKC').trim()
  const [, low, high] = between.exec(plain) ?? []
  if (low !== undefined && high !== undefined) {
    return Number(low) <= Number(high) ? { low: quantityOf(Number(low), unit), high: quantityOf(Number(high), unit) } : {}
  }
  const [, sign = '', limit] = bound.exec(plain) ?? []
  if (limit === undefined) return {}
  const quantity = quantityOf(Number(limit), unit)
  return sign.startsWith('<') || sign.startsWith('≤') ? { high: quantity } : { low: quantity }
}
