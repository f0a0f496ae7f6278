/** Layout 2: the ledger of looks has one row for each look, by resident, where it had one for each source patient. */
import { looks, type LookRow } from '../collections'
import type { Change, Collection, Store } from '../port'
import { moveRows } from './moveRows'
import type { Step } from './step'

interface AuditRow extends Omit<LookRow, 'patients'> { patient: string; at: string }

const audit: Collection<AuditRow> = { name: 'audit', key: ['patient', '-at', 'look'], shardKey: ['patient'], why: 'Who looked at what, by source patient.' }

export const looksByResident: Step = {
  to: 2,
  why: 'the ledger of looks, by resident',
  retired: [audit],
  run: (work) => moveRows(work, audit, (rows) => looksOf(work.store, rows)),
}

/** Rows of one look become one, with what is there of it already. What was asked for nobody is in nobody's ledger. */
async function looksOf(store: Store, rows: readonly AuditRow[]): Promise<Change[]> {
  const told = rows.filter(({ patient }) => !patient.startsWith('unknown:')).map(lookOf)
  const stored = await store.getMany(looks, [...new Map(told.map(({ resident, look }) => [`${resident} ${look}`, [resident, look]])).values()])
  const merged = new Map<string, LookRow>()
  for (const row of [...stored, ...told]) {
    const key = `${row.resident} ${row.look}`
    const patients = [...new Set([...merged.get(key)?.patients ?? [], ...row.patients])]
    merged.set(key, { ...row, patients })
  }
  return [...merged.values()].map((row): Change => ({ verb: 'put', collection: looks, row }))
}

/** The name of a stranger's operation was the stranger's own text. */
const lookOf = ({ patient, at, look, asked, ...row }: AuditRow): LookRow =>
  ({ ...row, look: `${at}~${look}`, patients: [patient], asked: row.outcome === 'denied' ? [] : asked })
