import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { given, givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'
import type { ResultGroup } from './resultGroups'

/** What the specimen is called by the laboratory: decides what a local code means. */
export const specimenCode = ({ obr, spm }: ResultGroup): string | undefined => spm?.text(4) ?? obr?.text(15)

/**
 * HL7 v2-to-FHIR, segments SPM and OBR[Specimen]: the specimen with its collected and received times, contained in the
 * report and in each of its results. SPM is the fuller one where both are there.
 */
export function OBR_Specimen(mapping: Mapping, group: ResultGroup): fhir4.Specimen | undefined {
  const { obr, spm } = group
  const type = (spm && CWE_CodeableConcept(mapping, spm.field(4)[0])) ?? (obr && sourceOf(mapping, obr))
  const received = timeIn(mapping, spm, 18) ?? timeIn(mapping, obr, 14)
  const identifier = spm && specimenNumbers(mapping, spm)
  if (!type && received === undefined && !identifier) return undefined
  return given({
    resourceType: 'Specimen' as const,
    id: 'specimen',
    identifier,
    type,
    receivedTime: received,
    collection: givenOrNone({
      collectedDateTime: timeIn(mapping, spm, 17) ?? timeIn(mapping, obr, 7),
      method: spm && CWE_CodeableConcept(mapping, spm.field(7)[0]),
      bodySite: spm && CWE_CodeableConcept(mapping, spm.field(8)[0]),
    }),
    condition: spm && list(...spm.field(24).map(field => CWE_CodeableConcept(mapping, field))),
    note: list(...[spm?.text(14), obr?.text(39)].map(text => (text === undefined ? undefined : { text }))),
  })
}

const timeIn = (mapping: Mapping, segment: Hl7Segment | undefined, field: number): string | undefined =>
  segment && TS_dateTime(mapping, segment.text(field), segment.place(field))

/** OBR-15 is a CE in the Chinese dialects (`BLD^静脉血`), an SPS elsewhere, whose first component is the source. */
function sourceOf(mapping: Mapping, obr: Hl7Segment): fhir4.CodeableConcept | undefined {
  const [field] = obr.field(15)
  if (!field) return undefined
  const code = field.text(1, 1)
  const name = field.text(1, 2) ?? field.text(2)
  const system = field.text(1, 3) === undefined ? `urn:hutong:${mapping.source.id}:specimen` : undefined
  if (code === undefined) return name === undefined ? undefined : { text: name }
  return given({ coding: [given({ system, code: code.replace(/\s+/g, ' '), display: name })], text: name ?? code })
}

/** SPM-2: the placer's and the filler's number (EIP). */
function specimenNumbers(mapping: Mapping, spm: Hl7Segment): fhir4.Identifier[] | undefined {
  const [field] = spm.field(2)
  if (!field) return undefined
  const numbers = [1, 2].map((component) => {
    const value = field.text(component)
    const namespace = field.text(component, 2)
    const system = namespace === undefined ? undefined : `urn:hutong:${mapping.source.id}:id:${encodeURIComponent(namespace)}`
    return value === undefined ? undefined : given({ system, value })
  })
  return list(...numbers)
}
