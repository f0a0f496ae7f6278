import { ObjectType } from 'type-graphql'
import type { ServedProcedure } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Identifier, Period, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'
import { Performer } from './immunization.type'

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'An operation or procedure (手术、操作).' })
export class Procedure extends ArchiveRecord implements ServedProcedure {
  declare resourceType: 'Procedure'
  @Many(() => Identifier) identifier?: Identifier[]
  @Optional(() => String) status!: ServedProcedure['status']
  @Optional(() => CodeableConcept) category?: CodeableConcept
  @Optional(() => CodeableConcept, 'ICD-9-CM-3 as the source codes it.') code?: CodeableConcept
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) performedDateTime?: string
  @Optional(() => Period) performedPeriod?: Period
  @Optional(() => String) performedString?: string
  @Optional(() => Reference) recorder?: Reference
  @Many(() => Performer) performer?: Performer[]
  @Optional(() => Reference) location?: Reference
  @Many(() => CodeableConcept) reasonCode?: CodeableConcept[]
  @Many(() => CodeableConcept) bodySite?: CodeableConcept[]
  @Optional(() => CodeableConcept) outcome?: CodeableConcept
  @Many(() => Annotation) note?: Annotation[]
}
