import { checkResource } from '../../mappers/fhir/validate'
import type { FhirResource } from '../../src/model/fhir'
import type { MappingResult } from '../../src/model/mapping'

/**
 * What is wrong with the shape of what a record was mapped to, without a validator: ids, empty elements, elements and
 * primitives that FHIR R4 does not know, references that lead to nothing the record told (the visit may be told elsewhere).
 * A telling of a part may lack what is required of the whole.
 */
export function faultsOf({ tellings }: MappingResult): string[] {
  const told = new Set(tellings.map(({ resource }) => `${resource.resourceType}/${resource.id}`))
  return tellings.flatMap(({ resource, patient, manner }) => {
    const place = resource.resourceType
    const known = (target: string): boolean =>
      /^#|^Encounter\//.test(target) || told.has(target) || target === `Patient/${patient}`
    return [
      ...(/^[A-Za-z0-9.-]{1,64}$/.test(resource.id ?? '') ? [] : [`${place}.id`]),
      ...emptyPlaces(resource, place).map(each => `${each} is empty`),
      ...elementFaults(resource, manner === 'whole'),
      ...referencesIn(resource).filter(target => !known(target)).map(target => `${place} refers to ${target.split('/')[0]}, untold`),
    ]
  })
}

function elementFaults(resource: FhirResource, whole: boolean): string[] {
  const faults: string[] = []
  checkResource(resource.resourceType, asObject(resource), resource.resourceType, ({ place, message }) => {
    if (whole || !message.startsWith('required')) faults.push(`${place} ${message}`)
  })
  return faults
}

const asObject = (resource: FhirResource) => JSON.parse(JSON.stringify(resource)) as Readonly<Record<string, unknown>>

function emptyPlaces(value: unknown, place: string): string[] {
  if (value === null || value === '') return [place]
  if (typeof value !== 'object') return []
  const inner = Object.entries(value).filter(([, each]) => each !== undefined)
  return inner.length === 0 ? [place] : inner.flatMap(([key, each]) => emptyPlaces(each, `${place}.${key}`))
}

/** Every `reference` in a value. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner)))
}
