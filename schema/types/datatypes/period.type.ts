import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Optional } from '../fields'

@ObjectType({ simpleResolvers: true, description: 'A time with a start and an end, either of which may be unknown.' })
export class Period implements fhir4.Period {
  @Optional(() => FhirDateTime) start?: string
  @Optional(() => FhirDateTime) end?: string
}
