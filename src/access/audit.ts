import { randomUUID } from 'node:crypto'
import { HutongError } from '../model/errors'
import type { Asker } from '../model/viewer'
import { audit as auditCollection, type AuditRow } from '../store/collections'
import type { Change, Store } from '../store/port'

/** A look at a resident's record. */
export interface AuditedLook {
  /** One id for one look, however many rows it has and however often it is recorded (later asks add to `asked`). */
  readonly look: string
  /** Instant, UTC. */
  readonly at: string
  readonly resident: string
  /** The source patients that were looked at, each with a row, so that a later split carries them along. */
  readonly patients: readonly string[]
  readonly asker: Asker
  readonly asked: readonly string[]
  readonly outcome: 'shown' | 'denied'
  readonly withheld?: boolean
}

export interface Audit {
  /** A new look's id and instant. */
  begin(): { readonly look: string; readonly at: string }
  /** Resolves when the look is durable; rejects where it cannot be written, and then the read must fail. */
  record(look: AuditedLook): Promise<void>
}

interface Waiting { readonly look: AuditedLook; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** The ledger of looks. All looks of one tick, or that come while a commit is under way, go into one commit. */
export function createAudit({ store, now = () => new Date() }: { readonly store: Store; readonly now?: () => Date }): Audit {
  let waiting: Waiting[] = []
  let busy = false

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await write(store, batch)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  return {
    begin: () => ({ look: randomUUID(), at: now().toISOString() }),
    record: async (look) => new Promise((resolve, reject) => {
      waiting.push({ look, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(() => void flush())
    }),
  }
}

async function write(store: Store, batch: readonly Waiting[]): Promise<void> {
  const rows = new Map<string, Change>()
  for (const { look } of batch) {
    for (const row of rowsOf(look)) rows.set(`${row.patient} ${row.look}`, { verb: 'put', collection: auditCollection, row })
  }
  const outcome = await store.commit(`audit:${randomUUID()}`, [...rows.values()])
  if (!outcome.ok) throw new HutongError('STORE_UNAVAILABLE', 'A look could not be recorded, so nothing is shown.')
}

function rowsOf({ look, at, resident, patients, asker, asked, outcome, withheld }: AuditedLook): AuditRow[] {
  const { viewer, purpose } = asker
  return patients.map((patient) => ({
    patient, at, look, resident, purpose, outcome,
    viewer: { role: viewer.role, id: viewer.id, ...('institution' in viewer ? { institution: viewer.institution } : {}) },
    asked: [...asked],
    ...(withheld === true ? { withheld } : {}),
  }))
}
