import { Int, ObjectType } from 'type-graphql'
import { List, Optional, Required, type TypeOf } from './fields'

@ObjectType({ simpleResolvers: true, description: 'Where a page stands in its list.' })
export class PageInfo {
  @Required(() => Boolean) hasNextPage!: boolean
  @Required(() => Boolean) hasPreviousPage!: boolean
  @Optional(() => String) startCursor?: string
  @Optional(() => String) endCursor?: string
}

/**
 * A Relay connection and its edge for one node type: `<name>Connection { edges { cursor node } nodes pageInfo totalCount }`.
 * `uncounted`: what `totalCount` says where the whole is not always counted, and is null then.
 */
export function connectionOf(name: string, node: TypeOf, uncounted?: string): new () => object {
  const Count = uncounted === undefined ? Required(() => Int, 'How many there are in all pages.') : Optional(() => Int, uncounted)

  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Required(() => String, 'Stays true while records arrive.') cursor!: string
    @Required(node) node!: object
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class Connection {
    @List(() => Edge) edges!: Edge[]
    @List(node, 'The nodes of `edges`.') nodes!: object[]
    @Required(() => PageInfo) pageInfo!: PageInfo
    @Count totalCount!: number
  }

  return Connection
}

