import 'reflect-metadata'
import { mergeSchemas } from '@graphql-tools/schema'
import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { typeNameOf } from '../../schema/types/node.type'
import { recordInterfaces } from '../../schema/types/record.type'
import * as records from '../../schema/types/records'
import { isOperation, permit } from '../access/index'
import type { RequestContext } from './context'
import { ArchiveResolver } from './resolvers/archive.resolver'
import { IdentityResolver } from './resolvers/identity.resolver'
import { NodeResolver } from './resolvers/node.resolver'
import { QueryResolver } from './resolvers/query.resolver'
import { RecordResolver } from './resolvers/record.resolver'
import { personResolvers, ResidentResolver } from './resolvers/resident.resolver'
import { StewardshipResolver } from './resolvers/stewardship.resolver'

/**
 * The executable schema: classes by type-graphql, the tables of like resolvers by graphql-tools. Each call gives a schema
 * of its own: Apollo may wrap the fields of the one that it is given, and execution uses another.
 */
export function createSchema(): GraphQLSchema {
  const types = Object.values(records).filter(type => typeof type === 'function')
  const schema = buildSchemaSync({
    resolvers: [QueryResolver, ResidentResolver, ArchiveResolver, RecordResolver, NodeResolver, StewardshipResolver, IdentityResolver],
    orphanedTypes: [...types, ...recordInterfaces],
    validate: false,
    skipCheck: true,
  })
  return permitted(mergeSchemas({ schemas: [schema], resolvers: tables, assumeValidSDL: true }))
}

/** Every root field asks first whether it may be asked (access/operations.ts); one that the table does not know is a fault. */
function permitted(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const { name, resolve = defaultFieldResolver } = field
      if (!isOperation(name)) throw new Error(`${name} is not in the table of operations`)
      field.resolve = async (source, args, context: RequestContext, info) => {
        permit(await context.asker(), name)
        return resolve(source, args, context, info) as unknown
      }
    }
  }
  return schema
}

/** graphql-jit asks abstract types at once; type-graphql would answer with a promise. */
const byResourceType = { __resolveType: typeNameOf }

const tables = { Resident: personResolvers, Node: byResourceType, ArchiveRecord: byResourceType, Medication: byResourceType }
