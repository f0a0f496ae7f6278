import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadSources } from '../../mappers'
import { compose } from '../../src/archive/compose'
import { composeGateway } from '../../src/gateway'
import type { Gateway } from '../../src/gateway'
import type { Outcome } from '../../src/intake'
import { demoTokenKey } from '../../src/model/demoKeys'
import type { FhirResource } from '../../src/model/fhir'
import type { SourceMapping } from '../../src/model/mapping'
import { createLog } from '../../src/operation/log'
import { createMetrics } from '../../src/operation/metrics'
import { openStore } from '../../src/store'
import { entries, resources } from '../../src/store/collections'
import type { EntryRow, ResourceRow } from '../../src/store/collections'
import { workFolder } from './shared'
import { idKey } from './sources'

export interface Upload { readonly source: string; readonly name: string; readonly bytes: Uint8Array; readonly arrivedAt?: string }

/** The gateway as `main` composes it, over a database of its own that goes when it is closed. */
export interface House {
  readonly gateway: Gateway
  /** Journals an upload, and tells what the sender would be told of each of its records. */
  journal(upload: Upload): Promise<readonly Outcome[]>
  /** Resolves when all that was journaled is worked. */
  worked(): Promise<void>
  /** The journal's rows of what was accepted. */
  rows(outcomes: readonly Outcome[]): Promise<EntryRow[]>
  /** What an entry told of, as it stands now. */
  toldBy(row: EntryRow): Promise<FhirResource[]>
  /** Every resource that is current. */
  all(): Promise<FhirResource[]>
  close(): Promise<void>
}

const mostTellings = 10_000_000

/** `senders`: sources besides those in mappers/sources. */
export async function openHouse({ now = Date.now(), senders = [] }: { now?: number; senders?: readonly SourceMapping[] } = {}): Promise<House> {
  mkdirSync(workFolder(), { recursive: true })
  const folder = mkdtempSync(join(workFolder(), 'store-'))
  const mappings = new Map([...loadSources({ idKey }), ...senders.map(sender => [sender.source.id, sender] as const)])
  const gateway = composeGateway({
    store: await openStore(`sqlite:${join(folder, 'hutong.db')}`), mappings, idKey, tokenKey: demoTokenKey,
    relationDays: 90, now: () => now, log: createLog('error'), metrics: createMetrics(),
  })
  const workers = await gateway.work()
  return {
    gateway,
    async journal({ source, name, bytes, arrivedAt }) {
      return gateway.journal.append({ source, bytes, context: { name }, ...(arrivedAt ? { arrivedAt } : {}) })
    },
    worked: () => workers.idle(),
    rows: outcomes => gateway.store.getMany(entries, outcomes.map(({ entry }) => [entry])),
    toldBy: async row => current(await gateway.store.find(resources, {
      where: { patient: { in: compartmentsOf(row) }, ref: { in: row.resources ?? [] } }, limit: mostTellings,
    })),
    all: async () => current(await gateway.store.find(resources, { where: {}, limit: mostTellings })),
    async close() {
      await gateway.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where the resources that an entry told of lie: with its patients, or in the source's directory. */
function compartmentsOf({ patient, waitsFor = [], resources: told = [], source }: EntryRow): string[] {
  const patients = told.flatMap(ref => (ref.startsWith('Patient/') ? [ref.slice('Patient/'.length)] : []))
  return [...new Set([...patients, ...waitsFor, ...patient ? [patient] : [], `directory:${source}`])]
}

/** Composed of their tellings, as the archive composes them; what was taken back is not there. */
function current(rows: readonly ResourceRow[]): FhirResource[] {
  const groups = new Map<string, ResourceRow[]>()
  for (const row of rows) {
    const key = `${row.patient} ${row.ref}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].flatMap(tellings => compose(tellings) ?? [])
}
