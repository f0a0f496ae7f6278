import { HutongError } from '../model/errors'
import { newestLayout } from '../store/layout'
import type { CollectionSpec, Row, Store } from '../store/port'
import { compareKeys, keyOf, manifestName, type Manifest } from './format'
import { checkExport, collectionsOf, isSameRow, specOf, type ImportOptions } from './import'
import { readRows } from './lines'
import { pagesOf } from './pages'

/**
 * Compares a store with an export, row by row. Throws as `checkExport`, and CONFLICT with file and line where a row is
 * missing, differs, or is in the store alone.
 */
export async function verifyStore(options: ImportOptions): Promise<Manifest> {
  const { store, folder, progress, steps } = options
  const manifest = await checkExport(options)
  if (manifest.layout !== newestLayout(steps)) {
    throw new HutongError('CONFIGURATION', `The export has layout ${manifest.layout}: what came from it was migrated, and is not the same row by row.`, manifestName)
  }
  const known = collectionsOf(manifest, options)
  for (const exported of manifest.files) {
    const spec = specOf(exported, known)
    const kept = rowsOf(store, spec)
    let rows = 0
    for await (const { row, text, place } of readRows(folder, exported, spec)) {
      const { value: there } = await kept.next()
      const order = there ? compareKeys(spec, keyOf(spec, there), keyOf(spec, row)) : 1
      if (order > 0) throw new HutongError('CONFLICT', 'The store lacks this row.', place)
      if (order < 0) throw new HutongError('CONFLICT', 'The store has a row before this one that the export lacks.', place)
      if (there && !isSameRow(spec, there, text)) throw new HutongError('CONFLICT', 'The row is another one in the store.', place)
      rows += 1
      if (rows % 1000 === 0 || rows === exported.rows) progress?.({ doing: 'compare', collection: spec.name, rows, of: exported.rows })
    }
    if (!(await kept.next()).done) throw new HutongError('CONFLICT', 'The store has rows that the export lacks.', `${exported.file}:${rows}`)
  }
  return manifest
}

async function* rowsOf(store: Store, spec: CollectionSpec): AsyncGenerator<Row, undefined> {
  for await (const { rows } of pagesOf(store, spec)) yield* rows
  return undefined
}
