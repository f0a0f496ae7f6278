import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept, tidy } from '../datatypes/CWE_CodeableConcept'
import { EI_Identifier } from '../datatypes/CX_Identifier'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { visitReference, type Visit } from './visit'

/** Functions that HL7's segment map gives to PR1-8 and PR1-11; PR1-12 says less than a function. */
const performers = [[8, '88189002', 'Anesthesiologist'], [11, '304292004', 'Surgeon'], [12, undefined, undefined]] as const

/**
 * HL7 v2-to-FHIR, segment PR1[Procedure]: a procedure of a visit's record is done (`completed`); PR1-20 `D` takes it back.
 * Its identity is PR1-19, else the visit, the code and the day.
 */
export function PR1_Procedure(mapping: Mapping, pr1: Hl7Segment, patient: string, visit: Visit | undefined): void {
  const [field] = pr1.field(3)
  const concept = CWE_CodeableConcept(mapping, field)
  const description = pr1.text(4)
  const name = field?.text(1) ?? concept?.text ?? description
  if (name === undefined) {
    mapping.note('warning', 'procedure-without-code', pr1.place(3), 'A procedure without code or text was left out.')
    return
  }
  const performed = TS_dateTime(mapping, pr1.text(5), pr1.place(5))
  const identifier = EI_Identifier(mapping, pr1.field(19)[0])
  const key = identifier?.value ?? [field?.text(3) ?? '', tidy(name), performed ?? ''].join('|')
  mapping.tell(given({
    resourceType: 'Procedure' as const,
    id: mapping.id('Procedure', `${visit?.number ?? patient}|${key}`),
    meta: institutionMeta(mapping.source.institution.id),
    identifier: list(identifier),
    status: pr1.text(20) === 'D' ? 'entered-in-error' as const : 'completed' as const,
    category: functionalType(mapping, pr1),
    code: { ...concept, ...description !== undefined && { text: tidy(description) } },
    subject: { reference: `Patient/${patient}` },
    encounter: visitReference(visit),
    performedDateTime: performed,
    performer: performersOf(mapping, pr1),
    reasonCode: list(CWE_CodeableConcept(mapping, pr1.field(15)[0])),
  }), { manner: 'whole', patient })
}

/** PR1-6 is a code of HL7 table 0230, told without a coding system. */
function functionalType(mapping: Mapping, pr1: Hl7Segment): fhir4.CodeableConcept | undefined {
  return CWE_CodeableConcept(mapping, pr1.field(6)[0], { fallback: 'http://terminology.hl7.org/CodeSystem/v2-0230' })
}

function performersOf(mapping: Mapping, pr1: Hl7Segment): fhir4.ProcedurePerformer[] {
  return performers.flatMap(([field, code, display]) => pr1.field(field).flatMap((doctor) => {
    const actor = XCN_Practitioner(mapping, doctor)
    if (!actor) return []
    if (code === undefined) return [{ actor }]
    return [{ function: { coding: [{ system: 'http://snomed.info/sct', code, display }] }, actor }]
  }))
}
