import type * as fhir4 from '../../model/fhir'

type Medicated = Pick<fhir4.MedicationRequest, 'medicationCodeableConcept' | 'medicationReference' | 'contained'>

/** What the medicine is, where the record itself says it: its concept, its contained Medication's, or the reference's name. */
export function medicationOf(resource: Medicated): fhir4.CodeableConcept | undefined {
  const { medicationCodeableConcept, medicationReference, contained } = resource
  if (medicationCodeableConcept !== undefined) return medicationCodeableConcept
  const reference = medicationReference?.reference
  const inside = contained?.find(({ resourceType, id }) => resourceType === 'Medication' && `#${id}` === reference)
  const medication = inside as fhir4.Medication | undefined
  if (medication?.code !== undefined) return medication.code
  return medicationReference?.display === undefined ? undefined : { text: medicationReference.display }
}

/** A reference into the resource itself leads nowhere outside it: the concept is served beside it. */
export function withMedicationName(resource: Medicated): { medicationCodeableConcept?: fhir4.CodeableConcept } {
  const concept = resource.medicationReference?.reference?.startsWith('#') === true ? medicationOf(resource) : undefined
  return concept === undefined ? {} : { medicationCodeableConcept: concept }
}
