import allergyCategory from '../tables/v2-0127-allergy-category.json'
import addressUse from '../tables/v2-0190-address-use.json'
import administrativeSex from '../tables/v2-0001-administrative-sex.json'
import codingSystems from '../tables/v2-0396-coding-systems.json'
import criticality from '../tables/v2-0128-allergy-criticality.json'
import encounterClass from '../tables/v2-0004-encounter-class.json'
import encounterStatus from '../tables/v2-0004-encounter-status.json'
import identifierType from '../tables/v2-0203-identifier-type.json'
import interpretation from '../tables/v2-0078-interpretation.json'
import laboratory from '../tables/laboratory.json'
import maritalStatus from '../tables/v2-0002-marital-status.json'
import nameUse from '../tables/v2-0200-name-use.json'
import observationStatus from '../tables/v2-0085-observation-status.json'
import reactionSeverity from '../tables/v2-0128-reaction-severity.json'
import relationship from '../tables/v2-0063-relationship.json'
import reportStatus from '../tables/v2-0123-report-status.json'
import serviceSection from '../tables/v2-0074-service-section.json'
import telecomSystem from '../tables/v2-0202-telecom-system.json'
import telecomUse from '../tables/v2-0201-telecom-use.json'
import type * as fhir4 from '../../src/model/fhir'
import { indexLaboratory } from '../../src/terminology/laboratory'

/** A shared concept map's rows; own keys only, so that a code `constructor` is an unknown code. */
const rows = <T>(table: { readonly codes: object }): ReadonlyMap<string, T> =>
  new Map(Object.entries(table.codes) as [string, T][])

/** HL7's concept maps (mappers/tables), by HL7 table. */
export const tables = {
  administrativeSex: rows<NonNullable<fhir4.Patient['gender']>>(administrativeSex),
  maritalStatus: rows<fhir4.Coding>(maritalStatus),
  encounterClass: rows<fhir4.Coding>(encounterClass),
  encounterStatus: rows<fhir4.Encounter['status']>(encounterStatus),
  relationship: rows<fhir4.Coding>(relationship),
  serviceSection: rows<string>(serviceSection),
  interpretation: rows<fhir4.Coding>(interpretation),
  observationStatus: rows<fhir4.Observation['status']>(observationStatus),
  reportStatus: rows<fhir4.DiagnosticReport['status']>(reportStatus),
  allergyCategory: rows<'food' | 'medication' | 'environment' | 'biologic'>(allergyCategory),
  criticality: rows<NonNullable<fhir4.AllergyIntolerance['criticality']>>(criticality),
  reactionSeverity: rows<NonNullable<fhir4.AllergyIntoleranceReaction['severity']>>(reactionSeverity),
  nameUse: rows<NonNullable<fhir4.HumanName['use']>>(nameUse),
  addressUse: rows<NonNullable<fhir4.Address['use']>>(addressUse),
  telecomUse: rows<NonNullable<fhir4.ContactPoint['use']>>(telecomUse),
  telecomSystem: rows<NonNullable<fhir4.ContactPoint['system']>>(telecomSystem),
  codingSystems: rows<string>(codingSystems),
  identifierTypes: new Set<string>(identifierType.codes),
  laboratory: indexLaboratory(laboratory),
} as const

export const interpretationSystem = interpretation.to.system
export const v2System = (table: string): string => `http://terminology.hl7.org/CodeSystem/v2-${table}`
