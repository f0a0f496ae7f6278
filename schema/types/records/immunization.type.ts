import { Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedImmunization } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Quantity, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'Who took part, and as what.' })
export class Performer implements fhir4.ImmunizationPerformer {
  @Optional(() => CodeableConcept) function?: CodeableConcept
  @Optional(() => Reference) actor!: Reference
  @Optional(() => Reference) onBehalfOf?: Reference
}

@ObjectType({ simpleResolvers: true, description: 'Which dose of which series (剂次).' })
export class ProtocolApplied implements fhir4.ImmunizationProtocolApplied {
  @Optional(() => String) series?: string
  @Optional(() => Reference) authority?: Reference
  @Many(() => CodeableConcept) targetDisease?: CodeableConcept[]
  @Optional(() => Int) doseNumberPositiveInt?: number
  @Optional(() => String) doseNumberString?: string
  @Optional(() => Int) seriesDosesPositiveInt?: number
  @Optional(() => String) seriesDosesString?: string
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A vaccination (预防接种).' })
export class Immunization extends ArchiveRecord implements ServedImmunization {
  declare resourceType: 'Immunization'
  @Optional(() => String) status!: ServedImmunization['status']
  @Optional(() => CodeableConcept) statusReason?: CodeableConcept
  @Optional(() => CodeableConcept) vaccineCode!: CodeableConcept
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) occurrenceDateTime?: string
  @Optional(() => String) occurrenceString?: string
  @Optional(() => FhirDateTime) recorded?: string
  @Optional(() => Boolean) primarySource?: boolean
  @Optional(() => Reference) location?: Reference
  @Optional(() => String, 'Batch (批号).') lotNumber?: string
  @Optional(() => FhirDateTime) expirationDate?: string
  @Optional(() => CodeableConcept) site?: CodeableConcept
  @Optional(() => CodeableConcept) route?: CodeableConcept
  @Optional(() => Quantity) doseQuantity?: Quantity
  @Many(() => Performer) performer?: Performer[]
  @Many(() => Annotation) note?: Annotation[]
  @Many(() => ProtocolApplied) protocolApplied?: ProtocolApplied[]
}
