import Database from 'libsql'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHouse } from '../support/intake/house'
import { lines } from '../support/intake/plain'
import type { PlainRecord } from '../support/intake/plain'

describe('what a record takes of the database', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'hutong-bytes-')) })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each<[string, (n: number) => PlainRecord | string]>([
    ['that cannot be read', n => `x${n}`],
    ['that is mapped, of which much is wrong', n => ({ control: `${n}`, patient: `${n}`, name: 'n', issues: 50 })],
    ['that waits for its patient', n => ({ patient: `${n}`, values: { [`v${n}`]: n } })],
  ])('in the journal, of one %s, is at most 2 kB and three times its own bytes', async (_case, record) => {
    const count = 3_000
    const house = await openHouse({ url: `sqlite:${folder}/hutong.db` })
    const sent = lines(...Array.from({ length: count }, (_, n) => record(n)))
    const outcomes = await house.journal.append({ source: 'plain', bytes: sent })
    await house.work()
    await house.close()
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']))
    expect(journalBytes(`${folder}/hutong.db`) / count).toBeLessThanOrEqual(2_000 + 3 * sent.length / count)
  })
})

/** Pages of the journal's tables and their indexes. */
function journalBytes(file: string): number {
  const database = new Database(file)
  const tables = `SELECT name FROM sqlite_schema WHERE tbl_name IN ('uploads', 'entries', 'quotas')`
  const [row] = database.prepare(`SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN (${tables})`).all() as { bytes: number }[]
  database.close()
  return row?.bytes ?? Infinity
}
