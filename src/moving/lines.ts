import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { CollectionSpec, Row } from '../store/port'
import { compareKeys, damaged, decodeRow, keyOf, type ExportedFile } from './format'

const newline = 0x0a
/** A row of 16 MB whose bytes are base64 is some 23 MB. */
const longestLine = 64 * 1024 * 1024

export interface Line { readonly row: Row; readonly text: string; readonly place: string }

/**
 * The rows of a file, one after another. Throws EXPORT_DAMAGED with file and line where a line is no row, rows do not
 * stand in order of their keys, or there are fewer or more of them than the manifest says.
 */
export async function* readRows(folder: string, exported: ExportedFile, spec: CollectionSpec): AsyncGenerator<Line> {
  let count = 0
  let before: Row | undefined
  const place = (): string => `${exported.file}:${count}`
  for await (const text of readLines(folder, exported.file)) {
    count += 1
    if (count > exported.rows) throw damaged(place(), `The file has more lines than the ${exported.rows} of the manifest.`)
    const row = decodeRow(spec, text, place())
    if (before && compareKeys(spec, keyOf(spec, before), keyOf(spec, row)) >= 0) throw damaged(place(), 'The row is not in its order.')
    before = row
    yield { row, text, place: place() }
  }
  if (count < exported.rows) throw damaged(place(), `The file ends here, with ${exported.rows - count} of ${exported.rows} lines missing.`)
}

/** Whether the file is, byte for byte, what the manifest says. */
export async function isIntact(folder: string, { file, bytes, sha256 }: ExportedFile): Promise<boolean> {
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of createReadStream(join(folder, file), { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Uint8Array)
      size += (chunk as Uint8Array).byteLength
    }
  } catch {
    throw damaged(file, 'The file is missing or cannot be read.')
  }
  return size === bytes && hash.digest('hex') === sha256
}

async function* readLines(folder: string, file: string): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let held = 0
  let line = 0
  for await (const chunk of chunksOf(folder, file, () => line)) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      line += 1
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString()
      parts = []
      held = 0
      start = end + 1
    }
    parts.push(chunk.subarray(start))
    held += chunk.byteLength - start
    if (held > longestLine) throw damaged(`${file}:${line + 1}`, 'The line is longer than a row can be.')
  }
  if (held > 0) throw damaged(`${file}:${line + 1}`, 'The file ends in the middle of a line.')
}

async function* chunksOf(folder: string, file: string, line: () => number): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(join(folder, file), { highWaterMark: 1024 * 1024 })
  const stream: Readable = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw
  const chunks = stream[Symbol.asyncIterator]()
  for (;;) {
    const next = await chunks.next().catch(() => {
      throw damaged(`${file}:${line() + 1}`, 'The file cannot be read any further.')
    }) as IteratorResult<Uint8Array>
    if (next.done) return
    yield next.value
  }
}
