import type { Identity } from '../identity/api'
import { entries } from '../store/collections'
import type { EntryRow } from '../store/collections'
import type { Store } from '../store/port'
import { contentHash } from '../model/ids'

const rowsPerCommit = 200

/** The patients have arrived: what waited for them is mapped, unless it waits for another still; who came meanwhile is looked at again. Safe to repeat. */
export async function settlePending(patients: readonly string[], { store, identity }: { store: Store; identity: Identity }): Promise<void> {
  const arrived = new Set(patients)
  let left = patients
  while (left.length) {
    const rows = await store.find(entries, { where: { patient: { in: left }, status: 'pending' }, limit: rowsPerCommit })
    if (!rows.length) return
    const settled = await Promise.all(rows.map(row => settle(row, arrived, identity)))
    const id = contentHash([...patients, ...settled.map(row => `${row.entry}/${row.attempts}/${row.status}/${row.patient}`)])
    await store.commit(`settle:${id}`,
      settled.map(row => ({ verb: 'put', collection: entries, row })))
    left = [...new Set([...rows.map(row => row.patient), ...await arrivedMeanwhile(settled, identity)])]
  }
}

/** Another worker may have seen a patient arrive after these records were found to wait and before that was written down. */
export async function arrivedMeanwhile(marked: readonly EntryRow[], identity: Identity): Promise<string[]> {
  const awaited = new Set(marked.flatMap(({ status, waitsFor }) => status === 'pending' ? waitsFor ?? [] : []))
  const arrived = await Promise.all([...awaited].map(async patient => await identity.residentOf(patient) === undefined ? [] : [patient]))
  return arrived.flat()
}

async function settle(row: EntryRow, arrived: ReadonlySet<string>, identity: Identity): Promise<EntryRow> {
  const waitsFor: string[] = []
  for (const patient of row.waitsFor ?? []) {
    if (!arrived.has(patient) && await identity.residentOf(patient) === undefined) waitsFor.push(patient)
  }
  const { waitsFor: _, ...rest } = row
  const next = waitsFor[0]
  return next === undefined ? { ...rest, status: 'mapped' } : { ...rest, patient: next, waitsFor }
}

/** Whoever takes lanes over looks at what waits there: its last holder may have died before it saw that the patients had come. */
export async function settleLanes(lanes: readonly number[], { store, identity }: { store: Store; identity: Identity }): Promise<void> {
  for (const lane of lanes) {
    for (let after: EntryRow | undefined; ;) {
      const rows: EntryRow[] = await store.find(entries, { where: { status: 'pending', lane }, limit: rowsPerCommit, ...after && { after } })
      await settlePending(await arrivedMeanwhile(rows, identity), { store, identity })
      after = rows.at(-1)
      if (!after || rows.length < rowsPerCommit) break
    }
  }
}
