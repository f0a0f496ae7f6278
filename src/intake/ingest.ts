import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { HutongError } from '../model/errors'
import type { Journal } from './journal'
import type { Outcome, RecordError } from './ports'

export interface IngestProgress {
  readonly file: string
  /** Bytes read of this file so far, and its size, both as it lies on the disk. */
  readonly bytes: number
  readonly size: number
  readonly records: number
}

export interface IngestSummary {
  readonly files: number
  readonly bytes: number
  readonly records: number
  readonly accepted: number
  readonly duplicate: number
  readonly refused: number
  /** Accepted, but unreadable: they go into quarantine. */
  readonly unreadable: number
  /** The first refused and unreadable records. */
  readonly errors: readonly (RecordError & { readonly file: string; readonly record: number })[]
}

const errorLimit = 100

/**
 * Puts files into the journal, one after another, as streams; `.gz` is unpacked on the way. The name an upload comes
 * under is the file's. Throws the journal's errors, and BAD_ARGUMENT for a file that cannot be read.
 */
export async function ingestFiles({ journal, source, files, arrivedAt, progress }: {
  journal: Journal
  source: string
  files: readonly string[]
  arrivedAt?: string
  progress?: (progress: IngestProgress) => void
}): Promise<IngestSummary> {
  const summary = { files: 0, bytes: 0, records: 0, accepted: 0, duplicate: 0, refused: 0, unreadable: 0, errors: [] as IngestSummary['errors'][number][] }
  for (const file of files) {
    const { size } = await stat(file).catch(() => { throw unreadable(file) })
    let records = 0
    const { chunks, bytesRead } = openFile(file)
    const context = { name: basename(file).replace(/\.gz$/i, '') }
    for await (const outcomes of journal.appendStream({ source, chunks, context, ...(arrivedAt !== undefined && { arrivedAt }) })) {
      for (const outcome of outcomes) count(summary, outcome, { file, record: (records += 1) })
      progress?.({ file, bytes: bytesRead(), size, records })
    }
    summary.files += 1
    summary.bytes += size
  }
  return summary
}

function count(summary: { -readonly [K in keyof IngestSummary]: IngestSummary[K] }, { outcome, error }: Outcome, where: { file: string; record: number }): void {
  summary.records += 1
  summary[outcome] += 1
  if (!error) return
  if (outcome !== 'refused') summary.unreadable += 1
  if (summary.errors.length < errorLimit) summary.errors = [...summary.errors, { ...error, ...where }]
}

function openFile(file: string): { chunks: AsyncIterable<Uint8Array>; bytesRead: () => number } {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 })
  const stream = /\.gz$/i.test(file) ? pipeline(raw, createGunzip(), () => {}) : raw
  return { chunks: readChunks(stream, file), bytesRead: () => raw.bytesRead }
}

async function* readChunks(stream: Readable, file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch {
    throw unreadable(file)
  }
}

const unreadable = (file: string): HutongError =>
  new HutongError('BAD_ARGUMENT', 'The file cannot be read.', basename(file))
