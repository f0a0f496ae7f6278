import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/**
 * Where the process that writes to a database listens: a Unix domain socket with a short name (they may not exceed some 100
 * bytes) that every process derives alike from the database's real path; on Windows a named pipe.
 */
export function writerAddress(database: string): string {
  const path = resolve(database)
  const hash = createHash('sha256').update(join(realpathSync(dirname(path)), basename(path))).digest('hex').slice(0, 20)
  return process.platform === 'win32' ? `\\\\.\\pipe\\hutong-${hash}` : join(tmpdir(), `hutong-${hash}.sock`)
}
