import type { Log } from '../operation/log'
import { newestLayout, openStore, type StoreOptions } from '../store'
import type { Store } from '../store/port'
import { printError, progressBar } from './output'

/** Opens a store; where its layout is an older one, whoever watches sees how far the migration has come, and the log has one line. */
export async function openMigrated(database: string, options: StoreOptions, { log, progress = true }: { log?: Log; progress?: boolean }): Promise<Store> {
  const bar = progressBar(progress)
  const begun = Date.now()
  let migrated = false
  try {
    const store = await openStore(database, {
      ...options,
      onWarning: message => log ? log.warn({}, message) : printError(`hutong: ${message}`),
      onMigration({ to, doing, done, of }) {
        migrated = true
        bar.update(`layout ${to}: ${doing}`, done, of, done)
      },
    })
    if (migrated) log?.info({ layout: newestLayout(), seconds: Math.round((Date.now() - begun) / 1000) }, 'the database was brought to its layout')
    return store
  } finally {
    bar.stop()
  }
}
