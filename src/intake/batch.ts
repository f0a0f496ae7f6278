import { LRUCache } from 'lru-cache'
import { entries, uploads } from '../store/collections'
import type { EntryRow, UploadRow } from '../store/collections'
import type { Store } from '../store/port'

/** Records of one round, and their bytes: what one round may hold in memory. */
const roundRecords = 400
const roundBytes = 16_000_000
const cacheBytes = 32_000_000
const uploadsPerRead = 32

export interface Batches {
  /** The oldest records that wait in each of the lanes, in journal order. */
  next(lanes: readonly number[]): Promise<EntryRow[]>
  /** Each row with its bytes, as they are at hand: uploads are read a few at a time. */
  read(rows: readonly EntryRow[]): AsyncGenerator<{ row: EntryRow; piece?: { bytes: Uint8Array; context: UploadRow['context'] } }>
}

export function createBatches(store: Store): Batches {
  const cache = new LRUCache<string, UploadRow>({ maxSize: cacheBytes, sizeCalculation: row => row.size + 1000 })
  let lanesAtWork = 1

  async function loadUploads(rows: readonly EntryRow[]): Promise<Map<string, UploadRow>> {
    const loaded = new Map<string, UploadRow>()
    const missing = new Set<string>()
    for (const { upload } of rows) {
      const row = cache.get(upload)
      if (row) loaded.set(upload, row)
      else missing.add(upload)
    }
    for (const row of missing.size ? await store.getMany(uploads, [...missing].map(upload => [upload])) : []) {
      loaded.set(row.upload, row)
      if (row.size < cacheBytes) cache.set(row.upload, row)
    }
    return loaded
  }

  return {
    async next(lanes) {
      const limit = Math.max(4, Math.floor(roundRecords / lanesAtWork))
      const found = await store.find(entries, { where: { status: 'received', lane: { in: lanes } }, limit })
      lanesAtWork = Math.max(1, new Set(found.map(row => row.lane)).size)
      const rows = found.toSorted((a, b) => a.arrival < b.arrival ? -1 : 1).slice(0, roundRecords)
      let bytes = 0
      const fitting = rows.findIndex(row => (bytes += row.end - row.start) > roundBytes)
      return fitting < 0 ? rows : rows.slice(0, Math.max(1, fitting))
    },
    async* read(rows) {
      for (let at = 0; at < rows.length; at += uploadsPerRead) {
        const part = rows.slice(at, at + uploadsPerRead)
        const loaded = await loadUploads(part)
        for (const row of part) {
          const upload = loaded.get(row.upload)
          yield upload ? { row, piece: { bytes: upload.bytes.subarray(row.start, row.end), context: upload.context } } : { row }
        }
      }
    },
  }
}
