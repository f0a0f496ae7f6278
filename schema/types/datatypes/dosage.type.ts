import { Float, Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Many, ManyTexts, Optional } from '../fields'
import { CodeableConcept } from './coding.type'
import { Period } from './period.type'
import { Quantity, Range, Ratio } from './quantity.type'

@ObjectType({ simpleResolvers: true, description: 'How often, e.g. frequency 2, period 1, periodUnit d: twice a day (bid).' })
export class TimingRepeat implements fhir4.TimingRepeat {
  @Optional(() => Quantity) boundsDuration?: Quantity
  @Optional(() => Range) boundsRange?: Range
  @Optional(() => Period) boundsPeriod?: Period
  @Optional(() => Int) count?: number
  @Optional(() => Int) countMax?: number
  @Optional(() => Float) duration?: number
  @Optional(() => String) durationUnit?: fhir4.TimingRepeat['durationUnit']
  @Optional(() => Int) frequency?: number
  @Optional(() => Int) frequencyMax?: number
  @Optional(() => Float) period?: number
  @Optional(() => Float) periodMax?: number
  @Optional(() => String) periodUnit?: fhir4.TimingRepeat['periodUnit']
  @ManyTexts() dayOfWeek?: fhir4.TimingRepeat['dayOfWeek']
  @ManyTexts() timeOfDay?: string[]
  @ManyTexts() when?: fhir4.TimingRepeat['when']
}

@ObjectType({ simpleResolvers: true, description: 'When something is to happen.' })
export class Timing implements fhir4.Timing {
  @Many(() => FhirDateTime) event?: string[]
  @Optional(() => TimingRepeat) repeat?: TimingRepeat
  @Optional(() => CodeableConcept, 'The frequency as the source writes it (qd, bid, tid …).') code?: CodeableConcept
}

@ObjectType({ simpleResolvers: true, description: 'How much at a time.' })
export class DoseAndRate implements fhir4.DosageDoseAndRate {
  @Optional(() => CodeableConcept) type?: CodeableConcept
  @Optional(() => Range) doseRange?: Range
  @Optional(() => Quantity) doseQuantity?: Quantity
  @Optional(() => Ratio) rateRatio?: Ratio
  @Optional(() => Range) rateRange?: Range
  @Optional(() => Quantity) rateQuantity?: Quantity
}

@ObjectType({ simpleResolvers: true, description: 'How a medicine is taken (用法用量).' })
export class Dosage implements fhir4.Dosage {
  @Optional(() => Int) sequence?: number
  @Optional(() => String) text?: string
  @Many(() => CodeableConcept) additionalInstruction?: CodeableConcept[]
  @Optional(() => String) patientInstruction?: string
  @Optional(() => Timing) timing?: Timing
  @Optional(() => Boolean) asNeededBoolean?: boolean
  @Optional(() => CodeableConcept) asNeededCodeableConcept?: CodeableConcept
  @Optional(() => CodeableConcept) site?: CodeableConcept
  @Optional(() => CodeableConcept) route?: CodeableConcept
  @Optional(() => CodeableConcept) method?: CodeableConcept
  @Many(() => DoseAndRate) doseAndRate?: DoseAndRate[]
  @Optional(() => Ratio) maxDosePerPeriod?: Ratio
  @Optional(() => Quantity) maxDosePerAdministration?: Quantity
}
