import { ID, Int, ObjectType } from 'type-graphql'
import { LookOutcome } from '../enums/lookOutcome.enum'
import { DateTime } from '../scalars/dateTime.scalar'
import { List, Optional, Required } from './fields'
import { Institution } from './institution.type'

@ObjectType({ simpleResolvers: true, description: 'Someone who asks.' })
export class Actor {
  @Required(() => String, 'resident, clinician, source, steward or app.') role!: string
  @Required(() => ID) id!: string
}

@ObjectType({ simpleResolvers: true, description: 'Who looked at this archive (查阅记录): equal looks of one asker within a minute are one line, as are one asker’s refused looks of a day.' })
export class Look {
  @Required(() => DateTime, 'The instant; of several looks the newest, of refused ones the first.') when!: string
  @Required(() => Actor) who!: Actor
  @Optional(() => Institution) institution?: Institution
  @Required(() => String, 'HL7 v3 ActReason: TREAT, PATRQT, HOPERAT, COVERAGE.') purpose!: string
  @List(() => String, 'The kinds of records that were asked for, and the operation’s name where it is a published one.') asked!: string[]
  @Required(() => LookOutcome) outcome!: LookOutcome
  @Required(() => Int, 'How many looks this line stands for. Of a minute with very many looks there are several lines.') count!: number
  @Required(() => Int, 'Refused looks of that day by others, of which no more than the number is kept.') others!: number
}
