import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSources } from '../../mappers/index'
import type { FhirResource } from '../../src/model/fhir'
import type { MappingIssue, SourceMapping, Telling } from '../../src/model/mapping'
import { isHutongError } from '../../src/model/errors'
import { packageRoot } from '../../src/model/packageRoot'
import { grammars } from '../../src/wire/index'

/**
 * Goldens: `mappers/sources/<source>/golden/<case>.in.<name>` is an upload in the source's own bytes; `<name>` is the name it
 * comes under, where that says something (`visits.in.MDC_HypertensionVisit.csv`). Beside it stand
 * - `<case>.out.json`: the resources that were told, sorted by ref;
 * - `<case>.issues.json`: issues, unused fields, and of each telling its manner, version time and compartment;
 * - `<case>.must.json`: what must be there whatever else changes, written by hand: paths as `must` reads them.
 * The first two are written by `HUTONG_UPDATE_GOLDENS=<source> npx jest tests/mappers/golden`, never in CI, and reviewed
 * as a diff.
 */
export interface GoldenCase {
  readonly source: string
  readonly name: string
  readonly input: string
  /** Path without `.in.…`. */
  readonly base: string
}

export interface Golden {
  readonly resources: readonly FhirResource[]
  readonly report: {
    readonly issues: readonly MappingIssue[]
    readonly unmapped: readonly string[]
    readonly tellings: readonly string[]
  }
}

/** The key of goldens' ids: the same in every checkout. */
const idKey = 'golden'
export const goldenFolder = join(packageRoot(__dirname), 'mappers', 'sources')

export const goldenSources: ReadonlyMap<string, SourceMapping> = loadSources({ idKey, folder: goldenFolder })

export function goldenCases(): GoldenCase[] {
  return [...goldenSources.keys()].flatMap((source) => {
    const folder = join(goldenFolder, source, 'golden')
    const files = existsSync(folder) ? readdirSync(folder).toSorted() : []
    return files.filter(file => file.includes('.in.')).map((file) => {
      const name = file.slice(0, file.indexOf('.in.'))
      return { source, name, input: join(folder, file), base: join(folder, name) }
    })
  })
}

/** Takes a case all the way through its grammar and mapper, entry by entry. */
export function mapGolden({ source: id, input, name: caseName }: GoldenCase): Golden & { readonly tellings: readonly Telling[] } {
  const { source, dialect } = found(goldenSources.get(id), `source ${id}`)
  const grammar = found(grammars.get(source.format), `grammar ${source.format}`)
  const bytes = readFileSync(input)
  const name = input.slice(input.lastIndexOf(`${caseName}.in.`) + caseName.length + '.in.'.length)
  const { context, pieces } = grammar.split(bytes, { source, context: { name }, last: true })
  const issues: MappingIssue[] = []
  const unmapped = new Set<string>()
  const tellings: Telling[] = []
  for (const { start, end } of pieces) {
    try {
      const record = grammar.read(bytes.subarray(start, end), { source, context })
      const result = dialect.map(record, source)
      issues.push(...record.issues, ...result.issues)
      tellings.push(...result.tellings)
      for (const place of result.unmapped) unmapped.add(place)
    } catch (error) {
      if (!isHutongError(error)) throw error
      issues.push({ severity: 'error', code: error.code, place: error.place ?? '', message: error.message })
    }
  }
  const sorted = tellings.toSorted((a, b) => compare(refOf(a), refOf(b)))
  return {
    resources: sorted.map(telling => telling.resource),
    report: { issues, unmapped: [...unmapped].toSorted(), tellings: sorted.map(describeTelling) },
    tellings: sorted,
  }
}

/** The golden's files as they stand; undefined where they were never written. */
export function readGolden({ base }: GoldenCase): Golden | undefined {
  if (!existsSync(`${base}.out.json`) || !existsSync(`${base}.issues.json`)) return undefined
  return { resources: parse(`${base}.out.json`) as FhirResource[], report: parse(`${base}.issues.json`) as Golden['report'] }
}

/** Writes the golden's files. Throws in CI: what is compared must not be what was just written. */
export function writeGolden({ base }: GoldenCase, { resources, report }: Golden): void {
  if (process.env.CI) throw new Error('Goldens are not written in CI.')
  writeFileSync(`${base}.out.json`, `${JSON.stringify(resources, null, 2)}\n`)
  writeFileSync(`${base}.issues.json`, `${JSON.stringify(report, null, 2)}\n`)
}

/** `HUTONG_UPDATE_GOLDENS=1` for every source, or the id of one. */
export const isUpdating = ({ source }: GoldenCase): boolean => ['1', source].includes(process.env.HUTONG_UPDATE_GOLDENS ?? '')

/** The demands of a case: absent where nobody wrote them. */
export const demandsOf = ({ base }: GoldenCase): string[] | undefined =>
  (existsSync(`${base}.must.json`) ? parse(`${base}.must.json`) as string[] : undefined)

/**
 * Whether a demand holds. `Encounter.period.end` asks that some Encounter has the element; `Encounter.status = finished`
 * that it has this value (as text); lists are looked through. `no Observation.valueQuantity` asks that none has it, and
 * `issue identity-number-check-digit` that the issue was raised.
 */
export function holds(demand: string, { resources, report }: Golden): boolean {
  if (demand.startsWith('no ')) return !holds(demand.slice(3), { resources, report })
  if (demand.startsWith('issue ')) return report.issues.some(issue => issue.code === demand.slice(6))
  const [path = '', expected] = demand.split(' = ')
  const [type, ...keys] = path.split('.')
  const values = resources.filter(resource => resource.resourceType === type).flatMap(resource => valuesAt(resource, keys))
  return expected === undefined ? values.length > 0 : values.some(value => String(value) === expected)
}

function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap(item => valuesAt(item, key === undefined ? [] : [key, ...rest]))
  if (key === undefined) return value === undefined ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return valuesAt((value as Record<string, unknown>)[key], rest)
}

/** One line of a telling's frame: `Encounter/3f… part 2026-07-30T02:20:03.000Z in Patient/… without period.end`. */
function describeTelling({ resource, manner, versionTime, patient, removed }: Telling): string {
  const parts = [`${resource.resourceType}/${resource.id ?? ''}`, manner, versionTime ?? 'arrival']
  if (patient !== undefined) parts.push(`in Patient/${patient}`)
  if (removed && removed.length > 0) parts.push(`without ${removed.join(', ')}`)
  return parts.join(' ')
}

export const refOf = ({ resource }: Telling): string => `${resource.resourceType}/${resource.id ?? ''}`

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
const parse = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`)
  return value
}
