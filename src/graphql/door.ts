import { GraphQLError, parse, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { IncomingHttpHeaders } from 'node:http'
import { isHutongError } from '../model/errors'
import type { Asker } from '../model/viewer'
import { documents, type Report } from './apollo'
import { checkBreadth } from './breadth'
import type { Log } from './errors'
import { asksSchemaOnly } from './introspection'
import type { Limits } from './limits'

/**
 * Who comes in, before Apollo reads, validates or keeps anything. Apollo awaits it as the request's context: that is the last
 * step before its own, and what is thrown here is answered in the media type that the client takes. (A plugin's hooks come after
 * parsing, and what they throw is a fault to Apollo; a rule of validation cannot stop the other rules.)
 *
 * Without a token nothing of a document is looked at, unless introspection is open: then it is parsed and must ask of the schema
 * alone. With one, a document that is new is parsed and measured; Apollo parses it again, once.
 */
export function createDoor({ authenticate, limits, openIntrospection, log }: {
  readonly authenticate: (headers: IncomingHttpHeaders) => Promise<Asker>
  readonly limits: Limits
  readonly openIntrospection: boolean
  readonly log: Log
}) {
  const measured = new LRUCache<string, true>({ max: documents })

  async function askerOf(headers: IncomingHttpHeaders, query: string | undefined): Promise<Asker | undefined> {
    try {
      return await authenticate(headers)
    } catch (error) {
      const isStranger = isHutongError(error) && error.code === 'UNAUTHENTICATED'
      if (isStranger && openIntrospection && isOfSchema(parsed(query, limits))) return undefined
      throw error
    }
  }

  function measure(query: string | undefined): void {
    if (query === undefined || measured.has(query)) return
    const document = parsed(query, limits)
    if (document === undefined) return
    checkBreadth(document, limits)
    if (!asksSchemaOnly(document)) measured.set(query, true)
  }

  /** Undefined: a stranger, who asks of the schema where that is open. Throws what Apollo answers. */
  return async (request: { readonly headers: IncomingHttpHeaders; readonly body: unknown }, report: Report): Promise<Asker | undefined> => {
    try {
      const query = queryOf(request.body)
      const asker = await askerOf(request.headers, query)
      measure(query)
      return asker
    } catch (error) {
      report.outcome = isHutongError(error) ? error.code : 'INTERNAL'
      if (!isHutongError(error)) log.error({ err: error }, 'who asks could not be found out')
      throw refused(error)
    }
  }
}

const isOfSchema = (document: DocumentNode | undefined): boolean => document !== undefined && asksSchemaOnly(document)

const queryOf = (body: unknown): string | undefined =>
  (typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string' ? body.query : undefined)

/** Undefined: it cannot be parsed, which Apollo tells. */
function parsed(query: string | undefined, { tokens }: Limits): DocumentNode | undefined {
  try {
    return query === undefined ? undefined : parse(query, { maxTokens: tokens, noLocation: true })
  } catch (error) {
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

function refused(error: unknown): unknown {
  if (!isHutongError(error)) return error
  const { code, message, details } = error
  const status = code === 'UNAUTHENTICATED' ? 401 : 400
  const headers = new Map(code === 'UNAUTHENTICATED' ? [['www-authenticate', 'Bearer']] : [])
  return new GraphQLError(message, { extensions: { code, ...details, http: { status, headers } } })
}
