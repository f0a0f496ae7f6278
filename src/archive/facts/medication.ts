import type * as fhir4 from '../../model/fhir'

type Medicated = Pick<fhir4.MedicationRequest, 'medicationCodeableConcept' | 'medicationReference' | 'contained' | 'meta'>

/** What the medicine is, where the record itself says it: its concept, its contained Medication's, that of the Medication told beside it, or the reference's name. */
export function medicationOf(resource: Medicated): fhir4.CodeableConcept | undefined {
  const { medicationCodeableConcept, medicationReference, contained } = resource
  if (medicationCodeableConcept !== undefined) return medicationCodeableConcept
  const reference = medicationReference?.reference
  const inside = contained?.find(({ resourceType, id }) => resourceType === 'Medication' && `#${id}` === reference)
  const medication = inside as fhir4.Medication | undefined
  if (medication?.code !== undefined) return medication.code
  const beside = toldBeside(resource)
  if (beside !== undefined) return beside
  return medicationReference?.display === undefined ? undefined : { text: medicationReference.display }
}

const toldBeside = ({ meta }: Medicated) => meta?.extension?.find(({ url }) => url === 'urn:hutong:medication')?.valueCodeableConcept

/** What is told only behind a reference (inside the resource, or beside it in its record) is served as the concept. */
export function withMedicationName(resource: Medicated): { medicationCodeableConcept?: fhir4.CodeableConcept } {
  const concept = resource.medicationReference?.reference?.startsWith('#') === true ? medicationOf(resource) : toldBeside(resource)
  return concept === undefined ? {} : { medicationCodeableConcept: concept }
}
