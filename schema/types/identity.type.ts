import { Float, ID, ObjectType } from 'type-graphql'
import { LinkGrade, ReviewStatus } from '../enums/link.enum'
import { DateTime } from '../scalars/dateTime.scalar'
import { Json } from '../scalars/json.scalar'
import { List, Optional, Required } from './fields'

@ObjectType({ simpleResolvers: true, description: 'What one feature adds for or against two patients being one.' })
export class LinkEvidence {
  @Required(() => String, 'Field and level, e.g. family:same, birthDate:swapped; never a value.') feature!: string
  @Required(() => Float, 'Bits: log2 of how much likelier it is of one person than of two.') weight!: number
}

@ObjectType({ simpleResolvers: true, description: 'A source patient as stewards compare it.' })
export class SourcePatient {
  @Required(() => ID, 'The source patient.') id!: string
  @Required(() => ID) source!: string
  @Optional(() => ID, 'The resident that it is now.') resident?: string
  @Required(() => Json, 'What linking compares: names, birth date, numbers, phones, places, normalised.') features!: object
}

@ObjectType({ simpleResolvers: true, description: 'A question for a steward: may two patients be one, or is a record not the resident’s.' })
export class Review {
  @Required(() => ID) id!: string
  @Required(() => String, 'possible: a pair; not-mine: a resident says so of a record.') kind!: string
  @Required(() => ReviewStatus) status!: ReviewStatus
  @Required(() => DateTime) at!: string
  @List(() => SourcePatient, 'Side by side.') patients!: SourcePatient[]
  @Optional(() => Float, 'That they are one person.') probability?: number
  @List(() => LinkEvidence) evidence!: LinkEvidence[]
  @List(() => String, 'What forbids the machine to link them.') against!: string[]
  @Required(() => String, 'Rule and version that asks.') rule!: string
  @Optional(() => String, 'In the words of whoever asked or decided.') reason?: string
}

@ObjectType({ simpleResolvers: true, description: 'A link of a source patient to a resident; the newest is in force.' })
export class ResidentLink {
  @Required(() => ID) patient!: string
  @Required(() => ID) resident!: string
  @Required(() => DateTime, 'From when it is in force.') at!: string
  @Required(() => LinkGrade) grade!: LinkGrade
  @Required(() => String) rule!: string
  @Required(() => String, 'machine, or the steward’s id.') by!: string
  @List(() => String, 'Features that agreed or did not; never values.') evidence!: string[]
  @List(() => LinkEvidence) weights!: LinkEvidence[]
  @Optional(() => String, 'Why a steward decided so.') reason?: string
}

@ObjectType({ simpleResolvers: true, description: 'By which source patient a resident is known to a source.' })
export class KnownAs {
  @Required(() => ID) source!: string
  @Required(() => ID) patient!: string
}

@ObjectType({ simpleResolvers: true, description: 'A resident who has an identifier, and the source patients that the asker may know (PIXm in meaning).' })
export class CrossReference {
  @Required(() => ID) resident!: string
  @List(() => KnownAs, 'To stewards all, to a source its own.') patients!: KnownAs[]
}

@ObjectType({ simpleResolvers: true, description: 'A resident who may be the person told (PDQm and FHIR $match in meaning).' })
export class PatientMatch {
  @Required(() => ID) resident!: string
  @List(() => KnownAs, 'To stewards all, to a source its own: none where only a record on its way names the person.') patients!: KnownAs[]
  @Required(() => LinkGrade) grade!: LinkGrade
  @Required(() => Float, 'The probability that they are one person; to a source the least that the grade stands for: 0.95 or 0.5.') score!: number
  @List(() => LinkEvidence, 'For stewards; to a source none.') evidence!: LinkEvidence[]
  @List(() => String, 'What forbids the machine to link them. For stewards; to a source none.') against!: string[]
}
