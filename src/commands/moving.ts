import { existsSync } from 'node:fs'
import { HutongError, isHutongError } from '../model/errors'
import { still, holdStill } from '../moving'
import type { Manifest, MovingProgress, Progress, Stillness } from '../moving'
import { sqlitePath } from '../store'
import type { Store } from '../store/port'
import { openMigrated } from './migration'
import { print, printJson, progressBar } from './output'

export interface MovingOptions {
  readonly database: string
  readonly progress: boolean
  readonly json?: boolean
}

/** A store that this process alone works: on SQLite by the file's lock, else by the lanes, which `hold` takes. */
export async function withStore<T>({ database, mustExist, progress, layout }: {
  database: string
  mustExist: boolean
  progress: boolean
  /** Of what an empty database is to take: see `StoreOptions`. */
  layout?: number
}, action: (store: Store, hold: () => Promise<Stillness>) => Promise<T>): Promise<T> {
  const file = sqlitePath(database)
  if (mustExist && file !== undefined && !existsSync(file)) throw new HutongError('NOT_FOUND', 'There is no such database.', '--database')
  const store = await openMigrated(database, { role: 'writer', layout }, { progress }).catch((error: unknown) => {
    if (!isHutongError(error) || error.code !== 'STORE_BUSY') throw error
    throw new HutongError('STORE_BUSY', 'a gateway has this database: stop it, or take a copy with hutong backup and use that', '--database')
  })
  try {
    return await action(store, async () => file === undefined ? holdStill(store) : still)
  } finally {
    await store.close()
  }
}

/** A bar for each collection. */
export function movingBar(shown: boolean): { progress: Progress; stop: () => void } {
  const bar = progressBar(shown)
  const progress = ({ doing, collection, rows, of }: MovingProgress): void => bar.update(`${doing} ${collection}`, rows, of, rows)
  return { progress, stop: () => bar.stop() }
}

export function report(manifest: Manifest, folder: string, json: boolean | undefined, what: string): void {
  if (json) return printJson(manifest)
  const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
  print(`${rows} rows of ${manifest.files.length} collections ${what} ${folder}`)
}
