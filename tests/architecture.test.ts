import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** DESIGN.md, "The house": arrows point inward. Each room names the rooms that it may import. */
const root = join(__dirname, '..')

const rooms: readonly { readonly room: string; readonly may: readonly RegExp[] }[] = [
  { room: 'src/model/', may: [] },
  { room: 'src/wire/', may: [/^src\/model\//] },
  { room: 'src/terminology/', may: [/^src\/model\//] },
  { room: 'mappers/', may: [/^src\/model\//, /^src\/terminology\//] },
  { room: 'schema/', may: [/^src\/model\//] },
  { room: 'src/store/', may: [/^src\/model\//] },
  { room: 'src/operation/', may: [/^src\/model\//, /^src\/store\/(port|collections)$/] },
  { room: 'src/access/', may: [/^src\/model\//, /^src\/store\/(port|collections)$/] },
  { room: 'src/identity/', may: [/^src\/model\//, /^src\/terminology\//, /^src\/store\/(port|collections)$/, /^src\/access\/index$/] },
  { room: 'src/archive/', may: [/^src\/model\//, /^src\/terminology\//, /^src\/store\/(port|collections)$/, /^src\/(access|identity)\/(index|api)$/] },
  { room: 'src/intake/', may: [/^src\/model\//, /^src\/wire\/(index|grammar)$/, /^src\/store\/(port|collections)$/, /^src\/(access|identity|archive)\/(index|api)$/] },
  { room: 'src/moving/', may: [/^src\/model\//, /^src\/store\/(port|collections|layout\/index)$/] },
  { room: 'src/graphql/', may: [/^src\/model\//, /^schema\//, /^src\/(access|identity|archive|intake)\/(index|api)$/] },
]

/** Files that only keep something: the only ones of a domain that talk to the store. */
const pureFolders = ['src/wire/', 'src/terminology/', 'mappers/', 'schema/']
const ambient = /^node:(fs|net|http|https|child_process|cluster|worker_threads)/

const sources = ['src', 'mappers', 'schema', 'seed'].flatMap(folder => filesUnder(join(root, folder)))
const imports = new Map(sources.map(file => [name(file), importsOf(file)]))

describe('the house', () => {
  it.each(rooms)('$room imports only what it may', ({ room, may }) => {
    const wrong = [...imports].filter(([file]) => file.startsWith(room)).flatMap(([file, targets]) =>
      targets.local.filter(target => !target.startsWith(room) && !may.some(pattern => pattern.test(target)))
        .map(target => `${file} → ${target}`))
    expect(wrong).toEqual([])
  })

  it('has pure rooms that touch no file, socket or process', () => {
    const wrong = [...imports].filter(([file]) => file !== 'mappers/index' && pureFolders.some(folder => file.startsWith(folder)))
      .flatMap(([file, targets]) => targets.outside.filter(target => ambient.test(target)).map(target => `${file} → ${target}`))
    expect(wrong).toEqual([])
  })

  it('constructs adapters in the composition root only', () => {
    const composers = /^(src\/main|src\/commands\/|src\/gateway|seed\/|src\/store\/)/
    const wrong = [...imports].filter(([file, targets]) => !composers.test(file)
      && targets.local.some(target => /^src\/store\/(?!port$|collections$|layout\/index$)/.test(target))).map(([file]) => file)
    expect(wrong).toEqual([])
  })

  it('reads the environment in the composition root only', () => {
    const wrong = sources.filter(file => !/src\/(main|commands\/)/.test(file) && /process\.env/.test(readFileSync(file, 'utf8'))).map(name)
    expect(wrong).toEqual([])
  })

  it('has no cycle of imports that exist when it runs', () => {
    expect(findCycle()).toEqual([])
  })
})

function findCycle(): string[] {
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    done.add(file)
    for (const target of imports.get(file)?.runtime ?? []) {
      const cycle = walk(target, [...path, file])
      if (cycle.length) return cycle
    }
    return []
  }
  for (const file of imports.keys()) {
    const cycle = walk(file, [])
    if (cycle.length) return cycle
  }
  return []
}

function importsOf(file: string) {
  const text = readFileSync(file, 'utf8')
  const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm)]
  const all = found.map(match => ({ type: Boolean(match[1]) || Boolean(match[4]), target: match[2] ?? match[3] ?? match[4] ?? '' }))
  const local = all.filter(({ target }) => target.startsWith('.')).map(({ type, target }) => ({ type, target: locate(file, target) }))
  return {
    local: local.map(({ target }) => target),
    runtime: local.filter(({ type }) => !type).map(({ target }) => target),
    outside: all.filter(({ target }) => !target.startsWith('.')).map(({ target }) => target),
  }
}

function locate(from: string, target: string): string {
  const path = name(resolve(dirname(from), target.replace(/\.(js|ts)$/, '')))
  return sources.some(file => name(file) === path) ? path : sources.some(file => name(file) === `${path}/index`) ? `${path}/index` : path
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts')).map(file => join(folder, file))
}

function name(file: string): string {
  return relative(root, file).replace(/\.ts$/, '')
}
