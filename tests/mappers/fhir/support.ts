import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dialect } from '../../../mappers/fhir'
import { resourceId } from '../../../src/model/ids'
import type { FhirResource } from '../../../src/model/fhir'
import type { MappingResult } from '../../../src/model/mapping'
import type { MapperSource } from '../../../src/model/source'

const file = join(__dirname, '../../../mappers/sources/regional-platform/source.json')

export const platform = { ...JSON.parse(readFileSync(file, 'utf8')) as object, idKey: 'test-key', tables: {} } as MapperSource

export const mapBody = (body: unknown, source = platform): MappingResult =>
  dialect.map({ grammar: 'fhir', body, issues: [] }, source)
export const routeBody = (body: unknown): ReturnType<typeof dialect.route> =>
  dialect.route({ grammar: 'fhir', body, issues: [] }, platform)

/** The id that a resource of the platform gets. */
export const idOf = (type: string, key: string): string => resourceId(platform, type, key)

export const bundle = (type: string, ...entry: object[]): object => ({ resourceType: 'Bundle', type, entry })
export const posted = (resource: object, fullUrl?: string): object =>
  ({ ...(fullUrl ? { fullUrl } : {}), resource, request: { method: 'POST', url: (resource as FhirResource).resourceType } })

type Of<T> = Extract<FhirResource, { resourceType: T }>

export function told<T extends FhirResource['resourceType']>(result: MappingResult, type: T): Of<T>[] {
  return result.tellings.map(telling => telling.resource)
    .filter((resource): resource is Of<T> => resource.resourceType === type)
}

export const codesOf = (result: MappingResult): string[] => result.issues.map(issue => `${issue.code} ${issue.place}`)
