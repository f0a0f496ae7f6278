/**
 * Where the process that writes to a database and the others meet. `<database>.writer` (0600) holds the address and a key that both
 * sides prove: whoever cannot read that file neither takes writes nor gives them.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, lstatSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isPrivate } from '../private'

export interface Meeting {
  readonly address: string
  /** Hex. */
  readonly key: string
}

const madeName = 'hutong-writer-'
/** Bytes of a socket's path that every system takes. */
const longestPath = 100
const onWindows = process.platform === 'win32'

/**
 * Only for the process that holds the database's lock. The socket stands in a folder that its owner alone can enter: the
 * database's, or where that is open to others or its path is too long a fresh one (on Windows: a named pipe).
 */
export function arrangeMeeting(database: string): Meeting & { end(): void } {
  endMeeting(database)
  const key = randomBytes(32).toString('hex')
  const address = addressFor(database)
  const note = noteOf(database)
  rmSync(`${note}.new`, { force: true })
  writeFileSync(`${note}.new`, JSON.stringify({ address, key }), { flag: 'wx', mode: 0o600 })
  renameSync(`${note}.new`, note)
  return { address, key, end: () => endMeeting(database) }
}

/** Whether a process that wrote left without ending its meeting: it did not end cleanly. */
export const wasMeeting = (database: string): boolean => isOwn(noteOf(database), 'file')

/** Undefined where nobody writes, or where what is noted is not to be trusted: another user's, or open to others. */
export function findMeeting(database: string): Meeting | undefined {
  const meeting = readNote(database)
  if (!meeting || onWindows) return meeting
  return isOwn(dirname(meeting.address), 'folder') && isOwn(meeting.address, 'socket') ? meeting : undefined
}

/** What one side says to the nonce of the other, so that neither learns the key. */
export const proofOf = (key: string, side: 'writer' | 'other', nonce: string): string =>
  createHmac('sha256', Buffer.from(key, 'hex')).update(`${side} ${nonce}`).digest('hex')

export const isProof = (told: unknown, expected: string): boolean =>
  typeof told === 'string' && told.length === expected.length && timingSafeEqual(Buffer.from(told), Buffer.from(expected))

const noteOf = (database: string): string => `${database}.writer`

function addressFor(database: string): string {
  const folder = realpathSync(dirname(database))
  if (onWindows) return `\\\\.\\pipe\\hutong-${createHash('sha256').update(join(folder, basename(database))).digest('hex').slice(0, 20)}`
  const beside = join(folder, `${basename(database)}.sock`)
  if (isPrivate(folder) && Buffer.byteLength(beside) <= longestPath) return beside
  const fresh = mkdtempSync(join(realpathSync(tmpdir()), madeName))
  chmodSync(fresh, 0o700)
  return join(fresh, 'writer.sock')
}

/** What the last one left, too: a folder that was made for a socket goes with it. */
function endMeeting(database: string): void {
  const address = readNote(database)?.address
  rmSync(noteOf(database), { force: true })
  if (address === undefined || onWindows) return
  rmSync(address, { force: true })
  const made = dirname(address)
  if (basename(made).startsWith(madeName) && dirname(made) === realpathSync(tmpdir()) && isOwn(made, 'folder')) rmdirSync(made)
}

/** Undefined, too, for what a loss of power left of it: nobody writes there. */
function readNote(database: string): Meeting | undefined {
  const note = noteOf(database)
  if (!isOwn(note, 'file')) return undefined
  try {
    const { address, key } = (JSON.parse(readFileSync(note, 'utf8')) ?? {}) as Partial<Meeting>
    return typeof address === 'string' && typeof key === 'string' ? { address, key } : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Ours (or root's), of the kind that it should be, and nobody else can open it. */
function isOwn(path: string, kind: 'file' | 'folder' | 'socket'): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return false
  const fits = kind === 'file' ? stat.isFile() : kind === 'folder' ? stat.isDirectory() : stat.isSocket()
  return fits && (onWindows || ((stat.uid === process.getuid?.() || stat.uid === 0) && (stat.mode & 0o077) === 0))
}
