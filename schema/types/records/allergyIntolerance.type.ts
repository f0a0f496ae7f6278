import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedAllergyIntolerance } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Reference } from '../datatypes'
import { Many, ManyTexts, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'How the resident reacted.' })
export class AllergyReaction implements fhir4.AllergyIntoleranceReaction {
  @Optional(() => CodeableConcept) substance?: CodeableConcept
  @Many(() => CodeableConcept) manifestation!: CodeableConcept[]
  @Optional(() => String) description?: string
  @Optional(() => FhirDateTime) onset?: string
  @Optional(() => String) severity?: fhir4.AllergyIntoleranceReaction['severity']
  @Optional(() => CodeableConcept) exposureRoute?: CodeableConcept
  @Many(() => Annotation) note?: Annotation[]
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'An allergy or intolerance (过敏史).' })
export class AllergyIntolerance extends ArchiveRecord implements ServedAllergyIntolerance {
  declare resourceType: 'AllergyIntolerance'
  @Optional(() => CodeableConcept) clinicalStatus?: CodeableConcept
  @Optional(() => CodeableConcept) verificationStatus?: CodeableConcept
  @Optional(() => String) type?: ServedAllergyIntolerance['type']
  @ManyTexts() category?: ServedAllergyIntolerance['category']
  @Optional(() => String) criticality?: ServedAllergyIntolerance['criticality']
  @Optional(() => CodeableConcept) code?: CodeableConcept
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) onsetDateTime?: string
  @Optional(() => FhirDateTime) recordedDate?: string
  @Optional(() => Reference) recorder?: Reference
  @Optional(() => FhirDateTime) lastOccurrence?: string
  @Many(() => Annotation) note?: Annotation[]
  @Many(() => AllergyReaction) reaction?: AllergyReaction[]
}
