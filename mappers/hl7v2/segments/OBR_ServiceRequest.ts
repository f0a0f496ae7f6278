import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { XON_Organization } from '../datatypes/XON_Organization'
import { given, list } from '../given'
import type { Mapping } from '../mapping'
import type { Report } from './OBR_DiagnosticReport'

/**
 * HL7 v2-to-FHIR, segment OBR[ServiceRequest]: a result message tells of the order only who asked, when and why. It is
 * contained in the report, as the order itself is another system's to tell. Where the ordering institution is named
 * (ORC-21), the requester is the doctor's role there.
 */
export function orderOf(
  mapping: Mapping, { group: { obr, orc }, patient }: Report,
): readonly [fhir4.ServiceRequest, ...fhir4.PractitionerRole[]] | undefined {
  if (!obr) return undefined
  const [practitioner] = [...obr.field(16), ...orc?.field(12) ?? []].map(doctor => XCN_Practitioner(mapping, doctor))
  const organization = orc && orderingInstitution(mapping, orc)
  const authoredOn = (orc && TS_dateTime(mapping, orc.text(9), orc.place(9))) ?? TS_dateTime(mapping, obr.text(6), obr.place(6))
  const reasonCode = list(...obr.field(31).map(field => CWE_CodeableConcept(mapping, field)))
  const relevant = obr.text(13)
  if (!practitioner && !organization && authoredOn === undefined && !reasonCode && relevant === undefined) return undefined
  const order: fhir4.ServiceRequest = given({
    resourceType: 'ServiceRequest' as const,
    id: 'order',
    status: 'unknown' as const,
    intent: 'order' as const,
    subject: { reference: `Patient/${patient}` },
    authoredOn,
    requester: organization ? given({ reference: '#requester', display: practitioner?.display }) : practitioner,
    reasonCode,
    note: relevant === undefined ? undefined : [{ text: relevant }],
  })
  if (!organization) return [order]
  return [order, given({ resourceType: 'PractitionerRole' as const, id: 'requester', practitioner, organization })]
}

/** ORC-21 (XON): name, and its code in XON-10 or XON-3. */
function orderingInstitution(mapping: Mapping, orc: Hl7Segment): fhir4.Reference | undefined {
  const [field] = orc.field(21)
  return field && XON_Organization(mapping, {
    code: field.text(10) ?? field.text(3), name: field.text(1), place: orc.place(21),
  })?.reference
}
