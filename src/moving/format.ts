/** What an export is: a folder of NDJSON files, one for each collection, rows in order of their keys, and a manifest. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { HutongError } from '../model/errors'
import { firstLayout } from '../store/layout'
import type { CollectionSpec, KeyValue, Row } from '../store/port'

export const manifestName = 'manifest.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const exportedFile = z.object({
  collection: z.string().min(1),
  /** Hash of how the collection is declared: its name, its key, its fields of bytes. */
  spec: sha256,
  file: z.string().regex(/^[A-Za-z0-9_.-]+$/),
  rows: z.number().int().nonnegative(),
  /** Bytes of the file as it lies on the disk, and the SHA-256 of these: what `sha256sum` prints. */
  bytes: z.number().int().nonnegative(),
  sha256,
})
const manifestFile = z.object({
  format: z.literal('hutong-export'),
  version: z.literal(1),
  /** The layout of the rows (src/store/layout); exports from before there were numbers have none. */
  layout: z.number().int().positive().default(firstLayout),
  /** Hash of all files: commits of an import are named by it. */
  id: sha256,
  exportedAt: z.string(),
  files: z.array(exportedFile),
})

export type ExportedFile = z.infer<typeof exportedFile>
export type Manifest = z.infer<typeof manifestFile>

/** Rows are told of as they go; `of` is how many there will be. */
export interface MovingProgress {
  readonly doing: 'export' | 'check' | 'import' | 'compare'
  readonly collection: string
  readonly rows: number
  readonly of: number
}
export type Progress = (progress: MovingProgress) => void

export const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** What a row's reader must know. Indexes may differ: the store that takes the rows makes its own. */
export const specHash = ({ name, key, bytes = [] }: CollectionSpec): string => hashOf([name, key, bytes])

export const idOf = (files: readonly ExportedFile[]): string => hashOf(files.map(({ collection, rows, sha256: sum }) => [collection, rows, sum]))

export const damaged = (place: string, message: string): HutongError => new HutongError('EXPORT_DAMAGED', message, place)

/** Throws NOT_FOUND where there is no manifest (an export that was not finished has none), else EXPORT_DAMAGED. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new HutongError('NOT_FOUND', 'There is no finished export in this folder.', manifestName)
  })
  const parsed = manifestFile.safeParse(parseJson(text))
  if (!parsed.success) throw damaged(manifestName, 'The manifest is not one of an export of this format and version.')
  if (idOf(parsed.data.files) !== parsed.data.id) throw damaged(manifestName, 'The manifest was changed since it was written.')
  return parsed.data
}

/** A row as a line without its end; bytes as base64. */
export function encodeRow(spec: CollectionSpec, row: object): string {
  if (!spec.bytes) return JSON.stringify(row)
  const encoded: Record<string, unknown> = { ...row }
  for (const field of spec.bytes) {
    const value = encoded[field]
    if (value instanceof Uint8Array) encoded[field] = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  }
  return JSON.stringify(encoded)
}

/** The row of a line. Throws EXPORT_DAMAGED at `place` (`entries.ndjson:12`). */
export function decodeRow(spec: CollectionSpec, line: string, place: string): Row {
  const parsed = parseJson(line)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw damaged(place, 'The line is no row in JSON.')
  const row = parsed as Record<string, unknown>
  if (keyOf(spec, row).some(value => typeof value !== 'string' && typeof value !== 'number')) {
    throw damaged(place, `The row has no key of ${spec.name}.`)
  }
  for (const field of spec.bytes ?? []) {
    const value = row[field]
    if (value !== undefined && value !== null) row[field] = decodeBytes(value, place)
  }
  return row
}

export const keyFields = ({ key }: CollectionSpec): string[] => key.map(field => field.replace(/^-/, ''))
export const keyOf = (spec: CollectionSpec, row: Row): KeyValue[] => keyFields(spec).map(field => row[field] as KeyValue)
/** A row's key alone, as a row: enough for a store to go on behind it. */
export const keyRowOf = (spec: CollectionSpec, row: Row): Record<string, KeyValue> =>
  Object.fromEntries(keyFields(spec).map(field => [field, row[field] as KeyValue]))

/** Below 0 where `one` comes first, as a store orders keys: numbers by value, then strings by code point, which is UTF-8's order. */
export function compareKeys({ key }: CollectionSpec, one: readonly KeyValue[], other: readonly KeyValue[]): number {
  for (const [i, field] of key.entries()) {
    const order = compareValues(one[i] ?? 0, other[i] ?? 0)
    if (order !== 0) return field.startsWith('-') ? -order : order
  }
  return 0
}

function compareValues(one: KeyValue, other: KeyValue): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return typeof one === 'number' ? -1 : 1
}

/** Base64 that was cut or changed does not come back as it was. */
function decodeBytes(value: unknown, place: string): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
  if (!bytes || bytes.toString('base64') !== value) throw damaged(place, 'A field of bytes is not in base64.')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
