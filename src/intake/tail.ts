import { contentHash } from '../model/ids'
import { entries, uploads } from '../store/collections'
import type { EntryRow, UploadRow } from '../store/collections'
import type { Store } from '../store/port'

/** So many of the newest entries are looked at, in uploads of so many bytes together: well under a second. */
const newest = 20
const mostBytes = 64 * 1024 * 1024

/** The key of an upload, as it was kept (entries.ts). */
const uploadHash = ({ source, context, bytes }: Pick<UploadRow, 'source' | 'context' | 'bytes'>): string =>
  contentHash([source, JSON.stringify(context), bytes])

export interface Tail {
  readonly checked: number
  /** Entries of which the bytes are not there, or are not those that came. */
  readonly missing: readonly string[]
  readonly damaged: readonly string[]
}

/** Looks whether the newest entries of the journal have their bytes, and whether these are the ones that came: what a disk or a lost write-ahead log harms first. */
export async function checkTail({ store, sources }: { readonly store: Store; readonly sources: readonly string[] }): Promise<Tail> {
  const found = await Promise.all(sources.map(source => store.find(entries, { where: { source, arrival: {} }, order: 'backward', limit: newest })))
  const tail = found.flat().toSorted((one, other) => one.arrival < other.arrival ? 1 : -1).slice(0, newest)
  const judged = new Map<string, 'whole' | 'missing' | 'damaged'>()
  let read = 0
  for (const { upload } of tail) {
    if (judged.has(upload) || read > mostBytes) continue
    const row = await store.get(uploads, [upload])
    judged.set(upload, !row ? 'missing' : uploadHash(row) === upload ? 'whole' : 'damaged')
    read += row?.size ?? 0
  }
  const those = (state: string): string[] => tail.filter(({ upload }: EntryRow) => judged.get(upload) === state).map(({ entry }) => entry)
  return { checked: tail.filter(({ upload }) => judged.has(upload)).length, missing: those('missing'), damaged: those('damaged') }
}
