import { resourceId } from '../../src/model/ids'
import type { MapperSource } from '../../src/model/source'
import { baseOf, isAbsolute, literalIn, normal, readAddresses, unversioned } from './addresses'
import type { Entry } from './entries'
import { listOf } from './json'
import { identifierIn, identifierKey, keyOf, originalId } from './keys'
import { isKnownType } from './types'

/** Where references of a record lead: to the ids that its resources get, inside the bundle and beyond it. */
export interface References {
  /** The id that the entry's resource gets. */
  idOf(entry: Entry): string
  /** By what the source knows the entry's resource: its id, or its address where that is another server's. */
  originalOf(entry: Entry): string | undefined
  /** Where a reference that stands in the entry leads; undefined where it cannot be known. `type` is Reference.type. */
  resolve(reference: string, from: Entry, type?: string): Target | undefined
  /** The entry of this bundle that holds the resource behind a resolved reference. */
  entry(resolved: string): Entry | undefined
}

export interface Target {
  /** `Type/<id>`: the id that the resource has, or will have when it comes. `#contained` stays as it is. */
  readonly ref: string
  /** The whole address of what another server holds and this record does not. */
  readonly foreign?: string
  /** The version of a versioned reference. */
  readonly version?: string
}

/**
 * References are read as FHIR R4 says of bundles (3.1.6.1, resolving references in bundles): a full URL (`urn:uuid:…`, an
 * absolute URL) of an entry first, then `Type/id` and `Type?identifier=system|value` of an entry; what is not in the
 * bundle gets the id that it will have when it comes. What is relative lies under the base of the entry in which it stands.
 * Another server's resources are known by their whole address, so that its `Patient/1` is never the source's.
 */
export function readReferences(entries: readonly Entry[], source: MapperSource): References {
  const addresses = readAddresses(entries, source)
  const targets = new Map<string, string>()
  const holders = new Map<string, Entry>()
  const ids = new Map<Entry, string>()
  for (const entry of entries) {
    const foreign = addresses.ofForeign(entry)
    const id = resourceId(source, entry.type, keyOf(entry, foreign && normal(foreign)))
    const target = `${entry.type}/${id}`
    ids.set(entry, id)
    if (entry.resource) holders.set(target, entry)
    for (const name of namesOf(entry, foreign)) if (!targets.has(name)) targets.set(name, target)
  }
  const calculated = new Map<string, string>()
  const calculate = (type: string, key: string): string => {
    const name = `${type}/${key}`
    const known = calculated.get(name) ?? `${type}/${resourceId(source, type, key)}`
    calculated.set(name, known)
    return known
  }

  const resolve = (reference: string, from: Entry, type?: string): Target | undefined => {
    if (reference.startsWith('#')) return { ref: reference }
    const address = absolute(reference, addresses.ofForeign(from))
    if (address === undefined) return undefined
    const { url, version } = unversioned(address)
    const entry = targets.get(normal(url))
    const named = nameIn(url, type)
    if (entry === undefined && named && addresses.isForeign(url)) {
      return { ref: calculate(named.type, normal(url)), foreign: address }
    }
    const ref = entry ?? (named && (
      targets.get(`${named.type}/${named.key}`) ?? targets.get(`${named.type}?${named.key}`) ?? calculate(named.type, named.key)
    ))
    return ref === undefined ? undefined : { ref, ...(version ? { version } : {}) }
  }

  return {
    idOf: entry => ids.get(entry) ?? '',
    originalOf: entry => originalId(entry, addresses.ofForeign(entry)),
    resolve,
    entry: resolved => holders.get(resolved),
  }
}

/** By what names the entries of its bundle may refer to a resource: another server's not by its `Type/id`. */
function namesOf(entry: Entry, foreign: string | undefined): string[] {
  const id = foreign === undefined ? originalId(entry) : undefined
  const identifiers = listOf(entry.resource?.identifier).flatMap(identifier => identifierKey(identifier) ?? [])
  return [
    ...(foreign === undefined ? [] : [normal(foreign)]),
    ...(entry.fullUrl ? [normal(unversioned(entry.fullUrl).url)] : []),
    ...(id ? [`${entry.type}/${id}`] : []),
    ...identifiers.map(key => `${entry.type}?${key}`),
  ]
}

/** A relative reference in another server's resource means what that server holds; undefined where its base is not known. */
function absolute(reference: string, foreign: string | undefined): string | undefined {
  if (foreign === undefined || isAbsolute(reference) || literalIn(reference) === undefined) return reference
  const base = baseOf(foreign)
  return base === undefined ? undefined : `${base}/${reference.replace(/^\/+/, '')}`
}

/** Type and key in `Type/id`, `http://server/Type/id`, `Type?identifier=system|value`; of a URN or a URL with its type. */
function nameIn(url: string, type: string | undefined): { readonly type: string; readonly key: string } | undefined {
  const literal = literalIn(url)
  if (literal) return { type: literal.type, key: literal.id }
  const searched = /(?:^|\/)([A-Z]\w+)\?/.exec(url)?.[1]
  const identifier = identifierIn(url)
  if (searched && identifier !== undefined && isKnownType(searched)) return { type: searched, key: identifier }
  if (type === undefined || !isKnownType(type)) return undefined
  const urn = /^urn:(?:uuid|oid):(.+)$/.exec(url)?.[1]
  return urn || isAbsolute(url) ? { type, key: urn ?? normal(url) } : undefined
}
