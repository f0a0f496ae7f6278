import { GraphQLError, Kind, type ExecutionResult } from 'graphql'
import { isHutongError } from '../model/errors'

/** What this part logs with; pino fits. */
export interface Log {
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
}

/**
 * An execution error as clients see it: every one with `extensions.code` (model/errors.ts). A fault becomes INTERNAL
 * without its details, which go to the log.
 */
export function toClientError(error: GraphQLError, log: Log): GraphQLError {
  const cause = causeOf(error)
  if (isHutongError(cause)) {
    const { code, message, place, details } = cause
    return rebuilt(error, message, { ...details, code, ...(place !== undefined && { place }) })
  }
  // Not its path: aliases are the asker's own words. A field's name is the schema's.
  const [node] = error.nodes ?? []
  log.error({ err: cause, ...(node?.kind === Kind.FIELD && { field: node.name.value }) }, 'a field of a query failed')
  return rebuilt(error, 'A fault of the gateway.', { code: 'INTERNAL' })
}

/** A refusal of a whole request: `data` is absent, and the answer's status 400. */
export const refusal = (error: unknown): ExecutionResult => ({
  errors: [isHutongError(error)
    ? new GraphQLError(error.message, { extensions: { ...error.details, code: error.code, ...(error.place !== undefined && { place: error.place }) } })
    : new GraphQLError('A fault of the gateway.', { extensions: { code: 'INTERNAL' } })],
})

/**
 * graphql-js tells what is wrong with a value by quoting it, and an identity number may stand there: what is left is which
 * variable, where in it, and what was wanted.
 */
export function withoutValues(message: string): string {
  const [, variable, place = ''] = /^Variable "(\$\w+)" got invalid value [^]*?(?: at "([\w.[\]]+)")?; [^]*$/.exec(message) ?? []
  if (variable !== undefined) return `Variable "${variable}" got an invalid value${place === '' ? '' : ` at "${place}"`}.`
  return message
    .replace(/^(Expected value of type "[^"]*"), found [^]*$/, '$1.')
    .replace(/^(\w+ cannot represent [\w -]+): [^]*$/, '$1.')
    .replace(/^Value "?[^]*"? (does not exist in "\w+" enum\.)[^]*$/, 'The value $1')
    .replace(/^(Enum "\w+" cannot represent (?:non-enum|non-string) value): [^]*$/, '$1.')
}

function causeOf(error: GraphQLError): Error {
  const cause = error.originalError
  return cause instanceof GraphQLError && cause !== error ? causeOf(cause) : cause ?? error
}

/** graphql-jit's errors have locations but no nodes, so those are carried over as they are. */
function rebuilt(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  const made = new GraphQLError(message, { path: error.path ?? null, extensions })
  if (error.locations !== undefined) {
    Object.defineProperty(made, 'locations', { value: error.locations.map(({ line, column }) => ({ line, column })), enumerable: true })
  }
  return made
}
