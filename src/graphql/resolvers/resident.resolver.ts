import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { DateTime } from '../../../schema/scalars/dateTime.scalar'
import { Archive, Resident } from '../../../schema/types/archive.type'
import type { ServedPatient } from '../../model/served'
import { RequestContext } from '../context'
import { Priced } from '../price'
import type { ResidentRoot } from './resident'

@Resolver(() => Resident)
export class ResidentResolver {
  @Priced({ cost: 50 })
  @FieldResolver()
  async patients(@Root() resident: ResidentRoot, @Ctx() context: RequestContext) {
    const archive = await resident.archive()
    const { patients } = await archive.person()
    return patients.map(fact => context.bind(fact.record, { archive, fact: { fact, tellers: [fact] } }))
  }

  @Priced({ cost: 100, given: { asOf: 20_000 } })
  @FieldResolver(() => Archive, { description: 'The archive, or what it said at an instant (records and links as they were then). The past of a very large archive must be asked for by kinds.' })
  archive(
    @Root() resident: ResidentRoot,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: string | null | undefined,
  ) {
    return resident.archive(asOf ?? undefined)
  }
}

const personFields = [
  'identifier', 'name', 'telecom', 'gender', 'birthDate', 'deceasedBoolean', 'deceasedDateTime', 'address', 'maritalStatus',
  'contact', 'managingOrganization',
] as const satisfies readonly (keyof ServedPatient)[]

/** The fields of a resident's composed basic data: each the same, so they are one table. */
export const personResolvers = Object.fromEntries(personFields.map(field =>
  [field, async (resident: ResidentRoot) => (await resident.person())[field]]))
