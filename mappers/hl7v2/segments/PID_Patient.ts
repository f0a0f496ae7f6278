import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { CX_Identifier } from '../datatypes/CX_Identifier'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XAD_Address } from '../datatypes/XAD_Address'
import { XPN_HumanName } from '../datatypes/XPN_HumanName'
import { XTN_ContactPoint } from '../datatypes/XTN_ContactPoint'
import { tellInstitution } from '../datatypes/XON_Organization'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { tables } from '../tables'
import { NK1_Contact } from './NK1_Contact'
import { patientIdentifiers } from './PID_identifiers'

/**
 * HL7 v2-to-FHIR, segment PID[Patient]: a part of the patient, as every record tells only some. HL7's `""` empties an
 * element (`removed`); what is silent stays.
 */
export function PID_Patient(mapping: Mapping, pid: Hl7Segment, patient: string): void {
  const birth = birthOf(mapping, pid)
  const gender = genderOf(mapping, pid)
  const removed = removedBy(pid)
  const mother = motherOf(mapping, pid)
  const resource: fhir4.Patient & { id: string } = given({
    resourceType: 'Patient' as const,
    id: patient,
    meta: institutionMeta(mapping.source.institution.id),
    extension: mother && [{ url: 'urn:hutong:family', extension: [{ url: 'mother', valueReference: { identifier: mother } }] }],
    identifier: patientIdentifiers(mapping, pid, { birthDate: birth.birthDate, gender }),
    name: pid.field(5).map(name => XPN_HumanName(mapping, name, pid.place(5))).filter(isThere),
    telecom: telecomOf(mapping, pid),
    gender,
    ...birth,
    ...deathOf(mapping, pid),
    address: pid.field(11).map(XAD_Address).filter(isThere),
    maritalStatus: maritalStatusOf(mapping, pid),
    ...multipleBirthOf(pid),
    contact: mapping.message.all('NK1').map(nk1 => NK1_Contact(mapping, nk1)).filter(isThere),
    communication: list(languageOf(mapping, pid)),
    managingOrganization: tellInstitution(mapping, mapping.source.institution),
  })
  mapping.tell(resource, given({ manner: 'part' as const, patient, removed }))
  if (mother) tellMother(mapping, mother, patient)
}

const isThere = <T>(item: T | undefined): item is T => item !== undefined

/** Elements that a field's `""` empties. PID-13 empties all numbers unless PID-14 still tells one, and the other way round. */
function removedBy(pid: Hl7Segment): string[] {
  const paths: readonly (readonly [number, string])[] = [
    [5, 'name'], [7, 'birthDate'], [8, 'gender'], [11, 'address'], [15, 'communication'], [16, 'maritalStatus'],
    [24, 'multipleBirth[x]'], [25, 'multipleBirth[x]'], [29, 'deceased[x]'], [30, 'deceased[x]'],
  ]
  const told = paths.filter(([field]) => pid.isNull(field)).map(([, path]) => path)
  const phones = (pid.isNull(13) && !pid.text(14)) || (pid.isNull(14) && !pid.text(13)) ? ['telecom'] : []
  return [...new Set([...told, ...phones])]
}

function birthOf(mapping: Mapping, pid: Hl7Segment): Pick<fhir4.Patient, 'birthDate' | '_birthDate'> {
  const time = TS_dateTime(mapping, pid.text(7), pid.place(7))
  if (time === undefined) return {}
  if (time.length <= 10) return { birthDate: time }
  const url = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime'
  return { birthDate: time.slice(0, 10), _birthDate: { extension: [{ url, valueDateTime: time }] } }
}

function genderOf(mapping: Mapping, pid: Hl7Segment): fhir4.Patient['gender'] {
  const code = pid.text(8)
  if (code === undefined) return undefined
  const gender = tables.administrativeSex.get(code.toUpperCase())
  if (gender === undefined) mapping.note('warning', 'unknown-code', pid.place(8), 'The sex is not a code of HL7 table 0001.')
  return gender
}

function telecomOf(mapping: Mapping, pid: Hl7Segment): fhir4.ContactPoint[] {
  const home = [...pid.field(13), ...pid.field(40)].map(number => XTN_ContactPoint(mapping, number, 'home'))
  const work = pid.field(14).map(number => XTN_ContactPoint(mapping, number, 'work'))
  return [...home, ...work].filter(isThere)
}

function deathOf(mapping: Mapping, pid: Hl7Segment): Pick<fhir4.Patient, 'deceasedBoolean' | 'deceasedDateTime'> {
  const time = TS_dateTime(mapping, pid.text(29), pid.place(29))
  if (time !== undefined) return { deceasedDateTime: time }
  return given({ deceasedBoolean: yesOrNo(pid.text(30)) })
}

function multipleBirthOf(pid: Hl7Segment): Pick<fhir4.Patient, 'multipleBirthBoolean' | 'multipleBirthInteger'> {
  const order = pid.text(25)
  if (order !== undefined && /^\d{1,2}$/.test(order)) return { multipleBirthInteger: Number(order) }
  return given({ multipleBirthBoolean: yesOrNo(pid.text(24)) })
}

const yesOrNo = (code: string | undefined) => (code === 'Y' ? true : code === 'N' ? false : undefined)

function maritalStatusOf(mapping: Mapping, pid: Hl7Segment): fhir4.CodeableConcept | undefined {
  const [field] = pid.field(16)
  const code = field?.text(1)
  if (!field || code === undefined) return undefined
  const isHl7s = /^HL70002$/i.test(field.text(3) ?? 'HL70002')
  const coding = isHl7s ? tables.maritalStatus.get(code) : undefined
  if (coding) return given({ coding: [coding], text: field.text(2) })
  mapping.note('information', 'unknown-code', pid.place(16), 'The marital status is no code of HL7 table 0002: its text is kept.')
  return CWE_CodeableConcept(mapping, field)
}

/** PID-15: a code of two letters is ISO 639's, as FHIR's languages are; any other stays text. */
function languageOf(mapping: Mapping, pid: Hl7Segment): fhir4.PatientCommunication | undefined {
  const language = CWE_CodeableConcept(mapping, pid.field(15)[0])
  if (!language) return undefined
  const code = pid.text(15)?.toLowerCase() ?? ''
  const coding = /^[a-z]{2}$/.test(code) ? [{ system: 'urn:ietf:bcp:47', code }] : undefined
  return { language: given({ coding, text: language.text ?? pid.text(15) }) }
}

/** PID-21 is the mother's number, never the child's. It stands at the child too, since identity compares by it. */
function motherOf(mapping: Mapping, pid: Hl7Segment): fhir4.Identifier | undefined {
  const [field] = pid.field(21)
  return field && CX_Identifier(mapping, field, { place: pid.place(21) })
}

/** HL7 v2-to-FHIR, data type CX[RelatedPerson-Mother]. */
function tellMother(mapping: Mapping, identifier: fhir4.Identifier, patient: string): void {
  const id = mapping.id('RelatedPerson', `${patient}|MTH|${identifier.system ?? ''}|${identifier.value ?? ''}`)
  const mother = { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }
  mapping.tell({
    resourceType: 'RelatedPerson',
    id,
    identifier: [identifier],
    patient: { reference: `Patient/${patient}` },
    relationship: [{ coding: [mother] }],
  }, { manner: 'whole', patient })
}

