import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { EI_Identifier } from '../datatypes/CX_Identifier'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { XCN_Practitioner } from '../datatypes/XCN_Practitioner'
import { XON_Organization, type NamedInstitution } from '../datatypes/XON_Organization'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { interpretationSystem, tables } from '../tables'
import { annotationsOf } from './NTE_Annotation'
import type { Report } from './OBR_DiagnosticReport'
import { specimenCode } from './OBR_Specimen'
import { OBX_code } from './OBX_code'
import { OBX_referenceRange } from './OBX_referenceRange'
import { OBX_unit } from './OBX_units'
import { OBX_value, type ObservationValue } from './OBX_value'
import type { Result } from './resultGroups'
import { visitReference } from './visit'

/** Mark of mutual recognition printed before the item's name, one extension each. */
const recognitionMark = 'urn:hutong:recognition-mark'

/**
 * HL7 v2-to-FHIR, segment OBX[Observation]. A result is its report's number and panel with OBX-3 and OBX-4, so that a
 * correction (OBX-11 `C`) tells the same one; `D` takes it back. Gives a reference to it, or undefined where it was deleted.
 */
export function OBX_Observation(
  mapping: Mapping, report: Report, { obx, notes }: Result, { id, derivedFrom, institution }: {
    readonly id: string; readonly derivedFrom: fhir4.Reference | undefined; readonly institution: NamedInstitution | undefined },
): fhir4.Reference | undefined {
  const unit = OBX_unit(mapping, obx)
  const value = OBX_value(mapping, obx, unit)
  const { code, marks } = OBX_code(mapping, obx, { specimen: specimenCode(report.group), unit, hasValue: hasNumber(value) })
  const observation: fhir4.Observation & { id: string } = given({
    resourceType: 'Observation' as const,
    id,
    meta: institutionMeta(institution?.institution?.id ?? mapping.source.institution.id),
    contained: list<fhir4.FhirResource>(report.specimen),
    extension: marks.map(valueString => ({ url: recognitionMark, valueString })),
    identifier: list(EI_Identifier(mapping, obx.field(21)[0], 'FILL')),
    status: statusOf(mapping, obx, report),
    category: categoryOf(report),
    code,
    subject: { reference: `Patient/${report.patient}` },
    encounter: visitReference(report.visit),
    ...effectiveOf(mapping, obx, report),
    issued: report.issued,
    performer: performersOf(mapping, obx, report, institution),
    ...value,
    dataAbsentReason: obx.text(11) === 'N' && Object.keys(value).length === 0 ? notAsked : undefined,
    interpretation: interpretationOf(mapping, obx),
    note: annotationsOf(notes),
    bodySite: CWE_CodeableConcept(mapping, obx.field(20)[0]),
    method: methodOf(mapping, obx),
    specimen: report.specimen ? { reference: '#specimen' } : undefined,
    device: deviceOf(obx),
    referenceRange: OBX_referenceRange(obx, unit),
    derivedFrom: list(derivedFrom),
  })
  const isDeleted = obx.text(11) === 'D'
  mapping.tell(observation, { manner: isDeleted ? 'deleted' : 'whole', patient: report.patient })
  return isDeleted ? undefined : { reference: `Observation/${id}` }
}

const notAsked = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'not-asked' }] }

const hasNumber = (value: ObservationValue) =>
  value.valueQuantity !== undefined || value.valueRange !== undefined || value.valueRatio !== undefined

/** OBX-11 by HL7 table 0085; where it is missing, what the report says of all its results. */
function statusOf(mapping: Mapping, obx: Hl7Segment, { group }: Report): fhir4.Observation['status'] {
  const code = obx.text(11)
  const own = code === undefined ? undefined : tables.observationStatus.get(code)
  if (own !== undefined) return own
  mapping.note('information', 'unknown-code', obx.place(11), 'The result\'s status is missing or no code of HL7 table 0085.')
  const reported = code === undefined ? tables.reportStatus.get(group.obr?.text(25) ?? '') : undefined
  return reported === undefined || reported === 'partial' || reported === 'appended' ? 'unknown' : reported
}

function categoryOf({ category }: Report): fhir4.CodeableConcept[] | undefined {
  if (category === undefined) return undefined
  const display = category === 'laboratory' ? 'Laboratory' : 'Imaging'
  return [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category, display }] }]
}

/** OBX-14, else when the report's specimen was collected (OBR-7). */
function effectiveOf(mapping: Mapping, obx: Hl7Segment, { collected }: Report): Report['collected'] {
  const effectiveDateTime = TS_dateTime(mapping, obx.text(14), obx.place(14))
  return effectiveDateTime === undefined ? collected : { effectiveDateTime }
}

/** OBX-15 (2.3–2.4) or OBX-23 (from 2.5.1): who performed the test. */
export function performingInstitution(mapping: Mapping, obx: Hl7Segment): NamedInstitution | undefined {
  const [xon] = obx.field(23)
  const name = xon?.text(1)
  if (xon && name !== undefined) {
    return XON_Organization(mapping, { code: xon.text(10) ?? xon.text(3), name, place: obx.place(23) })
  }
  return XON_Organization(mapping, { code: obx.text(15, 1), name: obx.text(15, 2), place: obx.place(15) })
}

/** The institution, the responsible observer (OBX-16), else 检验者 of the report. */
function performersOf(
  mapping: Mapping, obx: Hl7Segment, report: Report, institution: NamedInstitution | undefined,
): fhir4.Reference[] {
  const observers = obx.field(16).map(field => XCN_Practitioner(mapping, field)).filter(item => item !== undefined)
  return [...institution ? [institution.reference] : [], ...observers.length > 0 ? observers : report.technicians]
}

/** HL7 v2-to-FHIR, concept map InterpretationCodes, and the arrows and words of Chinese systems. */
function interpretationOf(mapping: Mapping, obx: Hl7Segment): fhir4.CodeableConcept[] {
  return obx.field(8).flatMap((field) => {
    const code = field.text(1)
    if (code === undefined) return []
    const known = tables.interpretation.get(code) ?? tables.interpretation.get(code.toUpperCase())
    if (known) return [{ coding: [{ system: interpretationSystem, ...known }], text: code }]
    mapping.note('information', 'unknown-code', obx.place(8), 'The flag is not in HL7 table 0078: it is kept as told.')
    return list(CWE_CodeableConcept(mapping, field)) ?? []
  })
}

/** OBX-17 may repeat; FHIR has one method. */
function methodOf(mapping: Mapping, obx: Hl7Segment): fhir4.CodeableConcept | undefined {
  const [first, ...others] = obx.field(17).map(field => CWE_CodeableConcept(mapping, field)).filter(item => item !== undefined)
  if (!first || others.length === 0) return first
  const all = [first, ...others]
  return given({ coding: all.flatMap(item => item.coding ?? []), text: all.map(item => item.text).join('; ') })
}

/** OBX-18 names an instrument: a logical reference, as no message tells of the device itself. */
function deviceOf(obx: Hl7Segment): fhir4.Reference | undefined {
  const value = obx.text(18)
  return value === undefined ? undefined : { type: 'Device', identifier: { value }, display: value }
}
