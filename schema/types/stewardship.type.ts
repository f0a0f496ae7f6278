import { ID, Int, ObjectType } from 'type-graphql'
import { EntryStatus } from '../enums/entryStatus.enum'
import { DateTime } from '../scalars/dateTime.scalar'
import { Day } from '../scalars/date.scalar'
import { List, Optional, Required } from './fields'
import { MapperVersion } from './provenance.type'

@ObjectType({ simpleResolvers: true, description: 'Why a record could not be mapped.' })
export class QuarantineReason {
  @Required(() => String, 'A stable code: docs/error-codes.md') code!: string
  @Optional(() => String, 'Where in the record, e.g. PID-7.') place?: string
  @Required(() => String) message!: string
}

@ObjectType({ simpleResolvers: true, description: 'Something that the mapper noticed and got over.' })
export class MappingIssue {
  @Required(() => String, 'information, warning or error.') severity!: string
  @Required(() => String) code!: string
  @Required(() => String) place!: string
  @Required(() => String) message!: string
}

@ObjectType({ simpleResolvers: true, description: 'A record in quarantine, kept with its bytes until it is replayed.' })
export class QuarantinedEntry {
  @Required(() => ID) id!: string
  @Required(() => ID) source!: string
  @Required(() => DateTime) receivedAt!: string
  @Optional(() => DateTime) workedAt?: string
  @Optional(() => String, 'The sender’s own number of the message.') controlId?: string
  @Required(() => Int, 'How often it was replayed.') attempts!: number
  @Required(() => QuarantineReason) reason!: QuarantineReason
  @Required(() => String, 'The record, base64: with a reason as it came, without one as text of which every value is masked. In the ledger of looks.') bytes!: string
  @List(() => MappingIssue, 'What the mapper noticed. In the ledger of looks.') issues!: MappingIssue[]
}

@ObjectType({ simpleResolvers: true, description: 'What became of one received record.' })
export class TracedEntry {
  @Required(() => ID) id!: string
  @Required(() => ID) source!: string
  @Optional(() => String) controlId?: string
  @Required(() => EntryStatus) status!: EntryStatus
  @Required(() => DateTime) receivedAt!: string
  @Optional(() => DateTime) workedAt?: string
  @Required(() => Int) attempts!: number
  @Optional(() => QuarantineReason) reason?: QuarantineReason
  @Optional(() => MapperVersion) mapper?: MapperVersion
  @List(() => MappingIssue) issues!: MappingIssue[]
  @List(() => String, 'Places of source fields that were not used.') unmapped!: string[]
  @List(() => String, 'The resources it told, as Type/id.') resources!: string[]
}

@ObjectType({ simpleResolvers: true, description: 'received = mapped + pending + quarantined, per source and day.' })
export class Account {
  @Required(() => ID) source!: string
  @Required(() => Day, 'Day of arrival in the source’s time zone.') day!: string
  @Required(() => Int) received!: number
  @Required(() => Int) mapped!: number
  @Required(() => Int, 'Not yet worked, or waiting for a patient who has not arrived.') pending!: number
  @Required(() => Int) quarantined!: number
}
