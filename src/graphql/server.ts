import fastifyApollo from '@as-integrations/fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import type { Rate } from '../access/index'
import type { Archive } from '../archive/api'
import type { Asking, Stewarding } from '../identity/api'
import type { Source } from '../model/source'
import type { Asker } from '../model/viewer'
import { startApollo, type Report } from './apollo'
import { createDoor } from './door'
import type { Log } from './errors'
import { createExecutor, type Engine } from './execute'
import { idePages, type IdeOptions } from './ide/page'
import { defaultLimits, type Limits } from './limits'
import { operations } from './operations'
import { createSchema } from './schema'
import type { Stewardship } from './stewardship'

export interface GraphqlOptions {
  readonly archive: Archive
  readonly stewardship: Stewardship
  readonly identity: Stewarding & Asking
  /** How often a source may ask who somebody is. */
  readonly matching: Rate
  readonly sources: readonly Source[]
  /** The gateway's time, in ms; the wall clock. */
  readonly now?: () => number
  /** Who asks, by the request's headers. Throws UNAUTHENTICATED. */
  readonly authenticate: (headers: IncomingHttpHeaders) => Promise<Asker>
  readonly log: Log
  /** Told of every request: a published operation's name or `other`, `ok` or an error's code, milliseconds. */
  readonly observe?: (operation: string, outcome: string, milliseconds: number) => void
  readonly limits?: Partial<Limits>
  readonly engine?: Engine
  /** Whether the schema is told to whoever asks, without a token. */
  readonly openIntrospection?: boolean
  /** GraphiQL at GET /graphql; absent: no page. */
  readonly ide?: IdeOptions
}

export interface GraphqlServer {
  /** Adds POST /graphql, and the IDE's page, to a Fastify app, in a scope of its own. */
  register(app: FastifyInstance): Promise<void>
  stop(): Promise<void>
}

const path = '/graphql'

/** The gateway's GraphQL endpoint. */
export async function createGraphqlServer(options: GraphqlOptions): Promise<GraphqlServer> {
  const { archive, stewardship, identity, matching, sources, now = Date.now, authenticate, log, observe, engine = 'auto', ide, openIntrospection = false } = options
  const limits = { ...defaultLimits, ...options.limits }
  const executor = createExecutor({ schema: createSchema(), engine, limits, log })
  const gateway = { archive, stewardship, identity, matching, sources, now }
  const apollo = await startApollo({ schema: createSchema(), executor, gateway, limits, log })
  const door = createDoor({ authenticate, limits, openIntrospection, log })
  const pages = ide && idePages(path, ide)
  const known = new Set(operations().keys())

  async function routes(scope: FastifyInstance): Promise<void> {
    const reports = new WeakMap<FastifyRequest, Report>()
    takeJsonOnly(scope, limits.body)
    scope.setErrorHandler(refuse)
    scope.addHook('onResponse', async (request, reply) => {
      const { operation, outcome } = reports.get(request) ?? { outcome: 'BAD_REQUEST' }
      if (request.method === 'POST') observe?.(operation !== undefined && known.has(operation) ? operation : 'other', outcome, reply.elapsedTime)
    })
    await scope.register(fastifyApollo(apollo), {
      path,
      method: ['POST'],
      context: async request => {
        const report: Report = { outcome: 'ok' }
        reports.set(request, report)
        return { asker: await door(request, report), report }
      },
    })
    if (pages !== undefined) await pages.register(scope)
    scope.route({
      url: path,
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      handler: (request, reply) => (pages?.wants(request) ? pages.send(request, reply) : methodNotAllowed(reply)),
    })
  }

  return {
    register: async app => {
      await app.register(routes)
    },
    stop: () => apollo.stop(),
  }
}

/** Bodies are JSON, and no larger than allowed: other parsers of the app do not reach in here. */
function takeJsonOnly(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(Object.assign(new Error('The body is no JSON.'), { statusCode: 400 }), undefined)
    }
  })
}

/** What goes wrong before Apollo sees a request, in GraphQL's shape. */
function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  if (status === 413) return answer(reply, status, 'QUERY_TOO_COSTLY', 'The body of the request is too large.')
  if (status === 415) return answer(reply, status, 'BAD_REQUEST', 'The body of the request must be application/json.')
  if (status < 500) return answer(reply, status, 'BAD_REQUEST', 'The body of the request is no GraphQL request in JSON.')
  return answer(reply, 500, 'INTERNAL', 'A fault of the gateway.')
}

const methodNotAllowed = (reply: FastifyReply): FastifyReply =>
  answer(reply.header('allow', 'POST'), 405, 'BAD_REQUEST', 'GraphQL is asked by POST.')

const answer = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
