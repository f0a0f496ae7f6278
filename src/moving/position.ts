import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { HutongError } from '../model/errors'
import { firstLayout } from '../store/layout'
import { exportedFile } from './format'
import { writeWhole } from './files'

const positionFile = z.object({
  version: z.literal(1),
  /** The layout of the rows that are written: without it, from before there were numbers. */
  layout: z.number().int().positive().default(firstLayout),
  /** The state of the store that is exported. */
  state: z.string(),
  gzip: z.boolean(),
  done: z.array(exportedFile),
  /** The collection at work: so many rows lie durably in so many bytes, and the next ones come behind this key. */
  current: z.object({
    collection: z.string(),
    rows: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    after: z.record(z.string(), z.union([z.string(), z.number()])),
  }).optional(),
})

/** How far an export has come. */
export type Position = Readonly<z.infer<typeof positionFile>>

const pathIn = (folder: string): string => join(folder, 'position.json')

/** A file that is not there; one that cannot be read is a fault, else an export would begin anew over what it has written. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Undefined where no export is at work in the folder. Throws CONFIGURATION where the file is not ours. */
export async function readPosition(folder: string): Promise<Position | undefined> {
  const text = await readFile(pathIn(folder), 'utf8').catch(absent)
  if (text === undefined) return undefined
  try {
    return positionFile.parse(JSON.parse(text))
  } catch {
    throw new HutongError('CONFIGURATION', 'How far the export came cannot be read: begin it anew with --restart.', 'position.json')
  }
}

export const savePosition = (folder: string, position: Position): Promise<void> => writeWhole(pathIn(folder), JSON.stringify(position))
export const dropPosition = (folder: string): Promise<void> => rm(pathIn(folder), { force: true })
