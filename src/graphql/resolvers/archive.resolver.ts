import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { PageArgs, RecordArgs, TimelineArgs } from '../../../schema/inputs/page.args'
import { RecordType } from '../../../schema/enums/recordType.enum'
import { Archive } from '../../../schema/types/archive.type'
import * as connections from '../../../schema/types/connections'
import type { FactFilter, Look, OpenArchive } from '../../archive/api'
import type { FactType } from '../../model/fact'
import { RequestContext } from '../context'
import { Connection, factConnection, pageOf } from '../pages'
import { Priced } from '../price'

const timelineTypes = Object.values(RecordType)

/** Read, merged, filtered and sorted, whatever the page shows of it. */
const recordSet = { cost: 400 }
const allRecordSets = { cost: 1500 }

@Resolver(() => Archive)
export class ArchiveResolver {
  @Priced(recordSet)
  @FieldResolver(() => connections.EncounterConnection, { description: 'Visits and stays (就诊、住院).' })
  encounters(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['Encounter'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ConditionConnection, { description: 'Diagnoses (诊断).' })
  conditions(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['Condition'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ObservationConnection, { description: 'Laboratory results (检验结果).' })
  laboratoryResults(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['LaboratoryResult'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ObservationConnection, { description: 'Vital signs (体征).' })
  vitalSigns(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['VitalSign'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ObservationConnection, { description: 'All observations: laboratory results, vital signs and others.' })
  observations(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['LaboratoryResult', 'VitalSign', 'Observation'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.MedicationRequestConnection, { description: 'Prescriptions (处方).' })
  medicationRequests(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['MedicationRequest'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.MedicationStatementConnection, { description: 'What the resident takes (用药情况).' })
  medicationStatements(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['MedicationStatement'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.MedicationConnection, { description: 'Medicines, as ordered and as taken (用药).' })
  medications(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['MedicationRequest', 'MedicationStatement'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.AllergyIntoleranceConnection, { description: 'Allergies (过敏史).' })
  allergies(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['AllergyIntolerance'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ImmunizationConnection, { description: 'Vaccinations (预防接种).' })
  immunizations(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['Immunization'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.ProcedureConnection, { description: 'Operations and procedures (手术、操作).' })
  procedures(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['Procedure'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.DiagnosticReportConnection, { description: 'Reports (检查检验报告).' })
  reports(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['DiagnosticReport'], args, context)
  }

  @Priced(recordSet)
  @FieldResolver(() => connections.QuestionnaireResponseConnection, { description: 'Follow-up forms (随访).' })
  followUps(@Root() archive: OpenArchive, @Args(() => RecordArgs) args: RecordArgs, @Ctx() context: RequestContext) {
    return records(archive, ['FollowUp'], args, context)
  }

  @Priced(allRecordSets)
  @FieldResolver(() => connections.ArchiveRecordConnection, { description: 'All records on one timeline, newest first.' })
  timeline(@Root() archive: OpenArchive, @Args(() => TimelineArgs) args: TimelineArgs, @Ctx() context: RequestContext) {
    return records(archive, args.types ?? timelineTypes, args, context)
  }

  @Priced({ cost: 1500 })
  @FieldResolver(() => connections.LookConnection, { description: 'Who looked at this archive, newest first (查阅记录).' })
  async looks(@Root() archive: OpenArchive, @Args(() => PageArgs) args: PageArgs, @Ctx() context: RequestContext) {
    const page = await archive.looks(pageOf(args))
    return new Connection(page, (look: Look) => ({ ...look, institution: context.institution(look.institution) }))
  }

  @Priced({ cost: 100, items: 10 })
  @FieldResolver()
  completeness(@Root() archive: OpenArchive) {
    return archive.completeness()
  }
}

async function records(archive: OpenArchive, types: readonly FactType[], args: RecordArgs, context: RequestContext): Promise<object> {
  return factConnection(await archive.facts(types, filterOf(args), pageOf(args)), archive, context)
}

const filterOf = ({ period, code, institution }: RecordArgs): FactFilter => ({
  ...(period && { period: { ...(period.from && { from: period.from }), ...(period.to && { to: period.to }) } }),
  ...(code && { code }),
  ...(institution && { institution }),
})
