import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field, Hl7Segment } from '../../../src/model/record'
import { CWE_CodeableConcept, tidy } from '../datatypes/CWE_CodeableConcept'
import { TS_dateTime } from '../datatypes/TS_dateTime'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'
import { tables } from '../tables'

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'

/**
 * HL7 v2-to-FHIR, segments AL1 and IAM[AllergyIntolerance]: one resource for each allergen of a patient, by its code or name,
 * so that the next message that lists it tells the same one. Severity is both criticality and the reactions' severity.
 */
export function AL1_AllergyIntolerance(mapping: Mapping, segment: Hl7Segment, patient: string): void {
  const [allergen] = segment.field(3)
  const code = CWE_CodeableConcept(mapping, allergen)
  const name = allergen?.text(1) ?? code?.text
  if (!code || name === undefined) {
    mapping.note('warning', 'allergen-missing', segment.place(3), 'An allergy without an allergen was left out.')
    return
  }
  const category = codeOf(mapping, segment, 2, tables.allergyCategory)
  const isIam = segment.name === 'IAM'
  const onset = isIam ? 11 : 6
  mapping.tell(given({
    resourceType: 'AllergyIntolerance' as const,
    id: mapping.id('AllergyIntolerance', `${patient}|${allergen?.text(3) ?? ''}|${tidy(name)}`),
    meta: institutionMeta(mapping.source.institution.id),
    clinicalStatus: { coding: [{ system: clinicalSystem, code: isIam && segment.text(6) === 'D' ? 'inactive' : 'active' }] },
    type: category === undefined ? undefined : 'allergy' as const,
    category: list(category),
    criticality: codeOf(mapping, segment, 4, tables.criticality),
    code,
    patient: { reference: `Patient/${patient}` },
    onsetDateTime: TS_dateTime(mapping, segment.text(onset), segment.place(onset)),
    recordedDate: isIam ? TS_dateTime(mapping, segment.text(13), segment.place(13)) : undefined,
    reaction: reactionsOf(mapping, segment),
  }), { manner: 'whole', patient })
}

/** AL1-5 and IAM-5 repeat: each is a manifestation of its own reaction, with the severity told for all. */
function reactionsOf(mapping: Mapping, segment: Hl7Segment): fhir4.AllergyIntoleranceReaction[] {
  const severity = tables.reactionSeverity.get(segment.text(4) ?? '')
  const manifestations = list(...segment.field(5).map((field: Hl7Field) => CWE_CodeableConcept(mapping, field))) ?? []
  return manifestations.map(manifestation => given({ manifestation: [manifestation], severity }))
}

/** Codes that HL7 leaves without a FHIR code (miscellaneous, moderate, unknown): these are silent, others an issue. */
const open = new Set(['MA', 'MC', 'MO', 'U'])

function codeOf<T>(mapping: Mapping, segment: Hl7Segment, field: number, table: ReadonlyMap<string, T>): T | undefined {
  const code = segment.text(field)
  const found = code === undefined ? undefined : table.get(code)
  if (code !== undefined && found === undefined && !open.has(code)) {
    mapping.note('information', 'unknown-code', segment.place(field), 'The code is not in HL7\'s table: the element is left out.')
  }
  return found
}
