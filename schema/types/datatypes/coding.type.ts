import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { Many, Optional } from '../fields'

@ObjectType({ simpleResolvers: true, description: 'One code of one code system.' })
export class Coding implements fhir4.Coding {
  @Optional(() => String, 'URI of the code system, e.g. http://loinc.org') system?: string
  @Optional(() => String) version?: string
  @Optional(() => String) code?: string
  @Optional(() => String) display?: string
  @Optional(() => Boolean) userSelected?: boolean
}

@ObjectType({ simpleResolvers: true, description: 'A concept in the words of the record, with its codes; the source’s own coding is always among them.' })
export class CodeableConcept implements fhir4.CodeableConcept {
  @Many(() => Coding) coding?: Coding[]
  @Optional(() => String) text?: string
}
