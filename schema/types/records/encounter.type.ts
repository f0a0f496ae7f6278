import { Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedEncounter } from '../../../src/model/served'
import { CodeableConcept, Coding, Identifier, Period, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'Who took part, and as what.' })
export class EncounterParticipant implements fhir4.EncounterParticipant {
  @Many(() => CodeableConcept) type?: CodeableConcept[]
  @Optional(() => Period) period?: Period
  @Optional(() => Reference) individual?: Reference
}

@ObjectType({ simpleResolvers: true, description: 'A diagnosis of the encounter; rank 1 is the main one (主要诊断).' })
export class EncounterDiagnosis implements fhir4.EncounterDiagnosis {
  @Optional(() => Reference) condition!: Reference
  @Optional(() => CodeableConcept) use?: CodeableConcept
  @Optional(() => Int) rank?: number
}

@ObjectType({ simpleResolvers: true, description: 'How the stay began and ended.' })
export class EncounterHospitalization implements fhir4.EncounterHospitalization {
  @Optional(() => Reference) origin?: Reference
  @Optional(() => CodeableConcept, 'Admission route (入院途径).') admitSource?: CodeableConcept
  @Optional(() => CodeableConcept) reAdmission?: CodeableConcept
  @Optional(() => Reference, 'Where the patient was sent.') destination?: Reference
  @Optional(() => CodeableConcept, 'Way of leaving (离院方式).') dischargeDisposition?: CodeableConcept
}

@ObjectType({ simpleResolvers: true, description: 'Ward, room, bed or department.' })
export class EncounterLocation implements fhir4.EncounterLocation {
  @Optional(() => Reference) location!: Reference
  @Optional(() => String) status?: fhir4.EncounterLocation['status']
  @Optional(() => CodeableConcept) physicalType?: CodeableConcept
  @Optional(() => Period) period?: Period
}

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A visit or a stay (门诊、急诊、住院).' })
export class Encounter extends ArchiveRecord implements ServedEncounter {
  declare resourceType: 'Encounter'
  @Many(() => Identifier, '住院号, 门诊号 and the visit’s own number.') identifier?: Identifier[]
  @Optional(() => String) status!: ServedEncounter['status']
  @Optional(() => Coding, 'AMB outpatient, EMER emergency, IMP inpatient …') class!: Coding
  @Many(() => CodeableConcept) type?: CodeableConcept[]
  @Optional(() => CodeableConcept, 'Department (科室).') serviceType?: CodeableConcept
  @Optional(() => CodeableConcept) priority?: CodeableConcept
  @Many(() => EncounterParticipant) participant?: EncounterParticipant[]
  @Optional(() => Period) period?: Period
  @Many(() => CodeableConcept) reasonCode?: CodeableConcept[]
  @Many(() => EncounterDiagnosis) diagnosis?: EncounterDiagnosis[]
  @Optional(() => EncounterHospitalization) hospitalization?: EncounterHospitalization
  @Many(() => EncounterLocation) location?: EncounterLocation[]
  @Optional(() => Reference, 'The institution.') serviceProvider?: Reference
}
