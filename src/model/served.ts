/**
 * What an archive serves of each record type: the elements a client reads, named and shaped as FHIR R4 names and shapes
 * them. `archive/facts` projects resources to these; the GraphQL types in `schema/types` implement them. The whole
 * resource stays one field away.
 */
import type * as fhir4 from './fhir'

export type ServedPatient = Pick<fhir4.Patient,
  'id' | 'resourceType' | 'active' | 'identifier' | 'name' | 'telecom' | 'gender' | 'birthDate' | 'deceasedBoolean'
  | 'deceasedDateTime' | 'address' | 'maritalStatus' | 'contact' | 'managingOrganization' | 'link'>

export type ServedEncounter = Pick<fhir4.Encounter,
  'id' | 'resourceType' | 'identifier' | 'status' | 'class' | 'type' | 'serviceType' | 'priority' | 'participant' | 'period'
  | 'reasonCode' | 'diagnosis' | 'hospitalization' | 'location' | 'serviceProvider'>

export type ServedCondition = Pick<fhir4.Condition,
  'id' | 'resourceType' | 'clinicalStatus' | 'verificationStatus' | 'category' | 'severity' | 'code' | 'bodySite' | 'encounter'
  | 'onsetDateTime' | 'onsetPeriod' | 'onsetString' | 'abatementDateTime' | 'recordedDate' | 'recorder' | 'asserter' | 'note'>

export type ServedObservation = Pick<fhir4.Observation,
  'id' | 'resourceType' | 'identifier' | 'basedOn' | 'status' | 'category' | 'code' | 'encounter' | 'effectiveDateTime'
  | 'effectivePeriod' | 'effectiveInstant' | 'issued' | 'performer' | 'valueQuantity' | 'valueCodeableConcept' | 'valueString'
  | 'valueBoolean' | 'valueInteger' | 'valueRange' | 'valueRatio' | 'valueDateTime' | 'dataAbsentReason' | 'interpretation'
  | 'note' | 'bodySite' | 'method' | 'specimen' | 'device' | 'referenceRange' | 'component'> & {
    /** Marks of mutual recognition as printed, e.g. 全国HR */
    recognitionMarks?: string[]
  }

export type ServedDiagnosticReport = Pick<fhir4.DiagnosticReport,
  'id' | 'resourceType' | 'identifier' | 'status' | 'category' | 'code' | 'encounter' | 'effectiveDateTime' | 'effectivePeriod'
  | 'issued' | 'performer' | 'resultsInterpreter' | 'specimen' | 'result' | 'conclusion' | 'conclusionCode'>

export type ServedMedicationRequest = Pick<fhir4.MedicationRequest,
  'id' | 'resourceType' | 'identifier' | 'status' | 'intent' | 'category' | 'medicationCodeableConcept' | 'medicationReference'
  | 'encounter' | 'authoredOn' | 'requester' | 'reasonCode' | 'note' | 'dosageInstruction' | 'dispenseRequest'>

export type ServedMedicationStatement = Pick<fhir4.MedicationStatement,
  'id' | 'resourceType' | 'status' | 'category' | 'medicationCodeableConcept' | 'medicationReference' | 'context'
  | 'effectiveDateTime' | 'effectivePeriod' | 'dateAsserted' | 'informationSource' | 'reasonCode' | 'note' | 'dosage'>

export type ServedAllergyIntolerance = Pick<fhir4.AllergyIntolerance,
  'id' | 'resourceType' | 'clinicalStatus' | 'verificationStatus' | 'type' | 'category' | 'criticality' | 'code' | 'encounter'
  | 'onsetDateTime' | 'recordedDate' | 'recorder' | 'lastOccurrence' | 'note' | 'reaction'>

export type ServedImmunization = Pick<fhir4.Immunization,
  'id' | 'resourceType' | 'status' | 'statusReason' | 'vaccineCode' | 'encounter' | 'occurrenceDateTime' | 'occurrenceString'
  | 'recorded' | 'primarySource' | 'location' | 'lotNumber' | 'expirationDate' | 'site' | 'route' | 'doseQuantity' | 'performer'
  | 'note' | 'protocolApplied'>

export type ServedProcedure = Pick<fhir4.Procedure,
  'id' | 'resourceType' | 'identifier' | 'status' | 'category' | 'code' | 'encounter' | 'performedDateTime' | 'performedPeriod'
  | 'performedString' | 'recorder' | 'performer' | 'location' | 'reasonCode' | 'bodySite' | 'outcome' | 'note'>

export type ServedQuestionnaireResponse = Pick<fhir4.QuestionnaireResponse,
  'id' | 'resourceType' | 'identifier' | 'questionnaire' | 'status' | 'encounter' | 'authored' | 'author' | 'source' | 'item'>

export type Served =
  | ServedPatient | ServedEncounter | ServedCondition | ServedObservation | ServedDiagnosticReport | ServedMedicationRequest
  | ServedMedicationStatement | ServedAllergyIntolerance | ServedImmunization | ServedProcedure | ServedQuestionnaireResponse
