import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { toUcum } from '../../../src/terminology/ucum'
import { given } from '../given'
import type { Mapping } from '../mapping'

/** The unit of a result: as printed, and as UCUM where it is a unit that UCUM knows. */
export interface Unit {
  readonly text: string
  readonly ucum: string | undefined
}

/**
 * HL7 v2-to-FHIR, OBX-6 (CWE[Quantity]). An unescaped `^` splits `10^9/L` into two components: it is put together again,
 * with an issue. A unit that UCUM does not know stays text.
 */
export function OBX_unit(mapping: Mapping, obx: Hl7Segment): Unit | undefined {
  const [field] = obx.field(6)
  const first = field?.text(1)
  const second = field?.text(2)
  if (!field || (first ?? second) === undefined) return undefined
  if (/^[x×*]?\s*10$/i.test(first ?? '') && /^-?\d{1,2}\s*\/?/.test(second ?? '')) {
    const code = 'unescaped-component-separator'
    mapping.note('information', code, obx.place(6), 'The unit was split by an unescaped ^ and put together again.')
    return read(mapping, obx, `${first ?? ''}^${second ?? ''}`)
  }
  return read(mapping, obx, first ?? second ?? '', second)
}

function read(mapping: Mapping, obx: Hl7Segment, text: string, name?: string): Unit {
  const ucum = toUcum(text) ?? (name === undefined ? undefined : toUcum(name))
  if (ucum === undefined) {
    mapping.note('information', 'unknown-unit', obx.place(6), 'The unit is none of UCUM that is known here: its text is kept.')
  }
  return { text, ucum }
}

/** A number with its unit; `comparator` as FHIR has it. */
export function quantityOf(value: number, unit: Unit | undefined, comparator?: fhir4.Quantity['comparator']): fhir4.Quantity {
  const coded = unit?.ucum === undefined ? {} : { system: 'http://unitsofmeasure.org', code: unit.ucum }
  return given({ value, comparator, unit: unit?.text, ...coded })
}
