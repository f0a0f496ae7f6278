import { loadSources } from '../../mappers'
import { demoKey } from '../access'
import { composeGateway } from '../gateway'
import type { Gateway, GatewayParts } from '../gateway'
import { createLog } from '../operation/log'
import { createMetrics } from '../operation/metrics'
import type { StoreOptions } from '../operation/options'
import { openMigrated } from './migration'

/** A gateway for one command: the store opened, the sources read. Close it when done. */
export async function openGateway(options: StoreOptions & { readonly tokenKey?: string; readonly relationDays?: number; readonly leaseSeconds?: number },
  parts: Partial<Pick<GatewayParts, 'crash' | 'onAppended'>> & { readonly role?: 'writer' | 'reader' } = {}): Promise<Gateway> {
  const { role, ...rest } = parts
  const mappings = loadSources({ idKey: options.idKey, folder: options.sources })
  const log = createLog(options.logLevel)
  const store = await openMigrated(options.database, { role }, { log })
  return composeGateway({
    store, mappings, idKey: options.idKey,
    tokenKey: options.tokenKey ?? demoKey,
    relationDays: options.relationDays ?? 90,
    ...options.leaseSeconds === undefined ? {} : { leaseMs: options.leaseSeconds * 1000 },
    now: () => Date.now(),
    log,
    metrics: createMetrics(),
    ...rest,
  })
}
