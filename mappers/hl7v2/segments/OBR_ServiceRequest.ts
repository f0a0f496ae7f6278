import type * as fhir4 from '../../../src/model/fhir'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { given, list } from '../given'
import type { Mapping } from '../mapping'
import type { Report } from './OBR_DiagnosticReport'

/**
 * HL7 v2-to-FHIR, segment OBR[ServiceRequest]: a result message tells of the order only who asked, when and why. It is
 * contained in the report, as the order itself is another system's to tell.
 */
export function orderOf(mapping: Mapping, { group: { obr, orc }, patient }: Report): fhir4.ServiceRequest | undefined {
  if (!obr) return undefined
  const [requester] = [...obr.field(16), ...orc?.field(12) ?? []].map(doctor => XCN_Practitioner(mapping, doctor))
  const authoredOn = TS_dateTime(mapping, orc?.text(9), orc?.place(9) ?? '') ?? TS_dateTime(mapping, obr.text(6), obr.place(6))
  const reasonCode = list(...obr.field(31).map(field => CWE_CodeableConcept(mapping, field)))
  const relevant = obr.text(13)
  if (!requester && authoredOn === undefined && !reasonCode && relevant === undefined) return undefined
  return given({
    resourceType: 'ServiceRequest' as const,
    id: 'order',
    status: 'unknown' as const,
    intent: 'order' as const,
    subject: { reference: `Patient/${patient}` },
    authoredOn,
    requester,
    reasonCode,
    note: relevant === undefined ? undefined : [{ text: relevant }],
  })
}
