import { ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedPatient } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Address, CodeableConcept, ContactPoint, HumanName, Identifier, Period, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'Someone to turn to for this person (联系人).' })
export class PatientContact implements fhir4.PatientContact {
  @Many(() => CodeableConcept) relationship?: CodeableConcept[]
  @Optional(() => HumanName) name?: HumanName
  @Many(() => ContactPoint) telecom?: ContactPoint[]
  @Optional(() => Address) address?: Address
  @Optional(() => String) gender?: fhir4.PatientContact['gender']
  @Optional(() => Reference) organization?: Reference
  @Optional(() => Period) period?: Period
}

@ObjectType({ simpleResolvers: true, description: 'Another record of the same source that concerns the same person.' })
export class PatientLink implements fhir4.PatientLink {
  @Optional(() => Reference) other!: Reference
  @Optional(() => String) type!: fhir4.PatientLink['type']
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A person as one source knows them (病人、居民).' })
export class Patient extends ArchiveRecord implements ServedPatient {
  declare resourceType: 'Patient'
  @Optional(() => Boolean) active?: boolean
  @Many(() => Identifier) identifier?: Identifier[]
  @Many(() => HumanName) name?: HumanName[]
  @Many(() => ContactPoint) telecom?: ContactPoint[]
  @Optional(() => String, 'male, female, other or unknown.') gender?: ServedPatient['gender']
  @Optional(() => FhirDateTime) birthDate?: string
  @Optional(() => Boolean) deceasedBoolean?: boolean
  @Optional(() => FhirDateTime) deceasedDateTime?: string
  @Many(() => Address) address?: Address[]
  @Optional(() => CodeableConcept) maritalStatus?: CodeableConcept
  @Many(() => PatientContact) contact?: PatientContact[]
  @Optional(() => Reference) managingOrganization?: Reference
  @Many(() => PatientLink) link?: PatientLink[]
}
