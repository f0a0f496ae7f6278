import { resourceId } from '../../src/model/ids'
import type { MapperSource } from '../../src/model/source'
import type { Entry } from './entries'
import { isObject, listOf, text, type JsonObject } from './json'
import { identifierIn, identifierKey, keyOf, originalId } from './keys'
import { isKnownType } from './types'

/** Where references of a record lead: to the ids that its resources get, inside the bundle and beyond it. */
export interface References {
  /** The id that the entry's resource gets. */
  idOf(entry: Entry): string
  /** `Type/<id>` for a reference of any form; undefined where it cannot be known what it points to. */
  resolve(reference: string, type?: string): string | undefined
  /** The resource of this bundle behind a resolved reference. */
  resource(resolved: string): JsonObject | undefined
}

/**
 * References are read as FHIR R4 says of bundles (3.1.6.1, resolving references in bundles): a full URL (`urn:uuid:…`, an
 * absolute URL) of an entry first, then `Type/id` and `Type?identifier=system|value` of an entry; what is not in the
 * bundle gets the id that it will have when it comes. `#contained` stays as it is.
 */
export function readReferences(entries: readonly Entry[], source: MapperSource): References {
  const targets = new Map<string, string>()
  const resources = new Map<string, JsonObject>()
  const ids = new Map<Entry, string>()
  for (const entry of entries) {
    const id = resourceId(source, entry.type, keyOf(entry))
    const target = `${entry.type}/${id}`
    ids.set(entry, id)
    if (entry.resource) resources.set(target, entry.resource)
    for (const name of namesOf(entry)) if (!targets.has(name)) targets.set(name, target)
  }

  const resolve = (reference: string, type?: string): string | undefined => {
    if (reference.startsWith('#')) return reference
    const known = targets.get(reference) ?? targets.get(reference.replace(/\/_history\/[^/]*$/, ''))
    if (known !== undefined) return known
    const named = nameIn(reference, type)
    if (named === undefined) return undefined
    const target = targets.get(`${named.type}/${named.id}`) ?? targets.get(`${named.type}?${named.id}`)
      ?? `${named.type}/${resourceId(source, named.type, named.id)}`
    targets.set(reference, target)
    return target
  }

  return { idOf: entry => ids.get(entry) ?? '', resolve, resource: resolved => resources.get(resolved) }
}

/** By what names the entries of its bundle may refer to a resource. */
function namesOf(entry: Entry): string[] {
  const id = originalId(entry)
  const identifiers = listOf(entry.resource?.identifier).flatMap(identifier => identifierKey(identifier) ?? [])
  return [
    ...(entry.fullUrl ? [entry.fullUrl] : []),
    ...(id ? [`${entry.type}/${id}`] : []),
    ...identifiers.map(key => `${entry.type}?${key}`),
  ]
}

/** Type and key in `Type/id`, `http://server/Type/id/_history/2`, `Type?identifier=system|value`; `urn:uuid:…` with its type. */
function nameIn(reference: string, type: string | undefined): { type: string; id: string } | undefined {
  const literal = /(?:^|\/)([A-Z]\w+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]*)?$/.exec(reference)
  if (literal?.[1] && literal[2] && isKnownType(literal[1])) return { type: literal[1], id: literal[2] }
  const conditional = /(?:^|\/)([A-Z]\w+)\?/.exec(reference)
  const identifier = identifierIn(reference)
  if (conditional?.[1] && identifier !== undefined && isKnownType(conditional[1])) return { type: conditional[1], id: identifier }
  const urn = /^urn:(?:uuid|oid):(.+)$/.exec(reference)
  return urn?.[1] && type && isKnownType(type) ? { type, id: urn[1] } : undefined
}

/** The value with every reference in it rewritten; what has none is given back as it is. Unresolvable ones are reported. */
export function rewrite(value: unknown, references: References, unresolved: (place: string) => void, place = ''): unknown {
  if (Array.isArray(value)) return rewriteList(value, references, unresolved, place)
  if (!isObject(value)) return value
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    const element = value[key]
    if (typeof element === 'string' && key !== 'reference') continue
    const path = place === '' ? key : `${place}.${key}`
    const rewritten = key === 'reference' && typeof element === 'string'
      ? resolveOrReport(element, text(value.type), references, () => unresolved(path))
      : rewrite(element, references, unresolved, path)
    if (rewritten !== element) (copy ??= { ...value })[key] = rewritten
  }
  return copy ?? value
}

function rewriteList(list: unknown[], references: References, unresolved: (place: string) => void, place: string): unknown[] {
  let changed = false
  const copy = list.map((item, index) => {
    if (typeof item !== 'object') return item
    const rewritten = rewrite(item, references, unresolved, `${place}[${index}]`)
    changed ||= rewritten !== item
    return rewritten
  })
  return changed ? copy : list
}

function resolveOrReport(reference: string, type: string | undefined, references: References, report: () => void): string {
  const resolved = references.resolve(reference, type)
  if (resolved === undefined) report()
  return resolved ?? reference
}
