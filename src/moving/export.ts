import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HutongError } from '../model/errors'
import { collections as allCollections, entries } from '../store/collections'
import { newestLayout, type Step } from '../store/layout'
import type { CollectionSpec, Store } from '../store/port'
import { idOf, keyRowOf, manifestName, specHash, type ExportedFile, type Manifest, type Progress } from './format'
import { writeWhole } from './files'
import { openLineFile } from './lineFile'
import { countOf, pagesOf } from './pages'
import { dropPosition, readPosition, savePosition, type Position } from './position'
import { stateOf, type Stillness } from './still'

export interface ExportOptions {
  readonly store: Store
  /** Made where it is missing; must be empty, or hold an export that broke off. */
  readonly folder: string
  /** Nobody works the journal meanwhile: see `holdStill`. */
  readonly still: Stillness
  readonly gzip?: boolean
  /** Throws away what an export before has left in the folder. */
  readonly restart?: boolean
  readonly collections?: readonly CollectionSpec[]
  readonly steps?: readonly Step[]
  readonly progress?: Progress
  /** What was written is made durable after about so many bytes: what a crash costs. Default: 32 MB. */
  readonly saveEvery?: number
  readonly now?: () => Date
}

/**
 * Writes every row of every collection to files, in order of their keys, and the manifest last. One that broke off goes on
 * where it was; CONFLICT where the store was worked in between, CONFIGURATION where the folder holds something else.
 * Entries go first: a record that is accepted meanwhile is in the export whole or not at all.
 */
export async function exportStore(options: ExportOptions): Promise<Manifest> {
  const { store, folder, collections = allCollections, now = () => new Date() } = options
  const begun = await beginOrGoOn(options)
  const files = [...begun.done]
  for (const spec of [...collections].toSorted((a, b) => Number(b.name === entries.name) - Number(a.name === entries.name))) {
    if (files.some(({ collection }) => collection === spec.name)) continue
    files.push(await exportCollection(spec, { ...begun, done: files }, options))
    await savePosition(folder, { ...begun, done: files, current: undefined })
  }
  if (await stateOf(store) !== begun.state) throw moved()
  const manifest: Manifest = { format: 'hutong-export', version: 1, layout: newestLayout(options.steps), id: idOf(files), exportedAt: now().toISOString(), files }
  await writeWhole(join(folder, manifestName), JSON.stringify(manifest, null, 2))
  await dropPosition(folder)
  return manifest
}

async function beginOrGoOn({ store, folder, gzip = false, restart, steps }: ExportOptions): Promise<Position> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (restart) await removeExport(folder)
  const position = await readPosition(folder)
  const state = await stateOf(store)
  if (!position) {
    if ((await readdir(folder)).some(name => !name.endsWith('.new'))) {
      throw new HutongError('CONFIGURATION', 'The folder is not empty: name an empty one, or a new one.', folder)
    }
    const first = { version: 1 as const, layout: newestLayout(steps), state, gzip, done: [] }
    await savePosition(folder, first)
    return first
  }
  if (position.layout !== newestLayout(steps)) {
    throw new HutongError('CONFLICT', 'The database was migrated since this export began: begin it anew with --restart.')
  }
  if (position.state !== state) throw moved()
  return position
}

const moved = (): HutongError =>
  new HutongError('CONFLICT', 'Records were worked since this export began: begin it anew with --restart.')

/** Only an export's own files: a folder that was named by mistake keeps what is its own. */
async function removeExport(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^(manifest|position)\.json(\.new)?$|\.ndjson(\.gz)?$/.test(name)) await rm(join(folder, name))
  }
}

async function exportCollection(spec: CollectionSpec, position: Position, options: ExportOptions): Promise<ExportedFile> {
  const { store, folder, still, progress, saveEvery = 32_000_000 } = options
  const name = `${spec.name}.ndjson${position.gzip ? '.gz' : ''}`
  const begun = position.current?.collection === spec.name ? position.current : undefined
  const file = await openLineFile(join(folder, name), { gzip: position.gzip, keep: begun?.bytes ?? 0 })
  try {
    const of = await countOf(store, spec)
    let rows = begun?.rows ?? 0
    let saved = file.bytes()
    progress?.({ doing: 'export', collection: spec.name, rows, of })
    for await (const page of pagesOf(store, spec, begun?.after)) {
      still.check()
      await file.write(page.lines)
      rows += page.rows.length
      progress?.({ doing: 'export', collection: spec.name, rows, of })
      if (file.bytes() - saved < saveEvery) continue
      await file.sync()
      saved = file.bytes()
      const after = keyRowOf(spec, page.rows.at(-1) ?? {})
      await savePosition(folder, { ...position, current: { collection: spec.name, rows, bytes: saved, after } })
    }
    await file.sync()
    return { collection: spec.name, spec: specHash(spec), file: name, rows, bytes: file.bytes(), sha256: file.sha256() }
  } finally {
    await file.close()
  }
}
