/** The published language over HTTP. */
export { createGraphqlServer, type GraphqlOptions, type GraphqlServer } from './server'
export type { IdeOptions } from './ide/page'
export type { Stewardship } from './stewardship'
