import { createUnionType, Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedMedicationRequest, ServedMedicationStatement } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Dosage, Identifier, Period, Quantity, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { typeNameOf } from '../node.type'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'What the pharmacy is to hand out.' })
export class DispenseRequest implements fhir4.MedicationRequestDispenseRequest {
  @Optional(() => Period) validityPeriod?: Period
  @Optional(() => Int) numberOfRepeatsAllowed?: number
  @Optional(() => Quantity) quantity?: Quantity
  @Optional(() => Quantity, 'For how long it lasts (用药天数).') expectedSupplyDuration?: Quantity
  @Optional(() => Reference) performer?: Reference
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A prescription (处方).' })
export class MedicationRequest extends ArchiveRecord implements ServedMedicationRequest {
  declare resourceType: 'MedicationRequest'
  @Many(() => Identifier) identifier?: Identifier[]
  @Optional(() => String) status!: ServedMedicationRequest['status']
  @Optional(() => String) intent!: ServedMedicationRequest['intent']
  @Many(() => CodeableConcept) category?: CodeableConcept[]
  @Optional(() => CodeableConcept) medicationCodeableConcept?: CodeableConcept
  @Optional(() => Reference) medicationReference?: Reference
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) authoredOn?: string
  @Optional(() => Reference) requester?: Reference
  @Many(() => CodeableConcept) reasonCode?: CodeableConcept[]
  @Many(() => Annotation) note?: Annotation[]
  @Many(() => Dosage) dosageInstruction?: Dosage[]
  @Optional(() => DispenseRequest) dispenseRequest?: DispenseRequest
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A medicine that the resident takes (用药情况), not an order.' })
export class MedicationStatement extends ArchiveRecord implements ServedMedicationStatement {
  declare resourceType: 'MedicationStatement'
  @Optional(() => String) status!: ServedMedicationStatement['status']
  @Optional(() => CodeableConcept) category?: CodeableConcept
  @Optional(() => CodeableConcept) medicationCodeableConcept?: CodeableConcept
  @Optional(() => Reference) medicationReference?: Reference
  @Optional(() => Reference) context?: Reference
  @Optional(() => FhirDateTime) effectiveDateTime?: string
  @Optional(() => Period) effectivePeriod?: Period
  @Optional(() => FhirDateTime) dateAsserted?: string
  @Optional(() => Reference) informationSource?: Reference
  @Many(() => CodeableConcept) reasonCode?: CodeableConcept[]
  @Many(() => Annotation) note?: Annotation[]
  @Many(() => Dosage) dosage?: Dosage[]
}

export const Medication = createUnionType({
  name: 'Medication',
  description: 'A medicine as ordered or as taken (用药).',
  types: () => [MedicationRequest, MedicationStatement] as const,
  resolveType: typeNameOf,
})
