import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Message, Hl7Segment } from '../../../src/model/record'
import { authorityOf, CX_Identifier } from '../datatypes/CX_Identifier'
import { given } from '../given'
import type { Mapping } from '../mapping'

/** A visit as a record names it: the id of its Encounter and the number it goes by. */
export interface Visit {
  readonly id: string
  /** What the ids of its diagnoses and procedures begin with. */
  readonly number: string
  readonly identifier: fhir4.Identifier | undefined
  readonly patient: string
}

/**
 * The visit of a message: its number in PV1-19, else in PV1-50 (住院号/门诊号), else in PID-18 (the account), else the
 * patient with the time of admission (PV1-44). A message without any of them is about no visit.
 */
export function visitOf(mapping: Mapping, message: Hl7Message, patient: string): Visit | undefined {
  const pv1 = message.first('PV1')
  const numbered = pv1 && (numberIn(mapping, pv1, 19) ?? numberIn(mapping, pv1, 50))
  const pid = message.first('PID')
  const found = numbered ?? (pv1 && pid && numberIn(mapping, pid, 18))
  if (found) return { ...found, id: mapping.id('Encounter', found.number), patient }
  const admitted = pv1?.text(44)
  if (admitted === undefined) return undefined
  const number = `${patient}|${admitted}`
  return { number, id: mapping.id('Encounter', number), identifier: undefined, patient }
}

/** How other resources refer to it: with the number, so that a visit told elsewhere, or never, can still be named. */
export const visitReference = (visit: Visit | undefined): fhir4.Reference | undefined =>
  visit && given({ reference: `Encounter/${visit.id}`, identifier: visit.identifier })

function numberIn(mapping: Mapping, segment: Hl7Segment, field: number): Pick<Visit, 'number' | 'identifier'> | undefined {
  const [first] = segment.field(field)
  const value = first?.text(1)
  if (!first || value === undefined) return undefined
  const isOwn = field === 19 && (authorityOf(mapping, first, 'VN')?.type === 'VN' || first.text(4) === undefined)
  const identifier = CX_Identifier(mapping, first, { place: segment.place(field), own: 'VN' })
  return { number: isOwn ? value : `${first.text(4) ?? first.text(5) ?? `field-${field}`}|${value}`, identifier }
}
