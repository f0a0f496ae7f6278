import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isHutongError } from '../../src/model/errors'
import { packageRoot } from '../../src/model/packageRoot'
import type { Validated } from './collected'

/** One line of the table: how many of how many held. */
export interface Finding {
  readonly check: string
  readonly passed: number
  readonly of: number
  /** Whether the run fails where not all held; else the line is a figure. */
  readonly must: boolean
  readonly note?: string
  /** The first few that did not hold, by file. */
  readonly failures: readonly string[]
}

/** What every check is given. */
export interface Context {
  readonly data: string
  /** The data folder's neighbour with the validator. */
  readonly tools: string
  /** A run that is short, over a part of the data. */
  readonly sample: boolean
  /** Resources for the validator go in here. */
  readonly validated: Validated
  progress(done: number, of: number): void
}

export interface Check {
  readonly name: string
  run(context: Context): Promise<Finding[]>
}

export interface DataFile { readonly name: string; read(): Buffer }

/** A folder for what is unpacked and written on the way; kept, so that the next run is quicker. */
export const workFolder = (): string => join(packageRoot(__dirname), '.cache', 'conformance')

/** The files of an archive of the data folder, unpacked once; none where the archive is not there. */
export function filesOf(data: string, archive: string, ending: string): DataFile[] {
  const packed = join(data, `${archive}.tar.gz`)
  if (!existsSync(packed)) return []
  const { size, mtimeMs } = statSync(packed)
  const mark = createHash('sha256').update(`${packed} ${size} ${mtimeMs}`).digest('hex').slice(0, 8)
  const folder = join(workFolder(), `${archive}-${mark}`)
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true })
    const unpacking = mkdtempSync(`${folder}-`)
    execFileSync('tar', ['xzf', packed, '-C', unpacking])
    renameSync(unpacking, folder)
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending)).toSorted()
    .map(name => ({ name, read: () => readFileSync(join(folder, name)) }))
}

/** About `count` of the items, evenly spread. */
export const spread = <T>(items: readonly T[], count: number): T[] => {
  const step = Math.max(1, items.length / count)
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

export interface Tally {
  holds(name: string, condition: boolean, why?: string): void
  result(note?: string): Finding
}

/** Gathers what held and what did not; `figure` for a line that fails nothing. */
export function tally(check: string, { figure = false } = {}): Tally {
  const failures: string[] = []
  let passed = 0
  return {
    holds(name, condition, why = '') {
      if (condition) passed++
      else failures.push(why ? `${name}: ${why}` : name)
    },
    result: note => ({
      check, passed, of: passed + failures.length, must: !figure, failures: failures.slice(0, 20), ...(note ? { note } : {}),
    }),
  }
}

/** A line for data that is not there. */
export const missing = (check: string, what: string): Finding =>
  ({ check, passed: 0, of: 0, must: false, note: `${what} is not in the data folder`, failures: [] })

export const attempt = <T>(action: () => T): { value: T } | { error: string; code: string } => {
  try {
    return { value: action() }
  } catch (error) {
    if (isHutongError(error)) return { code: error.code, error: `${error.code} at ${error.place ?? '?'}: ${error.message}` }
    return { code: 'FAULT', error: error instanceof Error ? `${error.name}: ${error.message} ${frameOf(error)}` : 'fault' }
  }
}

const frameOf = ({ stack }: Error): string => stack?.split('\n').find(line => line.startsWith('    at '))?.trim() ?? ''

/** `3 charset-missing, 1 invalid-date`, most frequent first. */
export function counted(names: Iterable<string>): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`).join(', ')
}
