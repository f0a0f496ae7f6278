import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { distinctIdentifiers, EI_Identifier } from '../datatypes/CX_Identifier'
import { TS_dateTime, TS_instant } from '../datatypes/TS_dateTime'
import { NDL_Practitioner } from '../datatypes/XCN_Practitioner'
import type { NamedInstitution } from '../datatypes/XON_Organization'
import { given, givenOrNone, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { tables, v2System } from '../tables'
import { orderOf } from './OBR_ServiceRequest'
import type { ResultGroup } from './resultGroups'
import { visitReference, type Visit } from './visit'

/** A note on the report as a whole (NTE under OBR): R4 has no element for it, R5 has DiagnosticReport.note. */
const reportNote = 'urn:hutong:report-note'

/** What the results of one OBR share. */
export interface Report {
  readonly id: string
  /** What the ids of its results begin with: filler number and panel. */
  readonly key: string
  readonly patient: string
  readonly visit: Visit | undefined
  readonly category: 'laboratory' | 'imaging' | undefined
  readonly collected: Pick<fhir4.Observation, 'effectiveDateTime' | 'effectivePeriod'>
  readonly issued: string | undefined
  readonly specimen: fhir4.Specimen | undefined
  /** 检验者, from OBR-34. */
  readonly technicians: readonly fhir4.Reference[]
  readonly group: ResultGroup
}

/** Reads what an OBR says of its results. `specimen` is told by OBR-15 or SPM. */
export function readReport(
  mapping: Mapping, { group, patient, visit, specimen }: Pick<Report, 'group' | 'patient' | 'visit' | 'specimen'>,
): Report {
  const { obr } = group
  const key = reportKey(mapping, group, patient)
  return {
    id: mapping.id('DiagnosticReport', key),
    key,
    patient,
    visit,
    category: categoryOf(obr, specimen),
    collected: obr ? collectedOf(mapping, obr) : {},
    issued: obr && TS_instant(mapping, obr.text(22), obr.place(22)),
    specimen,
    technicians: list(...obr?.field(34).map(field => NDL_Practitioner(mapping, field)) ?? []) ?? [],
    group,
  }
}

/**
 * A report is its filler number (OBR-3, ORC-3) and panel; without a filler number the placer's (OBR-2, ORC-2); without both
 * the patient and the time of collection; without that, the message. A correction names the same numbers, and hits the same id.
 */
function reportKey(mapping: Mapping, { obr, orc }: ResultGroup, patient: string): string {
  const [panel] = obr?.field(4) ?? []
  const collected = obr?.text(7)
  const filler = obr?.text(3) ?? orc?.text(3)
  const placer = obr?.text(2) ?? orc?.text(2)
  const number = filler ?? (placer && `placer|${placer}`)
    ?? (collected === undefined ? `message|${mapping.message.controlId}` : `${patient}|${collected}`)
  return `${number}|${panel?.text(1) ?? panel?.text(2) ?? panel?.text(4) ?? ''}`
}

/** What the segments under an OBR tell of the report itself. */
interface ReportParts {
  readonly results: readonly fhir4.Reference[]
  readonly conclusion: string | undefined
  readonly forms: readonly fhir4.Attachment[]
  readonly institutions: readonly NamedInstitution[]
  readonly notes: readonly fhir4.Annotation[]
}

/**
 * HL7 v2-to-FHIR, segment OBR[DiagnosticReport]: a part of the report, as a correction sends only the results that it
 * corrects, and the others still belong to it.
 */
export function OBR_DiagnosticReport(mapping: Mapping, report: Report, told: ReportParts): void {
  const { obr, orc } = report.group
  if (!obr) return
  const order = orderOf(mapping, report)
  mapping.tell(given({
    resourceType: 'DiagnosticReport' as const,
    id: report.id,
    meta: institutionMeta(told.institutions.find(named => named.institution)?.institution?.id ?? mapping.source.institution.id),
    contained: list<fhir4.FhirResource>(report.specimen, ...order ?? []),
    extension: told.notes.map(valueAnnotation => ({ url: reportNote, valueAnnotation })),
    identifier: distinctIdentifiers(...numbersOf(mapping, obr), ...orc ? numbersOf(mapping, orc) : []),
    basedOn: order ? [{ reference: '#order' }] : undefined,
    status: statusOf(mapping, obr),
    category: list(sectionOf(mapping, obr)),
    code: codeOf(mapping, obr),
    subject: { reference: `Patient/${report.patient}` },
    encounter: visitReference(report.visit),
    ...report.collected,
    issued: report.issued,
    performer: performersOf(mapping, obr, report, told.institutions),
    resultsInterpreter: obr.field(32).map(field => NDL_Practitioner(mapping, field)).filter(item => item !== undefined),
    specimen: report.specimen ? [{ reference: '#specimen' }] : undefined,
    result: [...told.results],
    conclusion: told.conclusion,
    presentedForm: [...told.forms],
  }), { manner: 'part', patient: report.patient })
}

/** Placer and filler number: fields 2 and 3 of OBR and of its ORC, usually the same. */
const numbersOf = (mapping: Mapping, segment: Hl7Segment): (fhir4.Identifier | undefined)[] =>
  [EI_Identifier(mapping, segment.field(2)[0], 'PLAC'), EI_Identifier(mapping, segment.field(3)[0], 'FILL')]

const codeOf = (mapping: Mapping, obr: Hl7Segment): fhir4.CodeableConcept =>
  CWE_CodeableConcept(mapping, obr.field(4)[0], given({ fallback: mapping.settings.laboratorySystem })) ?? { text: 'unknown' }

function statusOf(mapping: Mapping, obr: Hl7Segment): fhir4.DiagnosticReport['status'] {
  const code = obr.text(25)
  const status = code === undefined ? undefined : tables.reportStatus.get(code)
  if (status === undefined) {
    mapping.note('information', 'unknown-code', obr.place(25), 'The report\'s status is missing or no code of HL7 table 0123.')
  }
  return status ?? 'unknown'
}

/** OBR-24 is of HL7 table 0074; a section that the table does not know stays text. */
function sectionOf(mapping: Mapping, obr: Hl7Segment): fhir4.CodeableConcept | undefined {
  const code = obr.text(24)
  if (code === undefined) return undefined
  if (tables.serviceSection.has(code)) return { coding: [{ system: v2System('0074'), code }] }
  mapping.note('information', 'unknown-code', obr.place(24), 'The section is not a code of HL7 table 0074: it is kept as text.')
  return { text: code }
}

/** Laboratory or imaging by OBR-24; without it, results on a specimen are the laboratory's. */
function categoryOf(obr: Hl7Segment | undefined, specimen: fhir4.Specimen | undefined): Report['category'] {
  const section = tables.serviceSection.get(obr?.text(24) ?? '')
  if (section === 'laboratory' || section === 'imaging') return section
  return section === undefined && specimen ? 'laboratory' : undefined
}

function collectedOf(mapping: Mapping, obr: Hl7Segment): Report['collected'] {
  const start = TS_dateTime(mapping, obr.text(7), obr.place(7))
  const end = TS_dateTime(mapping, obr.text(8), obr.place(8))
  if (end === undefined || end === start) return given({ effectiveDateTime: start })
  const ordered = start === undefined || start.length !== end.length || start <= end
  if (!ordered) mapping.note('warning', 'period-reversed', obr.place(8), 'The end lies before the start; it was left out.')
  return ordered ? given({ effectivePeriod: givenOrNone({ start, end }) }) : given({ effectiveDateTime: start })
}

/** The institutions of the results; 检验者 (OBR-34) with SPRF, who wrote it down (OBR-35) with TRANS, as HL7 has them. */
function performersOf(
  mapping: Mapping, obr: Hl7Segment, report: Report, institutions: readonly NamedInstitution[],
): fhir4.Reference[] {
  const transcribers = obr.field(35).map(field => NDL_Practitioner(mapping, field)).filter(item => item !== undefined)
  const distinct = new Map(institutions.map(({ reference }) => [reference.reference, reference]))
  return [
    ...distinct.values(),
    ...report.technicians.map(person => withFunction('SPRF', person)),
    ...transcribers.map(person => withFunction('TRANS', person)),
  ]
}

function withFunction(code: string, reference: fhir4.Reference): fhir4.Reference {
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code }]
  const url = 'http://hl7.org/fhir/StructureDefinition/event-performerFunction'
  return { extension: [{ url, valueCodeableConcept: { coding } }], ...reference }
}
