import type { FhirResource } from '../model/fhir'
import { mergeObject, withoutPath } from './elements'
import type { Json } from './lists'

/** What composition needs of a telling. */
export interface Told {
  /** Version time, then journal order: `2026-11-04T08:20:00.000Z~<arrival>`, with a further `~n` where it was mapped anew. */
  readonly version: string
  readonly manner: 'whole' | 'part' | 'deleted'
  readonly removed?: readonly string[]
  readonly resource: FhirResource
}

/**
 * The current resource, composed of everything told of it: the newest word on each element wins, silence deletes
 * nothing, an explicit removal and a deletion do. The order of arrival never matters, only the version's.
 */
export function compose(tellings: readonly Told[]): FhirResource | undefined {
  const [only] = tellings
  if (only !== undefined && tellings.length === 1) return step(undefined, only)
  return inVersionOrder(tellings).reduce<FhirResource | undefined>(step, undefined)
}

/** Every version in order with the resource as it was composed then. */
export function composeVersions<T extends Told>(tellings: readonly T[]): { telling: T; resource: FhirResource | undefined }[] {
  let resource: FhirResource | undefined
  return inVersionOrder(tellings).map((telling) => {
    resource = step(resource, telling)
    return { telling, resource }
  })
}

/** Several tellings of one resource by one record, as one: what was told first lies under what was told after. */
export function foldTellings<T extends Omit<Told, 'version'>>(first: T, second: T): T {
  if (second.manner !== 'part' || first.manner === 'deleted') return second
  const removed = [...new Set([...first.removed ?? [], ...second.removed ?? []])]
  const resource = step(first.resource, { ...second, version: '' }) ?? second.resource
  return { ...first, resource, ...(removed.length > 0 ? { removed } : {}) }
}

/** Oldest first; of tellings that one record made under several mappers, only the last counts. */
function inVersionOrder<T extends Told>(tellings: readonly T[]): T[] {
  const sorted = tellings.toSorted((a, b) => (a.version < b.version ? -1 : Number(a.version > b.version)))
  return sorted.filter((telling, index) => {
    const next = sorted[index + 1]
    return next === undefined || recordOf(next.version) !== recordOf(telling.version)
  })
}

/** Of a version: the record that told it, under whatever mapper. */
export const recordOf = (version: string) => {
  const [time, arrival] = version.split('~')
  return `${time}~${arrival}`
}

function step(current: FhirResource | undefined, telling: Told): FhirResource | undefined {
  if (telling.manner === 'deleted') return undefined
  if (current === undefined || telling.manner === 'whole') return telling.resource
  const kept = (telling.removed ?? []).reduce<Json>(withoutPath, current as unknown as Json)
  return mergeObject(kept, telling.resource as unknown as Json) as unknown as FhirResource
}
