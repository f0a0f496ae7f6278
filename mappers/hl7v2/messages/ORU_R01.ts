import type * as fhir4 from '../../../src/model/fhir'
import type { Mapping } from '../mapping'
import { tidyLines } from '../datatypes/text'
import type { NamedInstitution } from '../datatypes/XON_Organization'
import { ED_Attachment } from '../datatypes/ED_Attachment'
import { annotationsOf } from '../segments/NTE_Annotation'
import { OBR_DiagnosticReport, readReport, type Report } from '../segments/OBR_DiagnosticReport'
import { OBR_Specimen } from '../segments/OBR_Specimen'
import { OBX_Observation, performingInstitution } from '../segments/OBX_Observation'
import { PID_Patient } from '../segments/PID_Patient'
import { resultGroups, type Result, type ResultGroup } from '../segments/resultGroups'
import { visitOf, type Visit } from '../segments/visit'

/**
 * HL7 v2-to-FHIR, message ORU_R01: reports with their results. The PID is a part of the patient; the PV1 only names the
 * visit, which admission messages tell: its status is not the laboratory's to say.
 */
export function ORU_R01(mapping: Mapping, patient: string): void {
  const { message } = mapping
  const pid = message.first('PID')
  if (pid) PID_Patient(mapping, pid, patient)
  const visit = visitOf(mapping, message, patient)
  const parents: Parents = new Map()
  for (const group of resultGroups(message)) tellReport(mapping, { group, patient, visit, parents })
}

/** Results that a later OBR of the message may name as its parent (OBR-26), by filler number, code and sub-id. */
type Parents = Map<string, fhir4.Reference>

interface Told {
  readonly group: ResultGroup
  readonly patient: string
  readonly visit: Visit | undefined
  readonly parents: Parents
}

function tellReport(mapping: Mapping, { group, patient, visit, parents }: Told): void {
  const report = readReport(mapping, { group, patient, visit, specimen: OBR_Specimen(mapping, group) })
  const derivedFrom = parentOf(report, parents)
  const results: fhir4.Reference[] = []
  const conclusions: string[] = []
  const forms: fhir4.Attachment[] = []
  const institutions: NamedInstitution[] = []
  const nextId = observationIds(mapping, report)
  for (const result of group.results) {
    const institution = performingInstitution(mapping, result.obx)
    if (institution) institutions.push(institution)
    const part = group.obr && reportPart(mapping, result)
    if (part?.conclusion !== undefined) conclusions.push(part.conclusion)
    else if (part?.form) forms.push(part.form)
    else {
      const reference = OBX_Observation(mapping, report, result, { id: nextId(result), derivedFrom, institution })
      if (reference) results.push(reference)
      if (reference) parents.set(parentKey(report, result), reference)
    }
  }
  const conclusion = conclusions.length > 0 ? conclusions.join('\n') : undefined
  OBR_DiagnosticReport(mapping, report, { results, conclusion, forms, institutions, notes: annotationsOf(group.notes) })
}

/** What belongs to the report itself: its conclusion (never a result), or a document of it (ED). */
function reportPart(mapping: Mapping, { obx }: Result): { conclusion?: string; form?: fhir4.Attachment } | undefined {
  const type = obx.text(2)
  const code = obx.text(3)
  const isText = type === 'TX' || type === 'FT' || type === 'ST'
  if (isText && code !== undefined && mapping.settings.conclusionCodes.includes(code)) {
    obx.field(11)
    return { conclusion: tidyLines(obx.field(5).map(field => field.text(1) ?? '').join('\n')) }
  }
  if (type !== 'ED') return undefined
  const [field] = obx.field(5)
  const form = field && ED_Attachment(mapping, field, { place: obx.place(5), title: obx.text(3, 2) ?? code })
  if (form) obx.field(11)
  return form && { form }
}

/** A result's id: report, OBX-3 and OBX-4; the second of the same, as some senders repeat them, is `#2`. */
function observationIds(mapping: Mapping, report: Report): (result: Result) => string {
  const seen = new Map<string, number>()
  return ({ obx }) => {
    const [item] = obx.field(3)
    const name = item?.text(1) ?? item?.text(4) ?? item?.text(2) ?? ''
    const key = `${report.key}|${name}|${obx.field(4)[0]?.raw ?? ''}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return mapping.id('Observation', count === 1 ? key : `${key}#${count}`)
  }
}

const parentKey = ({ group: { obr } }: Report, { obx }: Result): string =>
  [obr?.text(3) ?? '', obx.text(3) ?? '', obx.text(4) ?? ''].join('|')

/** OBR-26 names the parent's code and sub-id, OBR-29 its filler number: a susceptibility derives from its culture's isolate. */
function parentOf({ group: { obr } }: Report, parents: Parents): fhir4.Reference | undefined {
  const code = obr?.text(26, 1, 1)
  if (!obr || code === undefined) return undefined
  const filler = obr.text(29, 2, 1) ?? obr.text(3) ?? ''
  return parents.get([filler, code, obr.text(26, 2) ?? ''].join('|'))
}
