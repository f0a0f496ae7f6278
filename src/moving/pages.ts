import type { Collection, CollectionSpec, Row, Store } from '../store/port'
import { encodeRow } from './format'

/** About so many bytes are read at a time. */
const pageBytes = 4_000_000
const mostRows = 1000
/** Rows that hold bytes may each be 16 MB. */
const mostRowsWithBytes = 32

export interface Page { readonly rows: readonly Row[]; readonly lines: readonly string[] }

/** All rows of a collection behind `after` in order of their keys, a page at a time, each also as the line that an export has of it. */
export async function* pagesOf(store: Store, spec: CollectionSpec, after?: Row): AsyncGenerator<Page> {
  const most = spec.bytes ? mostRowsWithBytes : mostRows
  let limit = spec.bytes ? 2 : 100
  let last = after
  for (;;) {
    const rows = await store.find(spec as Collection<Row>, { where: {}, limit, ...(last && { after: last }) })
    if (rows.length === 0) return
    last = rows.at(-1)
    const lines = rows.map(row => encodeRow(spec, row))
    const size = lines.reduce((sum, line) => sum + line.length, 0)
    limit = Math.max(1, Math.min(most, Math.floor(pageBytes * rows.length / size)))
    yield { rows, lines }
  }
}

export async function countOf(store: Store, spec: CollectionSpec): Promise<number> {
  return (await store.tally(spec, { where: {}, by: [] }))[0]?.count ?? 0
}
