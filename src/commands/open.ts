import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadSources } from '../../mappers'
import { composeGateway } from '../gateway'
import type { Gateway, GatewayParts } from '../gateway'
import { demoTokenKey } from '../model/demoKeys'
import { createLog } from '../operation/log'
import { createMetrics } from '../operation/metrics'
import type { ServeOptions, StoreOptions } from '../operation/options'
import { openMigrated } from './migration'

/** A gateway for one command: the store opened, the sources read. Close it when done. */
export async function openGateway(options: StoreOptions & Partial<Pick<ServeOptions, 'tokenKey' | 'tokenAudience' | 'tokenHours' | 'relationDays' | 'leaseSeconds'>>,
  parts: Partial<Pick<GatewayParts, 'crash' | 'onAppended'>> & { readonly role?: 'writer' | 'reader' } = {}): Promise<Gateway> {
  const { role, ...rest } = parts
  makeFolder(options.database)
  const mappings = loadSources({ idKey: options.idKey, folder: options.sources })
  const log = createLog(options.logLevel)
  const store = await openMigrated(options.database, { role }, { log })
  return composeGateway({
    store, mappings, idKey: options.idKey,
    tokenKey: options.tokenKey ?? demoTokenKey, tokenAudience: options.tokenAudience, tokenHours: options.tokenHours,
    relationDays: options.relationDays ?? 90,
    ...options.leaseSeconds === undefined ? {} : { leaseMs: options.leaseSeconds * 1000 },
    now: () => Date.now(),
    log,
    metrics: createMetrics(),
    ...rest,
  })
}

function makeFolder(database: string): void {
  const file = /^sqlite:(?!:memory:)(?:\/\/)?(.+)$/.exec(database)?.[1]
  if (file) mkdirSync(dirname(file), { recursive: true })
}
