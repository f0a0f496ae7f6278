/** Who may read what is kept: its owner alone. Windows knows no such modes, and is left as it is. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

const others = 0o077
const parts = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal', '.writer', '.sock']

/**
 * Makes the folder (0700) and the files (0600) where they are missing, since SQLite gives its own the mode of the database. Those that
 * an earlier version made wider are narrowed, with a warning; of folders only one of our own, which holds nothing but the database.
 */
export function keepPrivate(database: string, warn: (message: string) => void): void {
  const folder = dirname(database)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return
  if (isWide(folder) && isOnlyFor(folder, database)) {
    chmodSync(folder, 0o700)
    warn('The folder of the database was open to other users of this machine: now it is its owner\'s alone (0700).')
  }
  for (const path of [database, `${database}.lock`]) makePrivate(path)
  const wide = parts.map(part => `${database}${part}`).filter(path => existsSync(path) && isWide(path))
  for (const path of wide) chmodSync(path, 0o600)
  if (wide.length > 0) warn('Files of the database could be read by other users of this machine: now they are their owner\'s alone (0600).')
}

/** An empty file for its owner's eyes, where there is none. */
export function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

/** Whether nobody else can reach into a folder. */
export function isPrivate(folder: string): boolean {
  const { mode, uid } = statSync(folder)
  return process.platform === 'win32' || (uid === process.getuid?.() && (mode & others) === 0)
}

/** Another owner's is not ours to change. */
function isWide(path: string): boolean {
  const { mode, uid } = statSync(path)
  return uid === process.getuid?.() && (mode & others) !== 0
}

function isOnlyFor(folder: string, database: string): boolean {
  const own = parts.map(part => `${basename(database)}${part}`)
  const names = readdirSync(folder)
  return resolve(folder) !== process.cwd() && names.includes(basename(database)) && names.every(name => own.includes(name))
}
