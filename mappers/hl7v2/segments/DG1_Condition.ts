import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept, tidy } from '../datatypes/CWE_CodeableConcept'
import { EI_Identifier } from '../datatypes/CX_Identifier'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { v2System } from '../tables'
import { visitReference, type Visit } from './visit'

const statusSystem = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const encounterDiagnosis = {
  system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis', display: 'Encounter Diagnosis',
}

/** HL7 v2-to-FHIR, segments DG1[Condition] and DG1[Encounter]: tells the diagnoses and gives the Encounter's list of them. */
export function DG1_Conditions(
  mapping: Mapping, patient: string, visit: Visit | undefined,
): fhir4.EncounterDiagnosis[] | undefined {
  return list(...mapping.message.all('DG1').map(dg1 => DG1_Condition(mapping, dg1, patient, visit)))
}

/**
 * A diagnosis is one Condition of its visit, by its code: told at admission and again at discharge it is the same one, and
 * the later word on it wins. Without a visit its day stands in. Codes of different versions of ICD stay apart.
 */
function DG1_Condition(
  mapping: Mapping, dg1: Hl7Segment, patient: string, visit: Visit | undefined,
): fhir4.EncounterDiagnosis | undefined {
  const [field] = dg1.field(3)
  const concept = CWE_CodeableConcept(mapping, field)
  const description = dg1.text(4)
  const name = field?.text(1) ?? concept?.text ?? description
  if (name === undefined) {
    mapping.note('warning', 'diagnosis-without-code', dg1.place(3), 'A diagnosis without code or text was left out.')
    return undefined
  }
  const date = TS_dateTime(mapping, dg1.text(5), dg1.place(5))
  const key = [visit?.number ?? `${patient}|${date ?? ''}`, field?.text(3) ?? '', tidy(name)].join('|')
  const id = mapping.id('Condition', key)
  mapping.tell(given({
    resourceType: 'Condition' as const,
    id,
    meta: institutionMeta(mapping.source.institution.id),
    identifier: list(EI_Identifier(mapping, dg1.field(20)[0])),
    verificationStatus: verificationStatusOf(mapping, dg1, [concept?.text, description]),
    category: [{ coding: [encounterDiagnosis] }],
    code: { ...concept, ...description !== undefined && { text: tidy(description) } },
    subject: { reference: `Patient/${patient}` },
    encounter: visitReference(visit),
    ...datesOf(mapping, dg1, date),
    asserter: XCN_Practitioner(mapping, dg1.field(16)[0]),
  }), { manner: 'whole', patient })
  return given({ condition: { reference: `Condition/${id}` }, use: useOf(mapping, dg1), rank: rankOf(dg1) })
}

function datesOf(
  mapping: Mapping, dg1: Hl7Segment, date: string | undefined,
): Pick<fhir4.Condition, 'onsetDateTime' | 'recordedDate'> {
  const attested = TS_dateTime(mapping, dg1.text(19), dg1.place(19))
  return mapping.settings.diagnosisDate === 'recorded'
    ? given({ recordedDate: attested ?? date })
    : given({ onsetDateTime: date, recordedDate: attested })
}

/** 初步, 疑似, 待查 and DG1-6 `W` are provisional; `F` is confirmed; an admission diagnosis (`A`) says neither. */
function verificationStatusOf(
  mapping: Mapping, dg1: Hl7Segment, texts: readonly (string | undefined)[],
): fhir4.CodeableConcept | undefined {
  if (dg1.text(21) === 'D') return verification('entered-in-error')
  const isProvisional = mapping.settings.provisionalWords.some(word => texts.some(text => text?.includes(word)))
  if (isProvisional || dg1.text(6) === 'W') return verification('provisional')
  return dg1.text(6) === 'F' ? verification('confirmed') : undefined
}

const verification = (code: string): fhir4.CodeableConcept => ({ coding: [{ system: statusSystem, code }] })

const uses: ReadonlyMap<string, string> = new Map([['A', 'Admitting'], ['W', 'Working'], ['F', 'Final']])

/** HL7 v2-to-FHIR, concept map DiagnosisType, has only `A`; W and F stay HL7's own codes (table 0052). */
function useOf(mapping: Mapping, dg1: Hl7Segment): fhir4.CodeableConcept | undefined {
  const type = dg1.text(6)
  if (type === undefined) return undefined
  const display = uses.get(type)
  if (display === undefined) {
    mapping.note('information', 'unknown-code', dg1.place(6), 'The type is no code of HL7 table 0052: it is kept as text.')
    return { text: tidy(type) }
  }
  const admission = { system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: 'AD', display: 'Admission diagnosis' }
  return { coding: [{ system: v2System('0052'), code: type, display }, ...type === 'A' ? [admission] : []] }
}

function rankOf(dg1: Hl7Segment): number | undefined {
  const text = dg1.text(15)
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}
