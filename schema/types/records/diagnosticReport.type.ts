import { ObjectType } from 'type-graphql'
import type { ServedDiagnosticReport } from '../../../src/model/served'
import { FhirDateTime } from '../../scalars/fhirDateTime.scalar'
import { CodeableConcept, Identifier, Period, Reference } from '../datatypes'
import { Many, Optional } from '../fields'
import { ArchiveRecord, recordInterfaces } from '../record.type'

@ObjectType({ simpleResolvers: true, implements: recordInterfaces, description: 'A report (检查检验报告) over its results.' })
export class DiagnosticReport extends ArchiveRecord implements ServedDiagnosticReport {
  declare resourceType: 'DiagnosticReport'
  @Many(() => Identifier) identifier?: Identifier[]
  @Optional(() => String) status!: ServedDiagnosticReport['status']
  @Many(() => CodeableConcept) category?: CodeableConcept[]
  @Optional(() => CodeableConcept) code!: CodeableConcept
  @Optional(() => Reference) encounter?: Reference
  @Optional(() => FhirDateTime) effectiveDateTime?: string
  @Optional(() => Period) effectivePeriod?: Period
  @Optional(() => FhirDateTime, 'When it was reported (报告时间).') issued?: string
  @Many(() => Reference) performer?: Reference[]
  @Many(() => Reference, 'Who verified it (审核者).') resultsInterpreter?: Reference[]
  @Many(() => Reference) specimen?: Reference[]
  @Many(() => Reference) result?: Reference[]
  @Optional(() => String) conclusion?: string
  @Many(() => CodeableConcept) conclusionCode?: CodeableConcept[]
}
