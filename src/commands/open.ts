import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadSources } from '../../mappers'
import { demoKey } from '../access'
import { composeGateway } from '../gateway'
import type { Gateway, GatewayParts } from '../gateway'
import { defaultQuota } from '../intake'
import { createLog } from '../operation/log'
import { createMetrics } from '../operation/metrics'
import type { ServeOptions, StoreOptions } from '../operation/options'
import { openStore } from '../store'

/** A gateway for one command: the store opened, the sources read. Close it when done. */
export async function openGateway(options: StoreOptions & { readonly tokenKey?: string; readonly relationDays?: number; readonly leaseSeconds?: number } & Partial<Pick<ServeOptions, 'quotaEntries' | 'quotaMb'>>,
  parts: Partial<Pick<GatewayParts, 'crash' | 'onAppended'>> & { readonly role?: 'writer' | 'reader' } = {}): Promise<Gateway> {
  const { role, ...rest } = parts
  makeFolder(options.database)
  const mappings = loadSources({ idKey: options.idKey, folder: options.sources })
  const store = await openStore(options.database, { role })
  return composeGateway({
    store, mappings, idKey: options.idKey,
    tokenKey: options.tokenKey ?? demoKey,
    relationDays: options.relationDays ?? 90,
    ...options.leaseSeconds === undefined ? {} : { leaseMs: options.leaseSeconds * 1000 },
    quota: {
      entriesPerHour: options.quotaEntries ?? defaultQuota.entriesPerHour,
      bytesPerHour: options.quotaMb === undefined ? defaultQuota.bytesPerHour : options.quotaMb * 1_000_000,
    },
    now: () => Date.now(),
    log: createLog(options.logLevel),
    metrics: createMetrics(),
    ...rest,
  })
}

function makeFolder(database: string): void {
  const file = /^sqlite:(?!:memory:)(?:\/\/)?(.+)$/.exec(database)?.[1]
  if (file) mkdirSync(dirname(file), { recursive: true })
}
