import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { HutongError } from '../src/model/errors'
import type { Dialect, SourceMapping } from '../src/model/mapping'
import { packageRoot } from '../src/model/packageRoot'
import type { Source } from '../src/model/source'

const institution = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  level: z.string().optional(),
  platform: z.boolean().optional(),
  codes: z.array(z.string()).optional(),
})

const sourceFile = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  format: z.string().regex(/^[a-z0-9-]+$/),
  institution,
  institutions: z.array(institution).default([]),
  charsets: z.array(z.string()).min(1),
  timeZone: z.string().default('Asia/Shanghai'),
  assigningAuthorities: z.record(z.string(), z.object({ system: z.string().min(1), type: z.string().optional() })).default({}),
  silentAfterHours: z.number().positive().default(48),
  quota: z.strictObject({ entriesPerHour: z.int().positive().optional(), bytesPerHour: z.int().positive().optional() }).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
})

const ownFolder = () => join(packageRoot(__dirname), 'mappers', 'sources')

/**
 * Reads every source under `mappers/sources/` (or `folder`): its `source.json`, its code tables, and the dialect that
 * maps it: the source's own `map`, else `mappers/<format>`. Throws CONFIGURATION with the file and the field.
 */
export function loadSources({ idKey, folder = ownFolder() }: { idKey: string; folder?: string }): ReadonlyMap<string, SourceMapping> {
  const ids = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'source.json')))
    .map(entry => entry.name)
    .toSorted()
  return new Map(ids.map(id => [id, loadSource(id, folder, idKey)]))
}

function loadSource(id: string, folder: string, idKey: string): SourceMapping {
  const source = readSource(id, folder)
  const dialect = findDialect(source, folder)
  return {
    source: { ...source, idKey, tables: readTables(join(folder, id, 'tables')) },
    dialect: dialect.exports,
    mapper: { name: source.format, hash: hashFiles([...dialect.files, ...sharedCode(), ...filesUnder(join(folder, id), ['golden'])]) },
  }
}

function readSource(id: string, folder: string): Source {
  const file = join(folder, id, 'source.json')
  const parsed = sourceFile.safeParse(readJson(file))
  if (!parsed.success) {
    throw new HutongError('CONFIGURATION', z.prettifyError(parsed.error), relative(packageRoot(__dirname), file))
  }
  if (parsed.data.id !== id) throw new HutongError('CONFIGURATION', `id "${parsed.data.id}" is not the folder's name`, file)
  const { institution: own, institutions: others } = parsed.data
  const named = others.some(other => other.id === own.id)
  return { ...parsed.data, institutions: named ? others : [own, ...others] }
}

/** The source's own map.ts (or its compiled twin) where there is one, else the folder of its format. */
function findDialect(source: Source, folder: string): { exports: Dialect; files: string[] } {
  const candidates = [
    join(folder, source.id, 'map'),
    join(__dirname, 'sources', source.id, 'map'),
    join(__dirname, source.format, 'index'),
  ]
  const found = candidates.find(path => existsSync(`${path}.js`) || (existsSync(`${path}.ts`) && __filename.endsWith('.ts')))
  if (!found) throw new HutongError('CONFIGURATION', `no mapper for format "${source.format}"`, `${source.id}/source.json format`)
  const loaded = require(found) as { dialect?: Dialect }
  if (!loaded.dialect) throw new HutongError('CONFIGURATION', 'the mapper exports no `dialect`', found)
  return { exports: loaded.dialect, files: filesUnder(join(__dirname, source.format)) }
}

function readTables(folder: string): Record<string, unknown> {
  if (!existsSync(folder)) return {}
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  return Object.fromEntries(names.map(name => [name.slice(0, -'.json'.length), readJson(join(folder, name))]))
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new HutongError('CONFIGURATION', error instanceof Error ? error.message : 'not JSON', file)
  }
}

const sharedCode = () => [
  ...filesUnder(join(packageRoot(__dirname), 'mappers', 'tables')),
  ...filesUnder(join(__dirname, '..', 'src', 'terminology')),
]

/** SHA-256 over names and contents: a change of a mapper's code or tables is another mapper. */
function hashFiles(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files.toSorted()) hash.update(relative(__dirname, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function filesUnder(folder: string, without: readonly string[] = []): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return without.includes(entry.name) ? [] : filesUnder(path, without)
    return /\.(ts|js|json)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : []
  })
}
