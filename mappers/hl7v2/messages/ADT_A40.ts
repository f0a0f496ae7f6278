import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { resourceId } from '../../../src/model/ids'
import { chartNumber, patientId } from '../chart'
import { CX_Identifier } from '../datatypes/CX_Identifier'
import { XPN_HumanName } from '../datatypes/XPN_HumanName'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { PID_Patient } from '../segments/PID_Patient'

/**
 * HL7 v2-to-FHIR, message ADT_A40 (structure ADT_A39): two charts of one hospital are one patient. The retired chart
 * (MRG-1) is inactive and replaced by the survivor (PID-3), which replaces it; both keep their own records, so that a merge
 * can be looked into, and undone. A message may hold several pairs. Twice the same says nothing new.
 */
export function ADT_A40(mapping: Mapping, patient: string): void {
  let survivor = { id: patient, pid: mapping.message.first('PID') }
  for (const segment of mapping.message.segments) {
    if (segment.name === 'PID') {
      const id = patientId(mapping.source, segment) ?? patient
      survivor = { id, pid: segment }
      PID_Patient(mapping, segment, id)
    } else if (segment.name === 'MRG') merge(mapping, segment, survivor.id)
  }
}

function merge(mapping: Mapping, mrg: Hl7Segment, survivor: string): void {
  const fields = mrg.field(1)
  const number = chartNumber(mapping.source, fields)
  if (number === undefined) {
    mapping.note('warning', 'merge-without-chart', mrg.place(1), 'The merge names no retired chart: nothing was merged.')
    return
  }
  const retired = resourceId(mapping.source, 'Patient', number)
  if (retired === survivor) {
    mapping.note('warning', 'merge-into-itself', mrg.place(1), 'The retired chart is the surviving one: nothing was merged.')
    return
  }
  const identifier = list(...fields.map(field => CX_Identifier(mapping, field, { place: mrg.place(1) })))
  const name = list(...mrg.field(7).map(field => XPN_HumanName(mapping, field, mrg.place(7))))
  tellLink(mapping, retired, given({ active: false, identifier, name }), { other: survivor, type: 'replaced-by' })
  tellLink(mapping, survivor, {}, { other: retired, type: 'replaces' })
}

function tellLink(
  mapping: Mapping, patient: string, told: Partial<fhir4.Patient>, link: { other: string; type: fhir4.PatientLink['type'] },
): void {
  const before = mapping.tellingOf(`Patient/${patient}`)
  const links = before?.resource.resourceType === 'Patient' ? before.resource.link ?? [] : []
  const resource: fhir4.Patient & { id: string } = given({
    resourceType: 'Patient' as const,
    meta: institutionMeta(mapping.source.institution.id),
    ...before?.resource.resourceType === 'Patient' ? before.resource : {},
    ...told,
    id: patient,
    link: [...links, { other: { reference: `Patient/${link.other}` }, type: link.type }],
  })
  const removed = before?.removed
  mapping.tell(resource, { manner: 'part', patient, ...removed && { removed } })
}
