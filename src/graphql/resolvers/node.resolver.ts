import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql'
import { Node } from '../../../schema/types/node.type'
import { HutongError } from '../../model/errors'
import { factTypes, type FactType } from '../../model/fact'
import { decodeGlobalId } from '../../model/globalId'
import { RequestContext } from '../context'
import { residentId } from './query.resolver'
import { openedResident } from './resident'

const mostNodes = 100

/** Relay's refetching of anything that has a global id. */
@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything by its global id.' })
  node(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext) {
    return fetchNode(id, context)
  }

  @Query(() => [Node], { nullable: 'items', description: 'Up to 100 at once; null, with an error, where one cannot be had.' })
  nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext) {
    if (ids.length > mostNodes) throw new HutongError('BAD_ARGUMENT', `at most ${mostNodes} ids at once`, 'ids')
    return ids.map(id => fetchNode(id, context))
  }
}

async function fetchNode(id: string, context: RequestContext): Promise<object> {
  const asker = await context.asker()
  const { type, parts: [patient, resource, ...rest] } = decodeGlobalId(id)
  if (type === 'Resident') return openedResident(await context.open({ resident: residentId(id) }), context)
  if (!isFactType(type) || patient === undefined || resource === undefined || rest.length > 0) {
    throw new HutongError('BAD_ID', 'This is no id of a node.', 'id')
  }
  const { archive, ...fact } = await context.gateway.archive.fact(asker, { type, patient, id: resource })
  return context.bind(fact.fact.record, { archive: context.looking(archive), fact })
}

const isFactType = (type: string): type is FactType => factTypes.some(known => known === type)
