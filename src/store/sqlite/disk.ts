/** What an operator must know of the disk: told when it fails, and looked at before a file is opened. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { HutongError } from '../../model/errors'
import type { Connection } from './connection'

/** Milliseconds for which a cause is not told again. */
const quiet = 10 * 60_000
/** A file up to so many bytes is read whole at start: some hundred milliseconds. */
const quicklyRead = 32 * 1024 * 1024

/** Tells once for each cause what failed, and where, however many requests meet it. */
export function diskTeller(database: string, warn: (message: string) => void, now: () => number = Date.now): (cause: string) => void {
  const told = new Map<string, number>()
  return cause => {
    if (now() - (told.get(cause) ?? -Infinity) < quiet) return
    told.set(cause, now())
    warn(`The database cannot be read or written (${cause}): ${dirname(database)}, ${freeBytes(database)}.`)
  }
}

function freeBytes(database: string): string {
  try {
    const { bavail, bsize } = statfsSync(dirname(database))
    return `${bavail * bsize} bytes free on its disk`
  } catch {
    return 'whose disk cannot be asked'
  }
}

const magic = 'SQLite format 3\0'
const damaged = (what: string): HutongError =>
  new HutongError('STORE_UNAVAILABLE', `${what} Put a backup in its place (hutong restore): senders send again what is newer.`, 'database')

/**
 * Looks at the head of a file before anything is written to it: what it is, and that it is as long as it says. A write-ahead log
 * that is there may mend the length. Throws STORE_UNAVAILABLE.
 */
export function checkHead(database: string): void {
  if (!existsSync(database) || statSync(database).size === 0) return
  const file = openSync(database, 'r')
  try {
    const head = Buffer.alloc(100)
    const read = readSync(file, head, 0, 100, 0)
    if (read < 100 || head.toString('latin1', 0, 16) !== magic) throw damaged('The file is no SQLite database, or its head is damaged.')
    const stored = head.readUInt16BE(16)
    const page = stored === 1 ? 65_536 : stored
    if (page < 512 || (page & (page - 1)) !== 0) throw damaged('The head of the database is damaged.')
    if (hasLog(database)) return
    const { size } = fstatSync(file)
    // The count of pages holds where both counters of changes agree (https://sqlite.org/fileformat2.html#in_header_database_size).
    const pages = head.readUInt32BE(24) === head.readUInt32BE(92) ? head.readUInt32BE(28) : 0
    if (size % page !== 0 || size < pages * page) throw damaged('The database is shorter than it should be.')
  } finally {
    closeSync(file)
  }
}

const hasLog = (database: string): boolean => existsSync(`${database}-wal`) && statSync(`${database}-wal`).size > 0

/**
 * Whether the last process that wrote was stopped in the middle, and what it had written but not yet put in its place is gone: the
 * `-wal` file beside the database. It is asked before the database is opened, which makes a new one.
 */
export function warnOfLostLog(database: string, { endedCleanly }: { readonly endedCleanly: boolean }, warn: (message: string) => void): void {
  if (endedCleanly || existsSync(`${database}-wal`)) return
  warn('The last process did not end cleanly, and its write-ahead log (-wal) is gone. Was the database moved without it? What was acknowledged last may be '
    + 'missing: bring the -wal file back before anything is written, restore a backup, or let the senders send the last hours again.')
}

/** Small files are checked whole. Throws STORE_UNAVAILABLE. */
export function checkPages(connection: Connection, database: string): void {
  if (statSync(database).size > quicklyRead) return
  const found = connection.first('PRAGMA quick_check(1)')?.['quick_check']
  if (found !== 'ok') throw damaged('The database is damaged.')
}
