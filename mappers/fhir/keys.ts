import { contentHash } from '../../src/model/ids'
import { isObject, listOf, text, type JsonObject } from './json'
import type { Entry } from './entries'

/**
 * What makes a resource the same one the next time it comes, from which its id is computed: the identifier of a
 * conditional create or update (others refer to it by that), else its own id, the id in the request or full URL, its
 * first identifier; where it has none of these, its content. What is another server's is known by its address there.
 */
export function keyOf(entry: Entry, foreign?: string): string {
  return conditionalKey(entry) ?? originalId(entry, foreign) ?? firstIdentifier(entry.resource) ?? contentKey(entry)
}

/** By what the source knows the resource, if it has that: its id, or its address where that is another server's. */
export function originalId({ resource, url, fullUrl }: Entry, foreign?: string): string | undefined {
  if (foreign !== undefined) return foreign
  return text(resource?.id) ?? idIn(url) ?? idIn(fullUrl) ?? /^urn:(?:uuid|oid):(.+)$/.exec(fullUrl ?? '')?.[1]
}

/** `identifier=system|value` of a search, as the key `system|value`. */
export function identifierIn(search: string | undefined): string | undefined {
  return parameter(search, 'identifier')
}

/** The value of one parameter of `Type?a=b&c=d` (or of the part behind the question mark). */
export function parameter(search: string | undefined, name: string): string | undefined {
  if (search === undefined || !search.includes('=')) return undefined
  return new URLSearchParams(search.slice(search.indexOf('?') + 1).replace(/\+/g, '%2B')).get(name) ?? undefined
}

export const identifierKey = (identifier: unknown): string | undefined => {
  if (!isObject(identifier)) return undefined
  const value = text(identifier.value)
  return value === undefined ? undefined : `${text(identifier.system) ?? ''}|${value}`
}

const conditionalKey = ({ method, url, ifNoneExist }: Entry): string | undefined =>
  identifierIn(ifNoneExist) ?? (method === 'PUT' || method === 'DELETE' ? identifierIn(url) : undefined)

const idIn = (url: string | undefined): string | undefined =>
  /^(?:.*\/)?[A-Z]\w+\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(url ?? '')?.[1]

const firstIdentifier = (resource: JsonObject | undefined): string | undefined => {
  for (const identifier of listOf(resource?.identifier)) {
    const key = identifierKey(identifier)
    if (key !== undefined) return key
  }
  return undefined
}

const contentKey = ({ resource, url }: Entry): string => `sha256:${contentHash([JSON.stringify(resource ?? url ?? '')])}`
