import { ArgsType, Field, ID, InputType, Int } from 'type-graphql'
import { RecordType } from '../enums/recordType.enum'
import { DateTime } from '../scalars/dateTime.scalar'

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'The newest so many (50 where nothing is asked, at most 500).' }) first?: number
  @Field(() => String, { nullable: true, description: 'Behind this cursor.' }) after?: string
  @Field(() => Int, { nullable: true, description: 'The oldest so many.' }) last?: number
  @Field(() => String, { nullable: true, description: 'Before this cursor.' }) before?: string
}

@InputType({ description: 'From an instant to an instant, both included; either may be left open.' })
export class PeriodInput {
  @Field(() => DateTime, { nullable: true }) from?: string
  @Field(() => DateTime, { nullable: true }) to?: string
}

@ArgsType()
export class RecordArgs extends PageArgs {
  @Field(() => PeriodInput, { nullable: true }) period?: PeriodInput
  @Field(() => String, { nullable: true, description: 'A code, or system|code.' }) code?: string
  @Field(() => ID, { nullable: true, description: 'The institution that tells it.' }) institution?: string
}

@ArgsType()
export class TimelineArgs extends RecordArgs {
  @Field(() => [RecordType], { nullable: true, description: 'All kinds where nothing is asked.' }) types?: RecordType[]
}
