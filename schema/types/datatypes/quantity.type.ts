import { Float, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { Optional } from '../fields'

@ObjectType({ simpleResolvers: true, description: 'A measured amount with its unit (UCUM where known).' })
export class Quantity implements fhir4.Quantity {
  @Optional(() => Float) value?: number
  @Optional(() => String, '<, <=, >= or >: the value is a bound.') comparator?: fhir4.Quantity['comparator']
  @Optional(() => String, 'The unit as the source prints it.') unit?: string
  @Optional(() => String) system?: string
  @Optional(() => String, 'The unit’s code in `system`.') code?: string
}

@ObjectType({ simpleResolvers: true, description: 'From low to high, both included.' })
export class Range implements fhir4.Range {
  @Optional(() => Quantity) low?: Quantity
  @Optional(() => Quantity) high?: Quantity
}

@ObjectType({ simpleResolvers: true, description: 'A relation of two amounts, e.g. a titre of 1:128.' })
export class Ratio implements fhir4.Ratio {
  @Optional(() => Quantity) numerator?: Quantity
  @Optional(() => Quantity) denominator?: Quantity
}
