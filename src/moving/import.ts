import { isDeepStrictEqual } from 'node:util'
import { HutongError } from '../model/errors'
import { collections as allCollections, entries, lanes } from '../store/collections'
import { stepsFrom, steps as allSteps, withRetired, type Step } from '../store/layout'
import type { Change, Collection, CollectionSpec, Row, Store } from '../store/port'
import { damaged, encodeRow, keyOf, manifestName, readManifest, specHash, type ExportedFile, type Manifest, type Progress } from './format'
import { isIntact, readRows, type Line } from './lines'
import { countOf } from './pages'
import { holdStill, still, type Stillness } from './still'

export interface ImportOptions {
  /** Of the export's layout: see `layoutOfExport`. */
  readonly store: Store
  readonly folder: string
  readonly collections?: readonly CollectionSpec[]
  readonly steps?: readonly Step[]
  readonly progress?: Progress
}

/** One commit of an import: its lines stand in the file from `first` on. */
interface Batch { readonly first: number; readonly lines: readonly Line[] }

/** Of one commit, and commits at a time. */
const batchRows = 500
const batchBytes = 4_000_000
const atOnce = 4

/**
 * Brings an export into an empty store, or goes on with one that broke off there: every commit is named by what it holds, so
 * that none is applied twice. The files are checked before the first row is written, the counts when the last one is.
 * An export of an earlier layout goes into a store that was opened for it, and is migrated when that is opened next.
 * Throws NOT_FOUND, EXPORT_DAMAGED (file and line), CONFIGURATION (another version's export), CONFLICT (the store is not empty,
 * or holds another row under a key).
 */
export async function importStore(options: ImportOptions): Promise<Manifest> {
  const { store } = options
  const manifest = await checkExport(options)
  const moves = orderedMoves(manifest, options)
  await begin(store, manifest, moves.map(({ spec }) => spec))
  const first = moves.filter(({ spec }) => spec.name === lanes.name)
  for (const { exported, spec } of first) await importCollection(exported, spec, { ...options, manifest, held: still })
  const held = await holdStill(store, { token: `import:${manifest.id}` })
  try {
    for (const { exported, spec } of moves.slice(first.length)) await importCollection(exported, spec, { ...options, manifest, held })
  } finally {
    await held.release()
  }
  for (const { exported, spec } of moves) {
    const count = await countOf(store, spec)
    if (count !== exported.rows) {
      throw new HutongError('CONFLICT', `The store has ${count} rows of ${spec.name}, the export ${exported.rows}.`, exported.file)
    }
  }
  return manifest
}

/** The layout of an export's rows. Throws CONFIGURATION where only a newer version reads it. */
export async function layoutOfExport(folder: string, steps: readonly Step[] = allSteps): Promise<number> {
  const { layout } = await readManifest(folder)
  stepsFrom(layout, steps, 'The export')
  return layout
}

/** Reads the manifest and checks every file by it, and that this version can read them. Throws as `importStore`; writes nothing. */
export async function checkExport(options: Omit<ImportOptions, 'store'>): Promise<Manifest> {
  const { folder, progress } = options
  const manifest = await readManifest(folder)
  const known = collectionsOf(manifest, options)
  for (const exported of manifest.files) {
    const spec = specOf(exported, known)
    progress?.({ doing: 'check', collection: exported.collection, rows: 0, of: exported.rows })
    if (!await isIntact(folder, exported)) await findDamage(folder, exported, spec)
    progress?.({ doing: 'check', collection: exported.collection, rows: exported.rows, of: exported.rows })
  }
  return manifest
}

/** As they were in the export's layout. */
export const collectionsOf = ({ layout }: Manifest, { collections = allCollections, steps = allSteps }: Omit<ImportOptions, 'store'>): readonly CollectionSpec[] =>
  withRetired(collections, stepsFrom(layout, steps, 'The export'))

export function specOf({ collection, spec }: ExportedFile, collections: readonly CollectionSpec[]): CollectionSpec {
  const found = collections.find(({ name }) => name === collection)
  if (found && specHash(found) === spec) return found
  throw new HutongError('CONFIGURATION', `The export is another version's: ${collection} is kept otherwise here.`, `${manifestName} ${collection}`)
}

/** Names the first line that is wrong; where each line could be right, the file. */
async function findDamage(folder: string, exported: ExportedFile, spec: CollectionSpec): Promise<never> {
  const rows = readRows(folder, exported, spec)
  while (!(await rows.next()).done);
  throw damaged(exported.file, 'The checksum of the file is not the one of the manifest.')
}

const turn = (name: string): number => name === lanes.name ? 0 : name === entries.name ? 2 : 1

interface Move { readonly exported: ExportedFile; readonly spec: CollectionSpec }

/** The lanes first, so that a gateway which is started too early cannot work; the entries, which are work, last. */
function orderedMoves(manifest: Manifest, options: ImportOptions): Move[] {
  const known = collectionsOf(manifest, options)
  return manifest.files.map(exported => ({ exported, spec: specOf(exported, known) }))
    .toSorted((a, b) => turn(a.spec.name) - turn(b.spec.name))
}

/**
 * Whether this import began before is asked of the store itself: a commit of that name is known, or is applied now where the
 * store is empty. Where it is not, the commit inserts a row that is there, and so is lost where its name is new.
 */
async function begin(store: Store, { id }: Manifest, specs: readonly CollectionSpec[]): Promise<void> {
  const changes: Change[] = []
  for (const collection of specs) {
    const [row] = await store.find(collection as Collection<Row>, { where: {}, limit: 1 })
    if (row) changes.push({ verb: 'insert', collection, row })
    if (row) break
  }
  const outcome = await store.commit(`import:${id}`, changes)
  if (!outcome.ok) {
    throw new HutongError('CONFLICT', 'The store is not empty: an export goes into a new one, before any gateway runs on it.', outcome.collection)
  }
}

async function importCollection(exported: ExportedFile, spec: CollectionSpec, { store, folder, manifest, progress, held }: ImportOptions & {
  readonly manifest: Manifest
  readonly held: Stillness
}): Promise<void> {
  const tell = (rows: number): void => progress?.({ doing: 'import', collection: spec.name, rows, of: exported.rows })
  let pending: Promise<void>[] = []
  tell(0)
  try {
    for await (const batch of batchesOf(readRows(folder, exported, spec))) {
      held.check()
      pending.push(importBatch(store, spec, batch, `import:${manifest.id}:${spec.name}:${batch.first}`))
      if (pending.length < atOnce) continue
      await Promise.all(pending)
      pending = []
      tell(batch.first + batch.lines.length)
    }
    await Promise.all(pending)
  } finally {
    await Promise.allSettled(pending)
  }
  tell(exported.rows)
}

async function* batchesOf(lines: AsyncIterable<Line>): AsyncGenerator<Batch> {
  let batch: Line[] = []
  let size = 0
  let first = 0
  for await (const line of lines) {
    batch.push(line)
    size += line.text.length
    if (batch.length < batchRows && size < batchBytes) continue
    yield { first, lines: batch }
    first += batch.length
    batch = []
    size = 0
  }
  if (batch.length > 0) yield { first, lines: batch }
}

/** Names of commits are forgotten after days: what is there already, and the same, is then passed over. */
async function importBatch(store: Store, spec: CollectionSpec, { lines }: Batch, id: string): Promise<void> {
  const insert = (rows: readonly Row[]): Change[] => rows.map(row => ({ verb: 'insert', collection: spec, row }))
  if ((await store.commit(id, insert(lines.map(({ row }) => row)))).ok) return
  const missing: Row[] = []
  const stored = new Map((await store.getMany(spec as Collection<Row>, lines.map(({ row }) => keyOf(spec, row))))
    .map(row => [JSON.stringify(keyOf(spec, row)), row]))
  for (const { row, text, place } of lines) {
    const there = stored.get(JSON.stringify(keyOf(spec, row)))
    if (!there) missing.push(row)
    else if (!isSameRow(spec, there, text)) throw new HutongError('CONFLICT', 'The store has another row under this key.', place)
  }
  if (missing.length > 0 && !(await store.commit(`${id}:rest`, insert(missing))).ok) {
    throw new HutongError('CONFLICT', 'Somebody else writes to the store.', lines[0]?.place)
  }
}

/** As lines: fields may stand in another order. */
export const isSameRow = (spec: CollectionSpec, row: Row, line: string): boolean =>
  isDeepStrictEqual(JSON.parse(encodeRow(spec, row)), JSON.parse(line))
