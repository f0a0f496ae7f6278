import { isHutongError } from '../../model/errors'
import { Connection } from './connection'

/**
 * The right to write to a database: the operating system's lock on a file beside it (`<database>.lock`, held through SQLite),
 * which is gone the moment that the process is, however it ends. Undefined: another process (or store) has it.
 */
export function takeLock(path: string): { release(): void } | undefined {
  const connection = new Connection(`${path}.lock`)
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    if (isHutongError(error) && error.code === 'STORE_BUSY') return undefined
    throw error
  }
  return { release: () => connection.close() }
}
