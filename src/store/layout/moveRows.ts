import { randomUUID } from 'node:crypto'
import { HutongError } from '../../model/errors'
import { fieldsOf } from '../plan'
import type { Change, Collection, KeyValue } from '../port'
import type { StepWork } from './step'

const pageRows = 500

/**
 * Empties a retired collection, a page at a time: what the rows become (`into` gives it as changes) and their removal are one
 * commit, so that a step which was broken off goes on where it was. Rows that become one must be merged with what is stored
 * already: they may come in different pages.
 */
export async function moveRows<R extends object>({ store, tell }: StepWork, from: Collection<R>, into: (rows: readonly R[]) => Promise<readonly Change[]>): Promise<void> {
  const of = (await store.tally(from, { where: {}, by: [] }))[0]?.count ?? 0
  for (let done = 0; ; ) {
    tell(done, of)
    const rows = await store.find(from, { where: {}, limit: pageRows })
    if (rows.length === 0) return
    const gone = rows.map((row): Change => ({ verb: 'remove', collection: from, key: keyOf(from, row) }))
    const outcome = await store.commit(`layout:${randomUUID()}`, [...await into(rows), ...gone])
    if (!outcome.ok) throw new HutongError('STORE_BUSY', 'Somebody else writes to the database while it is migrated.', outcome.collection)
    done += rows.length
  }
}

const keyOf = <R extends object>({ key }: Collection<R>, row: R): KeyValue[] =>
  fieldsOf(key).map(({ name }) => (row as Readonly<Record<string, KeyValue>>)[name] ?? '')
