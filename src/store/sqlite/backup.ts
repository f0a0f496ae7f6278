/** A copy of a database while it is written to, and back. */
import { closeSync, copyFileSync, constants, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, chmodSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HutongError } from '../../model/errors'
import { firstLayout, steps, stepsFrom } from '../layout'
import { makePrivate } from '../private'
import { Connection } from './connection'
import { storedLayout } from './layout'
import { takeLock } from './lock'

/**
 * Copies the database as it is at this instant, in one read transaction, while others read and write; they are not held up,
 * but their write-ahead log grows until it is done. The copy is checked, then takes its name. Blocks the process: for a command
 * of its own. Returns the copy's bytes. Throws NOT_FOUND, CONFIGURATION (the file exists, or is no database of Hutong, or a newer version's), and the store's errors.
 */
export function backupSqlite(database: string, to: string): { readonly bytes: number } {
  const [from, target] = [resolve(database), resolve(to)]
  if (!existsSync(from)) throw new HutongError('NOT_FOUND', 'There is no such database.', database)
  refuseExisting(target, 'The file exists: a backup never overwrites another.')
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  return madeBeside(target, beside => {
    const connection = new Connection(from)
    try {
      requireOurs(connection, database)
      connection.first('PRAGMA busy_timeout = 5000')
      connection.run('VACUUM INTO ?', [beside])
    } finally {
      connection.close()
    }
  })
}

/**
 * Puts a backup where there is no database yet. Throws NOT_FOUND (no such backup), STORE_BUSY (a process holds the database),
 * CONFIGURATION (there is a database, or parts of one, or the backup is none of Hutong's, or a newer version's), STORE_UNAVAILABLE (the backup is damaged).
 */
export function restoreSqlite(backup: string, database: string): { readonly bytes: number } {
  const [from, target] = [resolve(backup), resolve(database)]
  if (!existsSync(from)) throw new HutongError('NOT_FOUND', 'There is no such backup.', backup)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  makePrivate(`${target}.lock`)
  const lock = takeLock(target)
  if (!lock) throw new HutongError('STORE_BUSY', 'Another process holds this database.', database)
  try {
    for (const part of [target, `${target}-wal`, `${target}-journal`]) refuseExisting(part, 'There is a database already: restore never overwrites one.')
    return madeBeside(target, beside => copyFileSync(from, beside, constants.COPYFILE_FICLONE))
  } finally {
    lock.release()
  }
}

/** Made under another name, checked, and durable before it has its own: what has the name is whole. */
function madeBeside(target: string, make: (beside: string) => void): { readonly bytes: number } {
  const beside = `${target}.partial`
  removeDatabase(beside)
  try {
    makePrivate(beside)
    make(beside)
    chmodSync(beside, 0o600)
    checkIntegrity(beside, target)
    sync(beside)
    renameSync(beside, target)
    if (process.platform !== 'win32') sync(dirname(target))
    return { bytes: statSync(target).size }
  } finally {
    removeDatabase(beside)
  }
}

function checkIntegrity(path: string, place: string): void {
  const connection = new Connection(path)
  try {
    requireOurs(connection, place)
    const problems = connection.all('PRAGMA integrity_check(1)')
    if (problems[0]?.['integrity_check'] !== 'ok') throw new HutongError('STORE_UNAVAILABLE', 'The copy is damaged.', place)
  } finally {
    connection.close()
  }
}

function requireOurs(connection: Connection, place: string): void {
  const ours = connection.first("SELECT 1 AS ours FROM sqlite_schema WHERE name = 'hutong_layout'")
  if (!ours) throw new HutongError('CONFIGURATION', 'This is no database of Hutong.', place)
  stepsFrom(storedLayout(connection)?.number ?? firstLayout, steps)
}

function refuseExisting(path: string, message: string): void {
  if (existsSync(path)) throw new HutongError('CONFIGURATION', message, path)
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true })
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
