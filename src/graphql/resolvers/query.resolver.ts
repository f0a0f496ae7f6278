import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { Me, Resident } from '../../../schema/types/archive.type'
import { Institution, Source } from '../../../schema/types/institution.type'
import { permit } from '../../access/index'
import { HutongError } from '../../model/errors'
import { decodeGlobalId } from '../../model/globalId'
import type { Asker } from '../../model/viewer'
import { institutionsOf, RequestContext } from '../context'
import { sizeOf } from '../pages'
import { Priced } from '../price'
import { foundResident, openedResident } from './resident'

/** Residents that one search may give. */
const mostFound = 100

@Resolver(() => Me)
export class QueryResolver {
  @Priced({ cost: 1 })
  @Query(() => Me, { description: 'Who is asking.' })
  async me(@Ctx() context: RequestContext) {
    const asker = await context.asker()
    const { viewer, purpose } = asker
    return {
      asker, purpose, id: viewer.id, role: viewer.role,
      institution: viewer.role === 'clinician' ? viewer.institution : null,
      source: viewer.role === 'source' ? viewer.source : null,
    }
  }

  @Priced({ cost: 200 })
  @FieldResolver(() => Resident, { nullable: true, description: 'The resident who asks, or for whom an app asks.' })
  async resident(@Root() me: { readonly asker: Asker }, @Ctx() context: RequestContext) {
    const { viewer } = me.asker
    permit(me.asker, 'resident')
    if (viewer.role !== 'resident' && viewer.role !== 'app') return null
    return openedResident(await context.open({ resident: viewer.resident }), context)
  }

  @Priced({ cost: 200 })
  @Query(() => Resident, { name: 'resident', nullable: true, description: 'A resident by global id or by identifier. NOT_FOUND where there is none, or none that the viewer may see.' })
  async residentBy(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { nullable: true }) id?: string | null,
    @Arg('identifier', () => String, { nullable: true, description: 'An identity number, archive number, health card …' }) identifier?: string | null,
    @Arg('system', () => String, { nullable: true, description: 'The URI of whoever issues the identifier.' }) system?: string | null,
  ) {
    if ((id ?? undefined) !== undefined && (identifier ?? undefined) !== undefined) {
      throw new HutongError('BAD_ARGUMENT', 'Ask by id or by identifier, not both.', 'identifier')
    }
    if (id) return openedResident(await context.open({ resident: residentId(id) }), context)
    if (identifier) return openedResident(await context.open({ identifier, ...(system && { system }) }), context)
    throw new HutongError('BAD_ARGUMENT', 'Ask by id or by identifier.', 'id')
  }

  /** A clinician's search reads the visits of up to 4,000 namesakes, to find those in care: tens of thousands of rows. */
  @Priced({ cost: 10_000, each: 50 })
  @Query(() => [Resident], { description: 'Residents whom the viewer may see, by name, pinyin, initials or identifier.' })
  async residents(
    @Ctx() context: RequestContext,
    @Arg('search', () => String) search: string,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
  ) {
    const asker = await context.asker()
    const text = search.trim()
    if (text === '' || text.length > 100) throw new HutongError('BAD_ARGUMENT', 'search must have 1 to 100 characters', 'search')
    const found = await context.gateway.archive.search(asker, text, sizeOf(first, 'first', mostFound))
    return found.map(resident => foundResident(resident, context))
  }

  @Priced({ items: 50 })
  @Query(() => [Institution], { description: 'All institutions that the sources may name.' })
  institutions(@Ctx() context: RequestContext) {
    return [...institutionsOf(context.gateway).values()]
  }

  @Priced({ items: 20 })
  @Query(() => [Source], { description: 'The systems that send records.' })
  sources(@Ctx() context: RequestContext) {
    return context.gateway.sources
  }
}

/** The resident that a global id names. Throws BAD_ID. */
export function residentId(globalId: string): string {
  const { type, parts: [resident, ...rest] } = decodeGlobalId(globalId)
  if (type === 'Resident' && resident !== undefined && rest.length === 0) return resident
  throw new HutongError('BAD_ID', 'This is no id of a resident.', 'id')
}
