/** The asker's own ledger: how often one asked, folded by the minute as it is written, so that no asker can fill the disk. */
import { randomUUID } from 'node:crypto'
import type { Asker } from '../model/viewer'
import type { AskingRow, LookedBy } from '../store/collections'

export interface Askings {
  /** The row as it is with one more: to be put over what was written of it before. */
  count(asker: Asker, field: string, now: Date): AskingRow
}

/** Counts in memory for one process, whose rows are its own: a put needs no read, and processes never meet. */
export function createAskings(): Askings {
  const process = randomUUID()
  let [minute, at] = ['', -1]
  let counts = new Map<string, number>()

  return {
    count(asker, field, now) {
      const { purpose } = asker
      const told = Math.floor(now.getTime() / 60_000)
      if (told !== at) {
        [minute, at] = [now.toISOString().slice(0, 16), told]
        counts = new Map()
      }
      const row = { asker: askerKey(asker), minute, part: `${field}~${purpose}~${process}`, viewer: lookedBy(asker), purpose, field }
      const key = `${row.asker} ${row.part}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { ...row, count }
    },
  }
}

export const askerKey = ({ viewer }: Asker): string => `${viewer.role}:${viewer.id}`

export const lookedBy = ({ viewer }: Asker): LookedBy =>
  ({ role: viewer.role, id: viewer.id, ...('institution' in viewer ? { institution: viewer.institution } : {}) })
