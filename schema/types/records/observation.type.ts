import { Int, ObjectType } from 'type-graphql'
import type * as fhir4 from '../../../src/model/fhir'
import type { ServedObservation } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { Annotation, CodeableConcept, Identifier, Period, Quantity, Range, Ratio, Reference } from '../datatypes'
import { Many, ManyTexts, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, description: 'What counts as normal, and for whom (参考范围).' })
export class ObservationReferenceRange implements fhir4.ObservationReferenceRange {
  @Optional(() => Quantity) low?: Quantity
  @Optional(() => Quantity) high?: Quantity
  @Optional(() => CodeableConcept) type?: CodeableConcept
  @Many(() => CodeableConcept) appliesTo?: CodeableConcept[]
  @Optional(() => Range) age?: Range
  @Optional(() => String, 'The range as printed.') text?: string
}

@ObjectType({ simpleResolvers: true, description: 'One of several values of an observation, e.g. systolic pressure (收缩压).' })
export class ObservationComponent implements fhir4.ObservationComponent {
  @Optional(() => CodeableConcept) code!: CodeableConcept
  @Optional(() => Quantity) valueQuantity?: Quantity
  @Optional(() => CodeableConcept) valueCodeableConcept?: CodeableConcept
  @Optional(() => String) valueString?: string
  @Optional(() => Boolean) valueBoolean?: boolean
  @Optional(() => Int) valueInteger?: number
  @Optional(() => Range) valueRange?: Range
  @Optional(() => Ratio) valueRatio?: Ratio
  @Optional(() => FhirDateTime) valueDateTime?: string
  @Optional(() => CodeableConcept) dataAbsentReason?: CodeableConcept
  @Many(() => CodeableConcept) interpretation?: CodeableConcept[]
  @Many(() => ObservationReferenceRange) referenceRange?: ObservationReferenceRange[]
}

@ObjectType({
  simpleResolvers: true, implements: recordInterfaces,
  description: 'A laboratory result (检验结果), a vital sign (体征) or another observation.',
})
export class Observation extends ArchiveRecord implements ServedObservation {
  declare resourceType: 'Observation'
  @Many(() => Identifier) identifier?: Identifier[]
  @Many(() => Reference) basedOn?: Reference[]
  @Optional(() => String, 'final, preliminary, corrected, entered-in-error …') status!: ServedObservation['status']
  @Many(() => CodeableConcept) category?: CodeableConcept[]
  @Optional(() => CodeableConcept, 'LOINC where known; the source’s own code always beside it.') code!: CodeableConcept
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime, 'When it was taken (采集时间).') effectiveDateTime?: string
  @Optional(() => Period) effectivePeriod?: Period
  @Optional(() => FhirDateTime) effectiveInstant?: string
  @Optional(() => FhirDateTime, 'When it was reported (报告时间).') issued?: string
  @Many(() => Reference, 'Institution, 检验者 and 审核者.') performer?: Reference[]
  @Optional(() => Quantity) valueQuantity?: Quantity
  @Optional(() => CodeableConcept) valueCodeableConcept?: CodeableConcept
  @Optional(() => String) valueString?: string
  @Optional(() => Boolean) valueBoolean?: boolean
  @Optional(() => Int) valueInteger?: number
  @Optional(() => Range) valueRange?: Range
  @Optional(() => Ratio) valueRatio?: Ratio
  @Optional(() => FhirDateTime) valueDateTime?: string
  @Optional(() => CodeableConcept) dataAbsentReason?: CodeableConcept
  @Many(() => CodeableConcept, 'H, L, HH (危急), LL, N, A.') interpretation?: CodeableConcept[]
  @Many(() => Annotation, 'Among them the acknowledgement of a critical value (危急值).') note?: Annotation[]
  @Optional(() => CodeableConcept) bodySite?: CodeableConcept
  @Optional(() => CodeableConcept) method?: CodeableConcept
  @Optional(() => Reference) specimen?: Reference
  @Optional(() => Reference) device?: Reference
  @Many(() => ObservationReferenceRange) referenceRange?: ObservationReferenceRange[]
  @Many(() => ObservationComponent) component?: ObservationComponent[]
  @ManyTexts('Mutual recognition marks (检验结果互认标识) as printed, e.g. 全国HR.') recognitionMarks?: string[]
}
