/** The published language over HTTP. */
export { createGraphqlServer, type GraphqlOptions, type GraphqlServer } from './server'
export { pageSecret, type IdeOptions, type PageToken } from './ide/page'
export { schemaFile } from './emitSchema'
export type { Stewardship } from './stewardship'
