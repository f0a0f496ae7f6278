/** The published language over HTTP. */
export { createGraphqlServer, type GraphqlOptions, type GraphqlServer } from './server'
export { schemaFile } from './emitSchema'
export type { IdeOptions } from './ide/page'
export type { Stewardship } from './stewardship'
