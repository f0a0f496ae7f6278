import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql'
import { Node } from '../../../schema/types/node.type'
import { HutongError } from '../../model/errors'
import { factTypes, type FactType } from '../../model/fact'
import { decodeGlobalId } from '../../model/globalId'
import { RequestContext } from '../context'
import { Priced } from '../price'
import { residentId } from './query.resolver'
import { openedResident } from './resident'

const mostNodes = 100

/** Relay's refetching of anything that has a global id. */
@Resolver()
export class NodeResolver {
  @Priced({ cost: 400 })
  @Query(() => Node, { nullable: true, description: 'Anything by its global id.' })
  node(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext) {
    return fetchNode(id, context)
  }

  @Priced({ each: 400 })
  @Query(() => [Node], { nullable: 'items', description: 'Up to 100 at once; null, with an error, where one cannot be had.' })
  async nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext) {
    if (ids.length > mostNodes) throw new HutongError('BAD_ARGUMENT', `at most ${mostNodes} ids at once`, 'ids')
    const distinct = [...new Set(ids)]
    // All at hand before the list is given, faults as values: graphql-jit shortens a list whose last promises fail first.
    const fetched = await Promise.all(distinct.map(id => fetchNode(id, context).catch((error: unknown) => error)))
    const nodes = new Map(distinct.map((id, index) => [id, fetched[index]]))
    return ids.map(id => nodes.get(id))
  }
}

async function fetchNode(id: string, context: RequestContext): Promise<object> {
  const asker = await context.asker()
  const { type, parts: [patient, resource, ...rest] } = decodeGlobalId(id)
  if (type === 'Resident') return openedResident(await context.open({ resident: residentId(id) }, undefined, 'node'), context)
  if (!isFactType(type) || patient === undefined || resource === undefined || rest.length > 0) {
    throw new HutongError('BAD_ID', 'This is no id of a node.', 'id')
  }
  const { archive, ...fact } = await context.gateway.archive.fact(asker, { type, patient, id: resource }, resident => context.open({ resident }, undefined, 'node'))
  return context.bind(fact.fact.record, { archive, fact })
}

const isFactType = (type: string): type is FactType => factTypes.some(known => known === type)
