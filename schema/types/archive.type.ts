import { ID, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../scalars/dateTime.scalar'
import { FhirDateTime } from '../scalars/fhirDateTime.scalar'
import { Address, CodeableConcept, ContactPoint, HumanName, Identifier, Reference } from './datatypes'
import { List, Many, Optional, Required } from './fields'
import { Node } from './node.type'
import { Patient, PatientContact } from './records/patient.type'

@ObjectType({ simpleResolvers: true, description: 'What one source contributes to an archive, and what is still under way.' })
export class SourceCompleteness {
  @Required(() => ID) source!: string
  @Required(() => String) title!: string
  @Required(() => Boolean, 'The source knows this resident.') linked!: boolean
  @Required(() => Boolean, 'It spoke recently enough.') connected!: boolean
  @Optional(() => DateTime) lastSpokeAt?: string
  @Required(() => Int, 'This resident’s records that wait.') waiting!: number
  @Required(() => Int, 'This resident’s records in quarantine.') quarantined!: number
  @Required(() => Int, 'All of the source’s records that wait.') sourceWaiting!: number
  @Required(() => Int, 'All of the source’s records in quarantine.') sourceQuarantined!: number
  @Required(() => Boolean, 'Something was withheld from this viewer.') withheld!: boolean
}

@ObjectType({ description: 'One resident’s health archive across all sources (居民健康档案, 一人一档).' })
export class Archive {
  @Optional(() => DateTime, 'The instant as of which the archive was asked for.') asOf?: string
  @List(() => SourceCompleteness) completeness!: SourceCompleteness[]
}

@ObjectType({ implements: Node, description: 'A resident: all the source patients that are the same person (居民).' })
export class Resident extends Node {
  @Many(() => Identifier) identifier?: Identifier[]
  @Many(() => HumanName) name?: HumanName[]
  @Many(() => ContactPoint) telecom?: ContactPoint[]
  @Optional(() => String, 'male, female, other or unknown.') gender?: string
  @Optional(() => FhirDateTime) birthDate?: string
  @Optional(() => Boolean) deceasedBoolean?: boolean
  @Optional(() => FhirDateTime) deceasedDateTime?: string
  @Many(() => Address) address?: Address[]
  @Optional(() => CodeableConcept) maritalStatus?: CodeableConcept
  @Many(() => PatientContact) contact?: PatientContact[]
  @Optional(() => Reference) managingOrganization?: Reference
  @List(() => Patient, 'The person as each source knows them.') patients!: Patient[]
}

@ObjectType({ simpleResolvers: true, description: 'Who is asking, as the signed token says.' })
export class Me {
  @Required(() => ID) id!: string
  @Required(() => String, 'resident, clinician, source, steward or app.') role!: string
  @Required(() => String, 'HL7 v3 ActReason: TREAT, PATRQT, HOPERAT, COVERAGE.') purpose!: string
  @Optional(() => ID, 'A clinician’s institution.') institution?: string
  @Optional(() => ID, 'The source of a source system.') source?: string
}
