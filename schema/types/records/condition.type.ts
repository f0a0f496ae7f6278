import { ObjectType } from 'type-graphql'
import type { ServedCondition } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Period, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A diagnosis (诊断).' })
export class Condition extends ArchiveRecord implements ServedCondition {
  declare resourceType: 'Condition'
  @Optional(() => CodeableConcept) clinicalStatus?: CodeableConcept
  @Optional(() => CodeableConcept, 'provisional for 初步, 疑似, 待查.') verificationStatus?: CodeableConcept
  @Many(() => CodeableConcept) category?: CodeableConcept[]
  @Optional(() => CodeableConcept) severity?: CodeableConcept
  @Optional(() => CodeableConcept, 'ICD-10 (national clinical version) or TCM (中医) as the source codes it.') code?: CodeableConcept
  @Many(() => CodeableConcept) bodySite?: CodeableConcept[]
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) onsetDateTime?: string
  @Optional(() => Period) onsetPeriod?: Period
  @Optional(() => String) onsetString?: string
  @Optional(() => FhirDateTime) abatementDateTime?: string
  @Optional(() => FhirDateTime) recordedDate?: string
  @Optional(() => Reference) recorder?: Reference
  @Optional(() => Reference) asserter?: Reference
  @Many(() => Annotation) note?: Annotation[]
}
