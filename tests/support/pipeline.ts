import type { FastifyInstance } from 'fastify'
import { loadSources } from '../../mappers'
import { composeGateway } from '../../src/gateway'
import type { Gateway } from '../../src/gateway'
import { createHttp } from '../../src/http'
import type { HttpOptions } from '../../src/http'
import { createMetrics } from '../../src/operation/metrics'
import { createLog } from '../../src/operation/log'
import { usualPurpose } from '../../src/access'
import { demoTokenKey as demoKey } from '../../src/model/demoKeys'
import { openStore } from '../../src/store'
import { resourceId } from '../../src/model/ids'
import type { Viewer } from '../../src/model/viewer'
import type { SeedUpload } from '../../seed'

export const idKey = 'a-key-for-the-ids-of-tests'

/** What any operation may answer: tests read it by the fields that they asked for. */
// oxlint-disable-next-line no-explicit-any
export type Data = any

export interface Answer { readonly data: Data; readonly errors?: { message: string; extensions: { code: string } }[] }

export interface Pipeline {
  readonly gateway: Gateway
  /** Any request to the gateway's HTTP doors. */
  readonly inject: FastifyInstance['inject']
  /** On a free port of loopback; the address. */
  listen(): Promise<string>
  /** `Authorization` of a viewer. */
  bearer(viewer: Viewer): Promise<{ authorization: string }>
  /** Through the journal and the workers; returns when all of it is worked. */
  load(uploads: Iterable<SeedUpload>): Promise<void>
  /** One GraphQL operation over HTTP, asked by a viewer. */
  graphql(query: string, variables: object, viewer: Viewer): Promise<Answer>
  /** The resident of a source's patient, by the source's own identifier. */
  residentOf(source: string, identifier: string): Promise<string>
  close(): Promise<void>
}

/** The whole gateway over a store in memory, as `main` puts it together. `now`: the clock that windows and access go by. */
export async function openPipeline({ uploads = [], now = '2026-11-20T10:00:00+08:00', sources, database = 'sqlite::memory:', http }: {
  uploads?: Iterable<SeedUpload>
  now?: string
  sources?: string
  database?: string
  http?: Partial<HttpOptions>
} = {}): Promise<Pipeline> {
  const mappings = loadSources({ idKey, folder: sources })
  const start = Date.parse(now)
  const gateway = composeGateway({
    store: await openStore(database), mappings, idKey, tokenKey: demoKey, relationDays: 90, now: () => start,
    log: createLog('error'), metrics: createMetrics(),
  })
  const workers = await gateway.work()
  const app = await createHttp(gateway, { readiness: { ready: true }, maxUploadMb: 64, maxTokens: 1000, maxDepth: 15, maxCost: 200_000, engine: 'auto', ...http })

  const pipeline: Pipeline = {
    gateway,
    async load(more) {
      for (const { source, name, arrivedAt, bytes } of more) await gateway.journal.append({ source, bytes, arrivedAt, context: { name } })
      await workers.idle()
    },
    inject: app.inject.bind(app),
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async bearer(viewer) {
      return { authorization: `Bearer ${await gateway.tokens.sign({ viewer, purpose: usualPurpose(viewer.role) }, { expiresIn: '1h' })}` }
    },
    async graphql(query, variables, viewer) {
      const reply = await app.inject({
        method: 'POST', url: '/graphql', headers: { ...await pipeline.bearer(viewer), 'content-type': 'application/json' },
        payload: JSON.stringify({ query, variables }),
      })
      return reply.json() as Answer
    },
    async residentOf(source, identifier) {
      const resident = await gateway.identity.residentOf(resourceId(mappings.get(source)!.source, 'Patient', identifier))
      if (!resident) throw new Error(`${source} has no patient ${identifier} who is linked`)
      return resident
    },
    async close() {
      await app.close()
      await gateway.close()
    },
  }
  await pipeline.load(uploads)
  return pipeline
}
