import { createAudit, createTokens } from './access'
import type { Tokens } from './access'
import { createArchive } from './archive'
import type { Archive, ArchiveWriter } from './archive/api'
import { createIdentity } from './identity'
import type { Asking, Identity, Stewarding } from './identity/api'
import { defaultQuota, openJournal, openQuarantine, openQuotas, startWorkers } from './intake'
import type { Crash, IntakeEvent, Journal, Quarantine, QuotaLimits, Threads, Workers } from './intake'
import type { SourceMapping } from './model/mapping'
import type { Log } from './operation/log'
import type { Metrics } from './operation/metrics'
import { instrument } from './store'
import type { Store } from './store/port'
import { grammars } from './wire'

export interface GatewayParts {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly idKey: string
  readonly tokenKey: string
  /** Whom tokens are meant for, and for how many hours one may be good: `hutong`, 24. */
  readonly tokenAudience?: string
  readonly tokenHours?: number
  readonly relationDays: number
  /** For how long a lane of the journal stays with a process that went silent: 15 s. */
  readonly leaseMs?: number
  /** What a source may send in an hour over the network, where its own configuration does not say. */
  readonly quota?: QuotaLimits
  readonly now: () => number
  readonly log: Log
  readonly metrics: Metrics
  /** Tests kill the process where it hurts most. */
  readonly crash?: Crash
  /** Something new is in the journal: where the workers are another process's, tell it. */
  readonly onAppended?: () => void
  /** For records that are too large to be read where others wait; closed with the gateway. */
  readonly threads?: Threads & { close(): Promise<void> }
}

/** The domains of one process, put together over one store. */
export interface Gateway {
  readonly store: Store
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly archive: Archive & ArchiveWriter
  readonly identity: Identity & Stewarding & Asking
  readonly tokens: Tokens
  readonly journal: Journal
  readonly quarantine: Quarantine
  readonly log: Log
  readonly metrics: Metrics
  readonly threads?: Threads
  /** Counts what happens in intake. */
  readonly observe: (event: IntakeEvent) => void
  readonly now: () => number
  /** Begins to work the journal in this process; a second call answers the first one's workers. */
  work(): Promise<Workers>
  /** Finishes what was accepted and closes the store. */
  close(): Promise<void>
}

export function composeGateway(parts: GatewayParts): Gateway {
  const { mappings, idKey, now, log, metrics, crash, leaseMs, threads } = parts
  const store = instrument(parts.store, metrics.store)
  const clock = () => new Date(now())
  const observe = (event: IntakeEvent) => observeIntake(metrics, event)
  const identity = createIdentity({ store, idKey })
  const audit = createAudit({ store, now: clock })
  const archive = createArchive({ store, identity, audit, idKey, sources: mappings, relationDays: parts.relationDays, now: clock })
  const quotas = openQuotas({ store, now, limits: parts.quota ?? defaultQuota })
  let working: Promise<Workers> | undefined
  const wake = () => {
    void working?.then(workers => workers.wake())
    parts.onAppended?.()
  }
  return {
    store, mappings, archive, identity, log, metrics, threads, observe, now,
    tokens: createTokens({ key: parts.tokenKey, audience: parts.tokenAudience, longestHours: parts.tokenHours, now: clock }),
    journal: openJournal({ store, mappings, grammars, threads, now, quotas, observe, crash, onAppended: wake }),
    quarantine: openQuarantine({ store, mappings, grammars, threads, onReplayed: wake }),
    work: () => working ??= startWorkers({ store, mappings, grammars, threads, writer: archive, identity, now, log, observe, crash, leaseMs }),
    async close() {
      await (await working)?.stop()
      await threads?.close()
      await store.close()
    },
  }
}

function observeIntake(metrics: Metrics, event: IntakeEvent): void {
  if (event.kind === 'journaled') metrics.intake(event.source, event.outcome, event.records)
  else if (event.kind === 'transport') metrics.intake(event.source, event.outcome)
  else {
    metrics.intake(event.source, event.status)
    metrics.lag(event.source, event.lag)
  }
}
