import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field, Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { NM_number } from '../datatypes/NM_number'
import { SN_value } from '../datatypes/SN_value'
import { TM_time, TS_dateTime } from '../datatypes/TS_dateTime'
import { tidyLines } from '../datatypes/text'
import { givenOrNone } from '../given'
import type { Mapping } from '../mapping'
import { quantityOf, type Unit } from './OBX_units'

export type ObservationValue = Pick<fhir4.Observation,
  | 'valueQuantity' | 'valueCodeableConcept' | 'valueString' | 'valueRange' | 'valueRatio' | 'valueTime' | 'valueDateTime'
  | 'valuePeriod'>

type Reader = (mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined) => ObservationValue

/**
 * HL7 v2-to-FHIR, segment OBX[Observation], OBX-5 by its type in OBX-2. What is not what its type says (a text in NM, a
 * date that does not exist) is told as the text it is, with an issue.
 */
export function OBX_value(mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined): ObservationValue {
  const type = obx.text(2) ?? ''
  const reader = readers.get(type)
  if (obx.field(5).every(field => field.raw === '' || field.isNull)) return {}
  if (reader) return reader(mapping, obx, unit)
  mapping.note('information', 'unknown-value-type', obx.place(2), 'HL7 maps no value of this type to FHIR: its text is kept.')
  return plain(mapping, obx)
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['NM', number], ['SN', structured], ['ST', textOrNumber], ['TX', text], ['FT', text], ['VR', text],
  ['CE', concept], ['CWE', concept], ['CNE', concept], ['CF', concept], ['IS', text], ['ID', text],
  ['ED', document], ['DT', date], ['TS', date], ['DTM', date], ['TM', time], ['DR', period], ['NR', range],
])

function number(mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined): ObservationValue {
  const read = NM_number(obx.text(5) ?? '')
  if (read && obx.field(5).length === 1) return { valueQuantity: quantityOf(read.value, unit, read.comparator) }
  mapping.note('information', 'not-a-number', obx.place(5), 'OBX-2 says a number, and the value is none: its text is kept.')
  return plain(mapping, obx, unit)
}

function structured(mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined): ObservationValue {
  const [field] = obx.field(5)
  return (field && SN_value(field, unit)) ?? plain(mapping, obx, unit)
}

function textOrNumber(mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined): ObservationValue {
  const read = mapping.settings.numericText && unit && obx.field(5).length === 1 ? NM_number(obx.text(5) ?? '') : undefined
  return read ? { valueQuantity: quantityOf(read.value, unit, read.comparator) } : text(mapping, obx, unit)
}

/** Each repetition of a text is a line of it. */
function text(_mapping: Mapping, obx: Hl7Segment, unit?: Unit): ObservationValue {
  const lines = obx.field(5).map(field => field.text(1) ?? '').join('\n')
  const value = tidyLines(lines)
  return value === '' ? {} : { valueString: unit && /\d$/.test(value) ? `${value} ${unit.text}` : value }
}

function concept(mapping: Mapping, obx: Hl7Segment): ObservationValue {
  const [first, ...others] = obx.field(5).map(field => CWE_CodeableConcept(mapping, field)).filter(item => item !== undefined)
  if (!first) return {}
  if (others.length === 0) return { valueCodeableConcept: first }
  return { valueString: [first, ...others].map(item => item.text ?? '').filter(item => item !== '').join('; ') }
}

/** A document that could not be told with its report: Base64 is no text that anyone reads. */
function document(mapping: Mapping, obx: Hl7Segment): ObservationValue {
  mapping.note('warning', 'document-left-out', obx.place(5), 'The document is empty, or in no encoding that can be told.')
  return {}
}

function date(mapping: Mapping, obx: Hl7Segment): ObservationValue {
  const valueDateTime = TS_dateTime(mapping, obx.text(5), obx.place(5))
  return valueDateTime === undefined ? plain(mapping, obx) : { valueDateTime }
}

function time(mapping: Mapping, obx: Hl7Segment): ObservationValue {
  const valueTime = TM_time(obx.text(5) ?? '')
  if (valueTime !== undefined) return { valueTime }
  mapping.note('warning', 'invalid-date', obx.place(5), 'There is no such time: its text is kept.')
  return plain(mapping, obx)
}

function period(mapping: Mapping, obx: Hl7Segment): ObservationValue {
  const [start, end] = [1, 2].map(component => TS_dateTime(mapping, obx.text(5, component), obx.place(5)))
  const valuePeriod = givenOrNone({ start, end })
  return valuePeriod ? { valuePeriod } : plain(mapping, obx)
}

function range(mapping: Mapping, obx: Hl7Segment, unit: Unit | undefined): ObservationValue {
  const [low, high] = [1, 2].map(component => NM_number(obx.text(5, component) ?? ''))
  if (!low && !high) return plain(mapping, obx, unit)
  return { valueRange: { ...low && { low: quantityOf(low.value, unit) }, ...high && { high: quantityOf(high.value, unit) } } }
}

/** The components as a person would read them. */
function plain(_mapping: Mapping, obx: Hl7Segment, unit?: Unit): ObservationValue {
  const value = tidyLines(obx.field(5).map(written).filter(line => line !== '').join('\n'))
  if (value === '') return {}
  return { valueString: unit && /\d$/.test(value) ? `${value} ${unit.text}` : value }
}

const written = (field: Hl7Field): string =>
  [1, 2, 3, 4, 5, 6].map(component => field.text(component)).filter(part => part !== undefined).join(' ')
