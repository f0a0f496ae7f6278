import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadSources } from '../../mappers'
import { composeGateway } from '../gateway'
import type { Gateway, GatewayParts } from '../gateway'
import { defaultQuota } from '../intake'
import { demoTokenKey } from '../model/demoKeys'
import type { RecordThreadData } from './recordThread'
import { createLog } from '../operation/log'
import { packageRoot } from '../model/packageRoot'
import { createMetrics } from '../operation/metrics'
import type { ServeOptions, StoreOptions } from '../operation/options'
import { createThreads } from '../operation/threads'
import { openMigrated } from './migration'

/** A gateway for one command: the store opened, the sources read. Close it when done. */
export async function openGateway(options: StoreOptions & Partial<Pick<ServeOptions, 'tokenKey' | 'tokenAudience' | 'tokenHours' | 'relationDays' | 'leaseSeconds' | 'quotaEntries' | 'quotaMb'>>,
  parts: Partial<Pick<GatewayParts, 'crash' | 'onAppended'>> & { readonly role?: 'writer' | 'reader' } = {}): Promise<Gateway> {
  const { role, ...rest } = parts
  const mappings = loadSources({ idKey: options.idKey, folder: options.sources })
  const log = createLog(options.logLevel)
  const store = await openMigrated(options.database, { role }, { log })
  return composeGateway({
    store, mappings, idKey: options.idKey,
    tokenKey: options.tokenKey ?? demoTokenKey, tokenAudience: options.tokenAudience, tokenHours: options.tokenHours,
    relationDays: options.relationDays ?? 90,
    ...options.leaseSeconds === undefined ? {} : { leaseMs: options.leaseSeconds * 1000 },
    quota: {
      entriesPerHour: options.quotaEntries ?? defaultQuota.entriesPerHour,
      bytesPerHour: options.quotaMb === undefined ? defaultQuota.bytesPerHour : options.quotaMb * 1_000_000,
    },
    now: () => Date.now(),
    log,
    metrics: createMetrics(),
    threads: openThreads({ idKey: options.idKey, folder: options.sources }),
    ...rest,
  })
}

/** A thread runs compiled code: where there is none (tests on sources that were never built), all is read in place. */
export function openThreads(data: RecordThreadData) {
  const file = join(packageRoot(__dirname), 'dist', 'src', 'commands', 'recordThread.js')
  return existsSync(file) ? createThreads({ file, data }) : undefined
}
