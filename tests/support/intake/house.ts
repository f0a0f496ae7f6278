/** Intake with everything it needs, on a store of its own. */
import { openJournal, openQuarantine, startWorkers } from '../../../src/intake'
import type { Crash, IntakeEvent, Journal, Quarantine, Workers, WorkersOptions } from '../../../src/intake'
import type { SourceMapping } from '../../../src/model/mapping'
import { openStore } from '../../../src/store'
import { entries, resources } from '../../../src/store/collections'
import type { EntryRow, ResourceRow } from '../../../src/store/collections'
import type { Store } from '../../../src/store/port'
import type { Grammar } from '../../../src/wire/grammar'
import { fakeIdentity, fakeWriter } from './fakeArchive'
import { plainGrammar, plainMapping } from './plain'

export interface LogLine { readonly level: string; readonly fields: object; readonly message: string }

export interface House {
  readonly store: Store
  readonly journal: Journal
  readonly quarantine: Quarantine
  readonly mappings: ReadonlyMap<string, SourceMapping>
  readonly grammars: ReadonlyMap<string, Grammar>
  readonly events: IntakeEvent[]
  readonly logged: LogLine[]
  readonly log: WorkersOptions['log']
  readonly crash?: Crash
  now: number
  start(options?: Partial<WorkersOptions>): Promise<Workers>
  /** Starts workers, lets them finish, stops them. */
  work(options?: Partial<WorkersOptions>): Promise<void>
  entry(id: string | undefined): Promise<EntryRow>
  /** Newest first. */
  versions(patient: string, ref: string): Promise<readonly ResourceRow[]>
  close(): Promise<void>
}

export async function openHouse({ url = 'sqlite::memory:', mappings = new Map([['plain', plainMapping()]]), grammars = new Map([['plain', plainGrammar]]), crash, means = {} }: {
  url?: string
  mappings?: ReadonlyMap<string, SourceMapping>
  grammars?: ReadonlyMap<string, Grammar>
  crash?: Crash
  means?: Pick<WorkersOptions, 'threads' | 'turn'>
} = {}): Promise<House> {
  const store = await openStore(url)
  const events: IntakeEvent[] = []
  const logged: LogLine[] = []
  const running = new Set<Workers>()
  const line = (level: string) => (fields: object, message: string): void => void logged.push({ level, fields, message })
  const log = { info: line('info'), warn: line('warn'), error: line('error') }
  const now = (): number => house.now
  const observe = (event: IntakeEvent): void => void events.push(event)
  const wake = (): void => { for (const workers of running) workers.wake() }
  const house: House = {
    store, mappings, grammars, events, logged, log, crash,
    now: Date.parse('2026-11-20T02:00:00.000Z'),
    journal: openJournal({ store, mappings, grammars, now, observe, crash, onAppended: wake, ...means }),
    quarantine: openQuarantine({ store, mappings, grammars, onReplayed: wake, ...means }),
    async start(options = {}) {
      const workers = await startWorkers({
        store, mappings, grammars, writer: fakeWriter(store), identity: fakeIdentity(store), now, log, observe, crash, ...means, ...options,
      })
      running.add(workers)
      return workers
    },
    async work(options) {
      const workers = await house.start(options)
      await workers.idle()
      await workers.stop()
      running.delete(workers)
    },
    async entry(id) {
      const row = await store.get(entries, [id ?? ''])
      if (!row) throw new Error('no such entry')
      return row
    },
    versions: (patient, ref) => store.find(resources, { where: { patient, ref }, order: 'backward', limit: 100 }),
    async close() {
      await Promise.all([...running].map(workers => workers.stop()))
      await store.close()
    },
  }
  return house
}
