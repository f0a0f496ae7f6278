import { Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { ManyTexts, Optional } from '../fields'
import { Period } from './period.type'

@ObjectType({ simpleResolvers: true, description: 'A name (姓名).' })
export class HumanName implements fhir4.HumanName {
  @Optional(() => String) use?: fhir4.HumanName['use']
  @Optional(() => String, 'The whole name as written.') text?: string
  @Optional(() => String) family?: string
  @ManyTexts() given?: string[]
  @ManyTexts() prefix?: string[]
  @ManyTexts() suffix?: string[]
  @Optional(() => Period) period?: Period
}

@ObjectType({ simpleResolvers: true, description: 'An address (地址).' })
export class Address implements fhir4.Address {
  @Optional(() => String) use?: fhir4.Address['use']
  @Optional(() => String) type?: fhir4.Address['type']
  @Optional(() => String, 'The whole address as written.') text?: string
  @ManyTexts() line?: string[]
  @Optional(() => String) city?: string
  @Optional(() => String, 'County or district (区县).') district?: string
  @Optional(() => String, 'Province (省).') state?: string
  @Optional(() => String) postalCode?: string
  @Optional(() => String) country?: string
  @Optional(() => Period) period?: Period
}

@ObjectType({ simpleResolvers: true, description: 'A phone number or another way to reach someone.' })
export class ContactPoint implements fhir4.ContactPoint {
  @Optional(() => String, 'phone, email, …') system?: fhir4.ContactPoint['system']
  @Optional(() => String) value?: string
  @Optional(() => String) use?: fhir4.ContactPoint['use']
  @Optional(() => Int) rank?: number
  @Optional(() => Period) period?: Period
}
