import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { Optional } from '../fields'
import { CodeableConcept } from './coding.type'
import { Period } from './period.type'

@ObjectType({ simpleResolvers: true, description: 'A number by which someone else knows this, e.g. 住院号 (inpatient) or 门诊号 (outpatient number).' })
export class Identifier implements fhir4.Identifier {
  @Optional(() => String) use?: fhir4.Identifier['use']
  @Optional(() => CodeableConcept) type?: CodeableConcept
  @Optional(() => String, 'URI of whoever issues it.') system?: string
  @Optional(() => String) value?: string
  @Optional(() => Period) period?: Period
  @Optional(() => Reference) assigner?: Reference
}

@ObjectType({ simpleResolvers: true, description: 'A reference to another record, person or institution.' })
export class Reference implements fhir4.Reference {
  @Optional(() => String, 'Relative where the gateway holds it: Observation/<id>.') reference?: string
  @Optional(() => String) type?: string
  @Optional(() => Identifier) identifier?: Identifier
  @Optional(() => String) display?: string
}
