import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql'
import { packageRoot } from '../model/packageRoot'
import { createSchema } from './schema'

export const schemaFile = join(packageRoot(), 'schema', 'schema.graphql')

const notice = '# Written by `npm run schema` from schema/types and src/graphql/resolvers: change those.\n\n'

/** The published language as text, sorted: the content of schema/schema.graphql. */
export const publishedSchema = (schema: GraphQLSchema = createSchema()): string => `${notice}${printSchema(lexicographicSortSchema(schema))}\n`

if (require.main === module) {
  if (process.argv.includes('--check')) process.exitCode = readFileSync(schemaFile, 'utf8') === publishedSchema() ? 0 : 1
  else writeFileSync(schemaFile, publishedSchema())
}
