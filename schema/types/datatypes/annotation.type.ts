import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Optional } from '../fields'
import { Reference } from './identifier.type'

@ObjectType({ simpleResolvers: true, description: 'A note that was written to a record.' })
export class Annotation implements fhir4.Annotation {
  @Optional(() => Reference) authorReference?: Reference
  @Optional(() => String) authorString?: string
  @Optional(() => FhirDateTime) time?: string
  @Optional(() => String) text!: string
}
