import { randomUUID } from 'node:crypto'
import { HutongError } from '../model/errors'
import type { Asker } from '../model/viewer'
import { askings as askingsCollection, looks, type AskingRow, type LookRow } from '../store/collections'
import type { Change, Store } from '../store/port'
import { createAskings, lookedBy } from './askings'
import { refusalChanges } from './refusals'

/** A look at a resident's record, or what was asked later of the same one. */
export interface AuditedLook {
  /** One id for one look, which begins with its instant; shared by its parts. */
  readonly look: string
  /** 0 is what was asked first. */
  readonly part?: number
  readonly resident: string
  /** The source patients that were looked at. */
  readonly patients: readonly string[]
  readonly asker: Asker
  readonly asked: readonly string[]
  readonly outcome: 'shown' | 'denied'
  readonly withheld?: boolean
}

export interface Audit {
  /** A new look's id. */
  begin(): { readonly look: string }
  /**
   * Into the resident's ledger; refused ones are kept apart and bounded. Resolves when the look is durable; rejects where it
   * cannot be written, and then the read must fail.
   */
  record(look: AuditedLook): Promise<void>
  /** Into the asker's own ledger, one row whatever comes of it: which field was asked, never whom or what it searched for. */
  ask(asker: Asker, field: string): Promise<void>
}

type Entry = { readonly look: AuditedLook } | { readonly asking: AskingRow }
interface Waiting { readonly entry: Entry; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** Another process may count the same stranger's refusals at the same time. */
const mostTries = 8

/** The ledgers of looks. All entries of one tick, or that come while a commit is under way, go into one commit. */
export function createAudit({ store, now = () => new Date() }: { readonly store: Store; readonly now?: () => Date }): Audit {
  const askings = createAskings()
  let waiting: Waiting[] = []
  let busy = false

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(store, batch.map(({ entry }) => entry))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  const enter = async (entry: Entry): Promise<void> => new Promise((resolve, reject) => {
    waiting.push({ entry, resolve, reject })
    if (busy) return
    busy = true
    setImmediate(() => void flush())
  })

  return {
    begin: () => ({ look: `${now().toISOString()}~${randomUUID()}` }),
    record: (look) => enter({ look }),
    ask: (asker, field) => enter({ asking: askings.count(asker, field, now()) }),
  }
}

async function write(store: Store, entries: readonly Entry[]): Promise<void> {
  const rows = entries.flatMap((entry) => ('look' in entry ? [lookRow(entry.look)] : []))
  const refused = rows.filter(({ outcome }) => outcome === 'denied')
  const shown = rows.filter(({ outcome }) => outcome === 'shown').map((row): Change => ({ verb: 'insert', collection: looks, row }))
  const asked = newest(entries.flatMap((entry) => ('asking' in entry ? [entry.asking] : [])))
    .map((row): Change => ({ verb: 'put', collection: askingsCollection, row }))
  for (let tries = 0; tries < mostTries; tries += 1) {
    const outcome = await store.commit(`audit:${randomUUID()}`, [...shown, ...await refusalChanges(store, refused), ...asked])
    if (outcome.ok) return
  }
  throw new HutongError('STORE_UNAVAILABLE', 'A look could not be recorded, so nothing is shown.')
}

/** One count for each row: the last is the highest. */
const newest = (rows: readonly AskingRow[]): AskingRow[] =>
  [...new Map(rows.map((row) => [`${row.asker} ${row.minute} ${row.part}`, row])).values()]

function lookRow({ look, part = 0, resident, patients, asker, asked, outcome, withheld }: AuditedLook): LookRow {
  return {
    resident, look: part === 0 ? look : `${look}~${part}`, patients, viewer: lookedBy(asker), purpose: asker.purpose, asked: [...asked], outcome,
    ...(withheld === true ? { withheld } : {}),
  }
}
