import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { CX_Identifier, distinctIdentifiers } from '../datatypes/CX_Identifier'
import { PL_Location } from '../datatypes/PL_Location'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { tellInstitution } from '../datatypes/XON_Organization'
import { given, givenOrNone, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { tables } from '../tables'
import { PV1_Hospitalization } from './PV1_Hospitalization'
import type { Visit } from './visit'

/** What the event says of the visit, beyond the segment. */
export interface VisitEvent {
  /** Status by the event (HL7 v2-to-FHIR, concept map Event[EncounterStatus]); absent: the event says none (A08). */
  readonly status?: fhir4.Encounter['status']
  /** EVN-6 is when the visit began, or ended, where PV1 does not say. */
  readonly occurred?: 'start' | 'end'
  /** Elements that the event withdraws. */
  readonly removed?: readonly string[]
  readonly diagnosis?: fhir4.EncounterDiagnosis[] | undefined
}

/**
 * HL7 v2-to-FHIR, segment PV1[Encounter]: a part of the visit. An update (A08) says nothing of the status unless it tells
 * the discharge: `unknown`, as HL7's map has it, which in composition is no news where a status is known.
 */
export function PV1_Encounter(mapping: Mapping, visit: Visit, event: VisitEvent): void {
  const pv1 = mapping.message.first('PV1')
  if (!pv1) return
  const period = periodOf(mapping, pv1, event)
  const withdrawn = event.removed ?? []
  const encounter: fhir4.Encounter & { id: string } = given({
    resourceType: 'Encounter' as const,
    id: visit.id,
    meta: institutionMeta(mapping.source.institution.id),
    identifier: identifiersOf(mapping, pv1, visit),
    status: statusOf(event, period),
    class: classOf(mapping, pv1),
    type: list(CWE_CodeableConcept(mapping, pv1.field(4)[0])),
    serviceType: departmentOf(mapping, pv1),
    subject: { reference: `Patient/${visit.patient}` },
    participant: participantsOf(mapping, pv1),
    period,
    reasonCode: list(...mapping.message.all('PV2').map(pv2 => CWE_CodeableConcept(mapping, pv2.field(3)[0]))),
    diagnosis: event.diagnosis,
    hospitalization: PV1_Hospitalization(mapping, pv1, withdrawn),
    location: list(PL_Location(mapping, pv1.field(3)[0], 'active'), PL_Location(mapping, pv1.field(6)[0], 'completed')),
    serviceProvider: tellInstitution(mapping, mapping.source.institution),
  })
  const removed = [...withdrawn, ...emptiedBy(pv1)]
  mapping.tell(encounter, given({ manner: 'part' as const, patient: visit.patient, removed }))
}

function statusOf(event: VisitEvent, period: fhir4.Period | undefined): fhir4.Encounter['status'] {
  return event.status ?? (period?.end === undefined ? 'unknown' : 'finished')
}

const emptiable: readonly (readonly [number, string])[] = [
  [3, 'location'], [10, 'serviceType'], [14, 'hospitalization.admitSource'], [36, 'hospitalization.dischargeDisposition'],
  [37, 'hospitalization.destination'], [44, 'period.start'], [45, 'period.end'],
]
const emptiedBy = (pv1: Hl7Segment) => emptiable.filter(([field]) => pv1.isNull(field)).map(([, path]) => path)

function classOf(mapping: Mapping, pv1: Hl7Segment): fhir4.Coding {
  const code = pv1.text(2)
  const known = code === undefined ? undefined : tables.encounterClass.get(code)
  if (known) return known
  mapping.note('warning', 'unknown-code', pv1.place(2), 'The patient class is missing or no code of HL7 table 0004.')
  return { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK', display: 'unknown' }
}

function identifiersOf(mapping: Mapping, pv1: Hl7Segment, visit: Visit): fhir4.Identifier[] | undefined {
  const assigner = tellInstitution(mapping, mapping.source.institution)
  const alternate = pv1.field(50).map(field => CX_Identifier(mapping, field, { place: pv1.place(50), own: 'VN' }))
  return distinctIdentifiers(...[visit.identifier, ...alternate].map(identifier => identifier && { assigner, ...identifier }))
}

/** 科室: PV1-10 where told, else the component of PV1-3 in which the source names it. */
function departmentOf(mapping: Mapping, pv1: Hl7Segment): fhir4.CodeableConcept | undefined {
  const { departmentComponent } = mapping.settings
  const named = departmentComponent === undefined ? undefined : pv1.text(3, departmentComponent)
  return CWE_CodeableConcept(mapping, pv1.field(10)[0]) ?? (named === undefined ? undefined : { text: named })
}

const roles: readonly (readonly [field: number, code: string, display: string])[] = [
  [7, 'ATND', 'attender'], [8, 'REF', 'referrer'], [9, 'CON', 'consultant'], [17, 'ADM', 'admitter'],
  [52, 'PART', 'Participation'],
]

function participantsOf(mapping: Mapping, pv1: Hl7Segment): fhir4.EncounterParticipant[] {
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
  return roles.flatMap(([field, code, display]) => pv1.field(field).flatMap((doctor) => {
    const individual = XCN_Practitioner(mapping, doctor)
    return individual ? [{ type: [{ coding: [{ system, code, display }] }], individual }] : []
  }))
}

function periodOf(mapping: Mapping, pv1: Hl7Segment, event: VisitEvent): fhir4.Period | undefined {
  const evn = mapping.message.first('EVN')
  const occurred = (edge: VisitEvent['occurred']) =>
    (evn && event.occurred === edge ? TS_dateTime(mapping, evn.text(6), evn.place(6)) : undefined)
  const isOpen = event.removed?.includes('period.end') === true
  const end = isOpen ? undefined : TS_dateTime(mapping, pv1.text(45), pv1.place(45)) ?? occurred('end')
  return givenOrNone({ start: TS_dateTime(mapping, pv1.text(44), pv1.place(44)) ?? occurred('start'), end })
}
