import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { ArchiveRecord } from '../../../schema/types/record.type'
import type { Provenance, Version } from '../../archive/api'
import { RequestContext } from '../context'
import { Priced } from '../price'

/** The fields of a record that are not its own properties. */
@Resolver(() => ArchiveRecord)
export class RecordResolver {
  @FieldResolver()
  time(@Root() record: object, @Ctx() context: RequestContext) {
    return context.bindingOf(record).fact.fact.time || null
  }

  @Priced({ cost: 10 })
  @FieldResolver()
  resource(@Root() record: object, @Ctx() context: RequestContext) {
    const { archive, fact } = context.bindingOf(record)
    return archive.resource(fact.fact)
  }

  @Priced({ cost: 10 })
  @FieldResolver()
  async provenance(@Root() record: object, @Ctx() context: RequestContext) {
    const { archive, fact } = context.bindingOf(record)
    return withInstitution(await archive.provenance(fact.fact), context)
  }

  @Priced({ cost: 200, items: 5 })
  @FieldResolver()
  async versions(@Root() record: object, @Ctx() context: RequestContext) {
    const { archive, fact } = context.bindingOf(record)
    const versions = await archive.versions(fact.fact)
    return versions.map((version: Version) => ({ ...version, provenance: withInstitution(version.provenance, context) }))
  }

  @Priced({ items: 2 })
  @FieldResolver()
  tellers(@Root() record: object, @Ctx() context: RequestContext) {
    const { archive, fact } = context.bindingOf(record)
    return fact.tellers.map(teller => ({
      source: teller.source,
      institution: context.institution(teller.institution),
      record: teller === fact.fact ? record : context.bind(teller.record, { archive, fact: { ...fact, fact: teller } }),
    }))
  }

  @FieldResolver()
  afterDeath(@Root() record: object, @Ctx() context: RequestContext) {
    return context.bindingOf(record).fact.afterDeath === true
  }
}

const withInstitution = (provenance: Provenance, context: RequestContext) =>
  ({ ...provenance, institution: context.institution(provenance.institution) })
