import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dialect } from '../../../mappers/csv'
import type { FhirResource } from '../../../src/model/fhir'
import type { MappingResult } from '../../../src/model/mapping'
import type { CsvRow, SourceRecord } from '../../../src/model/record'
import type { MapperSource } from '../../../src/model/source'

const folder = join(__dirname, '../../../mappers/sources/community-health')
const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
const tables = readdirSync(join(folder, 'tables')).map(name =>
  [name.slice(0, -'.json'.length), json(join(folder, 'tables', name))])

export const communityHealth = {
  ...json(join(folder, 'source.json')) as object, idKey: 'test-key', tables: Object.fromEntries(tables) as object,
} as MapperSource

/** A row as the CSV grammar hands it over. */
export function row(table: string, cells: Readonly<Record<string, string>>): SourceRecord<CsvRow> {
  const unread = new Set(Object.keys(cells).filter(column => cells[column] !== ''))
  const get = (column: string): string | undefined => {
    unread.delete(column)
    return cells[column]?.trim() || undefined
  }
  const place = (column: string): string => `${table}.${column}`
  return {
    grammar: 'csv', issues: [], body: { table, columns: Object.keys(cells), get, place, unread: () => [...unread].toSorted() },
  }
}

export const mapRow = (table: string, cells: Readonly<Record<string, string>>): MappingResult =>
  dialect.map(row(table, cells), communityHealth)

type Of<T> = Extract<FhirResource, { resourceType: T }>

/** The resources of one type that a result tells, in the order told. */
export function told<T extends FhirResource['resourceType']>(result: MappingResult, type: T): Of<T>[] {
  return result.tellings.map(telling => telling.resource)
    .filter((resource): resource is Of<T> => resource.resourceType === type)
}

export const codesOf = (result: MappingResult): string[] => result.issues.map(issue => `${issue.code} ${issue.place}`)
