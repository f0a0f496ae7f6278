import { Field, InputType } from 'type-graphql'

@InputType({ description: 'An identifier and who issues it.' })
export class IdentifierInput {
  @Field(() => String, { description: 'The issuer’s URI, e.g. urn:oid:2.16.156.10011.1.3 for the resident identity number.' }) system!: string
  @Field(() => String) value!: string
}

@InputType({ description: 'What is known of a person who is sought; blank tells nothing.' })
export class PersonInput {
  @Field(() => [IdentifierInput], { nullable: true }) identifiers?: IdentifierInput[]
  @Field(() => String, { nullable: true, description: 'In Chinese, or in Latin letters in any order.' }) name?: string
  @Field(() => String, { nullable: true, description: 'A date, a month or a year.' }) birthDate?: string
  @Field(() => String, { nullable: true, description: 'male or female.' }) gender?: string
  @Field(() => String, { nullable: true }) phone?: string
  @Field(() => String, { nullable: true }) address?: string
}
