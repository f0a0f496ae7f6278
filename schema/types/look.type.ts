import { ID, ObjectType } from 'type-graphql'
import { LookOutcome } from '../enums/lookOutcome.enum'
import { DateTime } from '../scalars/dateTime.scalar'
import { List, Optional, Required } from './fields'
import { Institution } from './institution.type'

@ObjectType({ simpleResolvers: true, description: 'Someone who asks.' })
export class Actor {
  @Required(() => String, 'resident, clinician, source, steward or app.') role!: string
  @Required(() => ID) id!: string
}

@ObjectType({ simpleResolvers: true, description: 'One look at this archive (查阅记录).' })
export class Look {
  @Required(() => DateTime) when!: string
  @Required(() => Actor) who!: Actor
  @Optional(() => Institution) institution?: Institution
  @Required(() => String, 'HL7 v3 ActReason: TREAT, PATRQT, HOPERAT, COVERAGE.') purpose!: string
  @List(() => String, 'The kinds of records that were asked for.') asked!: string[]
  @Required(() => LookOutcome) outcome!: LookOutcome
}
