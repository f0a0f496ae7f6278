import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import { HutongError } from '../model/errors'
import type { Asker } from '../model/viewer'
import { RequestContext, type Gateway } from './context'
import { withoutValues, type Log } from './errors'
import type { Executor } from './execute'
import { asksSchemaOnly } from './introspection'
import type { Limits } from './limits'

/** What a request carries through Apollo: who asks, and what is to be told of it afterwards. */
export interface Carried {
  /** Undefined: nobody is known, and only the schema may be asked of (door.ts). */
  readonly asker: Asker | undefined
  readonly report: Report
}

/** Filled while a request runs, for metrics. */
export interface Report {
  /** Undefined where the request was refused before an operation was known: by the door, or by Apollo. */
  operation?: string
  /** `ok`, or the code of the first error. */
  outcome: string
}

/** Documents that are kept parsed, validated and compiled. */
export const documents = 300

/**
 * Apollo Server as it stands in the way of a request: protocol, parsing, validation, formatting. Execution is `executor`'s,
 * on its own copy of the schema. Nothing is reported to anyone outside.
 */
export async function startApollo(options: {
  readonly schema: GraphQLSchema
  readonly executor: Executor
  readonly gateway: Gateway
  readonly limits: Limits
  readonly log: Log
}): Promise<ApolloServer<Carried>> {
  const { schema, executor, gateway, limits, log } = options
  const apollo = new ApolloServer<Carried>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' })
        return () => undefined
      },
      load: async () => ({
        executor: async ({ document, request, context, operation }) => {
          const { asker, report } = context as Carried
          report.operation = operation?.name?.value.slice(0, 100) ?? 'anonymous'
          const requestContext = new RequestContext(gateway, () => known(asker), report.operation)
          const { operationName, variables = {} } = request
          return executor.execute({ document, variables, context: requestContext, ...(operationName && { operationName }) })
        },
      }),
      stop: async () => undefined,
    },
    plugins: [...disabled, reporting],
    documentStore: documentStore(),
    parseOptions: { maxTokens: limits.tokens },
    introspection: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    formatError,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => log.warn({ from: 'apollo' }, 'a warning of Apollo Server'),
      error: () => log.error({ from: 'apollo' }, 'a fault within Apollo Server'),
    },
  })
  await apollo.start()
  return apollo
}

async function known(asker: Asker | undefined): Promise<Asker> {
  if (asker === undefined) throw new HutongError('UNAUTHENTICATED', 'Send a token: Authorization: Bearer …')
  return asker
}

const disabled: readonly ApolloServerPlugin[] = [
  ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(),
]

/** Tells the report how a request ended, and nothing else: it has no hook that would make Apollo wrap fields. */
const reporting: ApolloServerPlugin<Carried> = {
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors: [first], contextValue }) => {
      contextValue.report.outcome = typeof first?.extensions.code === 'string' ? first.extensions.code : 'INTERNAL'
    },
  }),
}

/**
 * Apollo asks for documents by the hash of their text. Questions about the schema come seldom, and may come from strangers: they
 * are not kept, so that nobody without a token can push out what others use.
 */
function documentStore() {
  const kept = new LRUCache<string, DocumentNode>({ max: documents })
  return {
    get: async (key: string) => kept.get(key),
    set: async (key: string, document: DocumentNode) => void (asksSchemaOnly(document) || kept.set(key, document)),
    delete: async (key: string) => kept.delete(key),
  }
}

/** Apollo's own faults under our names; the rest keeps Apollo's standard codes. */
function formatError(error: GraphQLFormattedError): GraphQLFormattedError {
  if (error.extensions?.code === 'INTERNAL_SERVER_ERROR') return { message: 'A fault of the gateway.', extensions: { code: 'INTERNAL' } }
  if (error.extensions?.code === 'GRAPHQL_PARSE_FAILED' && /^Syntax Error: Document contains more tha[nt] /.test(error.message)) {
    return { ...error, extensions: { code: 'QUERY_TOO_COSTLY', what: 'tokens' } }
  }
  if (error.extensions?.code === 'BAD_USER_INPUT' || error.extensions?.code === 'GRAPHQL_VALIDATION_FAILED') {
    return { ...error, message: withoutValues(error.message) }
  }
  return error
}
