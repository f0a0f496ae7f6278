import { connectionOf } from './connection.type'
import { Look } from './look.type'
import { ArchiveRecord } from './record.type'
import {
  AllergyIntolerance, Condition, DiagnosticReport, Encounter, Immunization, Medication, MedicationRequest, MedicationStatement,
  Observation, Procedure, QuestionnaireResponse,
} from './records'
import { QuarantinedEntry } from './stewardship.type'

export const EncounterConnection = connectionOf('Encounter', () => Encounter)
export const ConditionConnection = connectionOf('Condition', () => Condition)
export const ObservationConnection = connectionOf('Observation', () => Observation)
export const DiagnosticReportConnection = connectionOf('DiagnosticReport', () => DiagnosticReport)
export const MedicationRequestConnection = connectionOf('MedicationRequest', () => MedicationRequest)
export const MedicationStatementConnection = connectionOf('MedicationStatement', () => MedicationStatement)
export const MedicationConnection = connectionOf('Medication', () => Medication)
export const AllergyIntoleranceConnection = connectionOf('AllergyIntolerance', () => AllergyIntolerance)
export const ImmunizationConnection = connectionOf('Immunization', () => Immunization)
export const ProcedureConnection = connectionOf('Procedure', () => Procedure)
export const QuestionnaireResponseConnection = connectionOf('QuestionnaireResponse', () => QuestionnaireResponse)
export const ArchiveRecordConnection = connectionOf('ArchiveRecord', () => ArchiveRecord)
export const LookConnection = connectionOf('Look', () => Look,
  'How many lines there are in all pages, where this page holds them all; else null: a long ledger is not counted for it.')
export const QuarantineConnection = connectionOf('QuarantinedEntry', () => QuarantinedEntry)
