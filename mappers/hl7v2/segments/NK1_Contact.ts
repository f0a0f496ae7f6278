import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { XAD_Address } from '../datatypes/XAD_Address'
import { XPN_HumanName } from '../datatypes/XPN_HumanName'
import { XTN_ContactPoint } from '../datatypes/XTN_ContactPoint'
import { givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'
import { tables } from '../tables'

/** HL7 v2-to-FHIR, segment NK1[Patient]: Patient.contact. R4's pat-1 asks for a name, a number or an address. */
export function NK1_Contact(mapping: Mapping, nk1: Hl7Segment): fhir4.PatientContact | undefined {
  const [name] = nk1.field(2)
  const [address] = nk1.field(4)
  const reached = givenOrNone({
    name: name && XPN_HumanName(mapping, name, nk1.place(2)),
    telecom: list(
      ...nk1.field(5).map(number => XTN_ContactPoint(mapping, number, 'home')),
      ...nk1.field(6).map(number => XTN_ContactPoint(mapping, number, 'work'))),
    address: address && XAD_Address(address),
  })
  const relationship = list(relationshipOf(mapping, nk1), CWE_CodeableConcept(mapping, nk1.field(7)[0]))
  return reached && { ...relationship && { relationship }, ...reached }
}

function relationshipOf(mapping: Mapping, nk1: Hl7Segment): fhir4.CodeableConcept | undefined {
  const [field] = nk1.field(3)
  const known = tables.relationship.get(field?.text(1) ?? '')
  if (!field || !known) return CWE_CodeableConcept(mapping, field)
  const text = field.text(2)
  return { coding: [known], ...text !== undefined && { text } }
}
