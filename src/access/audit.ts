import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
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

/**
 * Other processes may count the same stranger's refusals at the same time: of each round one gets through. Whoever does not waits
 * for a moment of its own length, so that it is not the same one again and again.
 */
const mostTries = 40
const longestPauseMs = 10

/**
 * The ledgers of looks. All entries of one tick, or that come while a commit is under way, go into one commit; refused looks into
 * one of their own, which may have to be tried again: strangers who are refused by several processes at once hold up nobody else.
 */
export function createAudit({ store, now = () => new Date() }: { readonly store: Store; readonly now?: () => Date }): Audit {
  const askings = createAskings()
  const enter = createQueue<LookRow | AskingRow>((rows) => append(store, rows))
  const refuse = createQueue<LookRow>((rows) => count(store, rows))
  return {
    begin: () => ({ look: `${now().toISOString()}~${randomUUID()}` }),
    record: (look) => (look.outcome === 'denied' ? refuse : enter)(lookRow(look)),
    ask: (asker, field) => enter(askings.count(asker, field, now())),
  }
}

interface Waiting<E> { readonly entry: E; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** Writes all that comes in one tick, or while it writes, at once; each resolves or rejects as its writing does. */
function createQueue<E>(write: (entries: readonly E[]) => Promise<void>): (entry: E) => Promise<void> {
  let waiting: Waiting<E>[] = []
  let busy = false

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(batch.map(({ entry }) => entry))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  return async (entry) => new Promise((resolve, reject) => {
    waiting.push({ entry, resolve, reject })
    if (busy) return
    busy = true
    setImmediate(() => void flush())
  })
}

async function append(store: Store, rows: readonly (LookRow | AskingRow)[]): Promise<void> {
  const shown = rows.filter((row): row is LookRow => 'look' in row).map((row): Change => ({ verb: 'insert', collection: looks, row }))
  const asked = newest(rows.filter((row): row is AskingRow => 'field' in row)).map((row): Change => ({ verb: 'put', collection: askingsCollection, row }))
  const outcome = await store.commit(`audit:${randomUUID()}`, [...shown, ...asked])
  if (!outcome.ok) throw notWritten()
}

async function count(store: Store, refused: readonly LookRow[]): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const outcome = await store.commit(`audit:${randomUUID()}`, await refusalChanges(store, refused))
    if (outcome.ok) return
    if (tries > 0) await pause(Math.random() * longestPauseMs)
  }
  throw notWritten()
}

const notWritten = () => new HutongError('STORE_UNAVAILABLE', 'A look could not be recorded, so nothing is shown.')

/** One count for each row: the last is the highest. */
const newest = (rows: readonly AskingRow[]): AskingRow[] =>
  [...new Map(rows.map((row) => [`${row.asker} ${row.minute} ${row.part}`, row])).values()]

function lookRow({ look, part = 0, resident, patients, asker, asked, outcome, withheld }: AuditedLook): LookRow {
  return {
    resident, look: part === 0 ? look : `${look}~${part}`, patients, viewer: lookedBy(asker), purpose: asker.purpose, asked: [...asked], outcome,
    ...(withheld === true ? { withheld } : {}),
  }
}
