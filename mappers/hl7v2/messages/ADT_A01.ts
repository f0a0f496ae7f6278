import type * as fhir4 from '../../../src/model/fhir'
import type { Mapping } from '../mapping'
import { tables } from '../tables'
import { AL1_AllergyIntolerance } from '../segments/AL1_AllergyIntolerance'
import { DG1_Conditions } from '../segments/DG1_Condition'
import { PID_Patient } from '../segments/PID_Patient'
import { PR1_Procedure } from '../segments/PR1_Procedure'
import { PV1_Encounter, type VisitEvent } from '../segments/PV1_Encounter'
import { visitOf } from '../segments/visit'

/** Events that tell what ADT_A01 tells, and the structures that share it (A03, A04, A08 …). */
export const admissionEvents = ['A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A08', 'A11', 'A13', 'A28', 'A31'] as const

/**
 * HL7 v2-to-FHIR, message ADT_A01: patient, visit, diagnoses, procedures and allergies. What the event itself says of the
 * visit is in `eventOf`; a message without a visit's number tells no Encounter.
 */
export function ADT_A01(mapping: Mapping, patient: string): void {
  const { message } = mapping
  const pid = message.first('PID')
  if (pid) PID_Patient(mapping, pid, patient)
  const visit = visitOf(mapping, message, patient)
  const diagnosis = DG1_Conditions(mapping, patient, visit)
  for (const pr1 of message.all('PR1')) PR1_Procedure(mapping, pr1, patient, visit)
  for (const name of ['AL1', 'IAM']) for (const segment of message.all(name)) AL1_AllergyIntolerance(mapping, segment, patient)
  if (visit) PV1_Encounter(mapping, visit, { ...eventOf(mapping), diagnosis })
}

/**
 * HL7 v2-to-FHIR, concept map Event[EncounterStatus], with two choices of ours. A04: HL7 says `planned`, but the patient
 * is there; the status follows the patient class (its map PatientClass[EncounterStatus]), as for other visits. A08 says no
 * status. A11 cancels the visit, also one that was never told; A13 opens it again and takes its end and 离院方式 back.
 */
function eventOf(mapping: Mapping): VisitEvent {
  const patientClass = mapping.message.first('PV1')?.text(2) ?? ''
  const byClass: fhir4.Encounter['status'] = tables.encounterStatus.get(patientClass) ?? 'in-progress'
  switch (mapping.message.trigger) {
    case 'A01':
    case 'A04': return { status: ended(mapping) ? 'finished' : byClass, occurred: 'start' }
    case 'A02': return { status: 'in-progress' }
    case 'A03': return { status: 'finished', occurred: 'end' }
    case 'A05': return { status: 'planned' }
    case 'A06':
    case 'A07': return { status: byClass }
    case 'A11': return { status: 'cancelled' }
    case 'A13': return { status: 'in-progress', removed: discharge }
    default: return {}
  }
}

/** What A13 takes back. */
const discharge = ['period.end', 'hospitalization.dischargeDisposition', 'hospitalization.destination']

/** HL7 v2-to-FHIR, segment PV1[Encounter]: with PV1-45 the visit is finished, whatever the event. */
const ended = (mapping: Mapping): boolean => mapping.message.first('PV1')?.text(45) !== undefined
