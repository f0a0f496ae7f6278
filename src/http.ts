import Fastify from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { createRate, permit } from './access'
import { GuardedResponse, answerBroken, turnAway } from './door'
import type { Gateway } from './gateway'
import { createGraphqlServer, pageSecret } from './graphql'
import type { IdeOptions } from './graphql'
import { intakeRoutes, readAccount, traceRecords } from './intake'
import type { Crash } from './intake'
import { HutongError } from './model/errors'
import type { Asker } from './model/viewer'
import { createProbe } from './operation/ready'

/** Whether the gateway takes requests: not while it stops. */
export interface Readiness { ready: boolean }

export interface HttpOptions {
  readonly readiness: Readiness
  readonly maxUploadMb: number
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxCost: number
  /** How often each source may ask who somebody is; 60 and 1,000. */
  readonly matchPerMinute?: number
  readonly matchPerHour?: number
  readonly engine: 'auto' | 'jit' | 'js'
  /** Whether the schema is told without a token. */
  readonly openIntrospection?: boolean
  /** GraphiQL at GET /graphql; absent: no page. */
  readonly ide?: IdeOptions
  /** The variables that still hold the demonstration's keys: with any, only this machine is answered. */
  readonly demoKeys?: readonly string[]
  /** What /metrics shows, where several processes answer; default: this one's. */
  readonly metrics?: () => Promise<string>
  /** Requests after which a connection is closed; default: as many as there are. */
  readonly requestsPerConnection?: number
  readonly crash?: Crash
}

/** Whether a connection has had its number of requests. Node's own limit answers 503 to whoever sends one more before it is closed. */
function countRequests(most = Infinity): (socket: Socket) => boolean {
  const counts = new WeakMap<Socket, number>()
  return socket => {
    const count = (counts.get(socket) ?? 0) + 1
    counts.set(socket, count)
    return count >= most
  }
}

/** Everything that is asked over HTTP: GraphQL, intake, health and metrics. */
export async function createHttp(gateway: Gateway, options: HttpOptions): Promise<FastifyInstance> {
  const { archive, identity, quarantine, journal, mappings, store, log, metrics } = gateway
  // A peer that is silent for a minute, or drips bytes for an hour, is cut off: an upload of very many small records takes long.
  const app = Fastify({
    forceCloseConnections: 'idle', bodyLimit: 1_000_000, connectionTimeout: 60_000, requestTimeout: 3_600_000,
    frameworkErrors: refuseAddress, clientErrorHandler: answerBroken, http: { ServerResponse: GuardedResponse, headersTimeout: 60_000 },
  })
  const isSpent = countRequests(options.requestsPerConnection)
  if (options.demoKeys?.length) app.addHook('onRequest', turnAway(options.demoKeys))
  app.addHook('onRequest', async (request, reply) => {
    if (!options.readiness.ready || isSpent(request.raw.socket)) void reply.header('connection', 'close')
  })
  const graphql = await createGraphqlServer({
    archive,
    identity,
    matching: createRate({ perMinute: options.matchPerMinute ?? 60, perHour: options.matchPerHour ?? 1000 }),
    stewardship: {
      quarantine,
      trace: query => traceRecords(gateway, query),
      account: query => readAccount({ store, ...query }),
    },
    sources: [...mappings.values()].map(({ source }) => source),
    now: gateway.now,
    authenticate: headers => authenticate(gateway, headers),
    log, observe: metrics.query, engine: options.engine, ide: options.ide, openIntrospection: options.openIntrospection,
    limits: { tokens: options.maxTokens, depth: options.maxDepth, cost: options.maxCost },
  })
  await graphql.register(app)
  await app.register(intakeRoutes, {
    journal, sources: mappings, log, maxUploadBytes: options.maxUploadMb * 1_000_000, crash: options.crash,
    authorise: (request: FastifyRequest, source: string) => authoriseSource(gateway, request.headers, source),
  })
  const writable = createProbe(store)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const reached = options.readiness.ready && await writable()
    return reply.code(reached ? 200 : 503).send({ status: reached ? 'ready' : 'not ready' })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await (options.metrics?.() ?? metrics.registry.metrics())))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: { code: 'NOT_FOUND', message: 'There is nothing here: POST /graphql, POST /intake/:source' } }))
  app.addHook('onClose', () => graphql.stop())
  return app
}

/** What Fastify refuses before any route: its own words would quote the address. */
const refuseAddress = (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.code(error.statusCode ?? 400).send({ error: { code: 'BAD_ARGUMENT', message: 'The address of the request is malformed or too long.' } })

async function authenticate({ tokens }: Gateway, { authorization, cookie }: IncomingHttpHeaders): Promise<Asker> {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
  if (!token) throw new HutongError('UNAUTHENTICATED', 'Send a token: Authorization: Bearer …')
  return tokens.verify(token, pageSecret(cookie))
}

async function authoriseSource(gateway: Gateway, headers: IncomingHttpHeaders, source: string): Promise<void> {
  const asker = await authenticate(gateway, headers)
  permit(asker, 'intake')
  const { viewer } = asker
  if (viewer.role !== 'source' || viewer.source !== source) throw new HutongError('FORBIDDEN', 'The token is not bound to this source.')
}
