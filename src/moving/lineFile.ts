import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip as zip } from 'node:zlib'
import { ownerOnly } from './files'
import { damaged } from './format'

const compress = promisify(zip)

/** A file of lines that grows, and can be cut back to any place at which a write ended. */
export interface LineFile {
  /** Each write is a gzip member of its own: a file of several is read as one. */
  write(lines: readonly string[]): Promise<void>
  /** What was written is on the disk. */
  sync(): Promise<void>
  bytes(): number
  sha256(): string
  close(): Promise<void>
}

/** Keeps the first `keep` bytes of what is there. Throws EXPORT_DAMAGED where the file is shorter than that. */
export async function openLineFile(path: string, { gzip, keep }: { gzip: boolean; keep: number }): Promise<LineFile> {
  const hash = createHash('sha256')
  let size = 0
  if (keep > 0) {
    for await (const chunk of createReadStream(path, { end: keep - 1 })) {
      hash.update(chunk as Uint8Array)
      size += (chunk as Uint8Array).byteLength
    }
    if (size < keep) throw damaged(path, 'The file is shorter than it was when the export broke off: begin it anew with --restart.')
  }
  const file = await open(path, keep > 0 ? 'r+' : 'w', ownerOnly)
  await file.truncate(keep)
  async function write(lines: readonly string[]): Promise<void> {
    const text = Buffer.from(lines.map(line => `${line}\n`).join(''))
    const bytes = gzip ? await compress(text) : text
    for (let done = 0; done < bytes.byteLength;) done += (await file.write(bytes, done, bytes.byteLength - done, size + done)).bytesWritten
    hash.update(bytes)
    size += bytes.byteLength
  }
  if (keep === 0) await write([])
  return {
    write,
    sync: () => file.sync(),
    bytes: () => size,
    sha256: () => hash.copy().digest('hex'),
    close: () => file.close(),
  }
}
