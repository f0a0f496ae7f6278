import { isDeepStrictEqual } from 'node:util'
import { isKnownType } from '../../mappers/fhir/types'
import { resourceId } from '../../src/model/ids'

/**
 * What the FHIR mapper says that it does to a resource, and nothing else, is undone here: it gets another id, the original
 * one is added as an identifier or an extension of `meta`, the institution and the medicine are added to `meta`, and references lead to the new
 * ids, with the version of a versioned one beside them. Written without the mapper's code (but for its list of R4's types), so that it can
 * judge it.
 */
export type Json = Readonly<Record<string, unknown>>

/** A resource in words that both sides share: references by `Type/original id`, no id of its own. */
export interface Plain {
  readonly type: string
  /** `Type/original id`; absent where the source gave it none. */
  readonly name?: string
  readonly content: Json
  /** As it stood. */
  readonly resource: Json
}

export interface Sender { readonly id: string; readonly idKey: string }

/** The resources in a bundle, or the one resource that came alone, as the source sent them. */
export function readSent(body: Json): Plain[] {
  const entries = body.resourceType === 'Bundle' ? listOf(body.entry).filter(isJson).filter(tellsResource) : [{ resource: body }]
  const told = entries.map(entry => ({ entry, resource: entry.resource as Json, name: sentName(entry) }))
  const byUrl = new Map<string, string>()
  for (const { entry, resource, name } of told) {
    if (name === undefined) continue
    if (typeof entry.fullUrl === 'string' && !byUrl.has(entry.fullUrl)) byUrl.set(entry.fullUrl, name)
    for (const key of identifiersOf(resource)) {
      const url = `${String(resource.resourceType)}?${key}`
      if (!byUrl.has(url)) byUrl.set(url, name)
    }
  }
  const nameOf = (reference: string, type: unknown): string => sentTarget(reference, type, byUrl)
  return told.map(({ resource, name }) => plain(resource, name, nameOf))
}

/** The same of what is given back. `sent` are resources of the same source: what they refer to beyond what is given back. */
export function readGiven(resources: readonly Json[], { sent, sender }: { sent: readonly Plain[]; sender: Sender }): Plain[] {
  const names = new Map(sent.flatMap(({ content }) => targetsIn(content)).flatMap(name => givenTarget(name, sender)))
  const own = resources.map(resource => ({ resource, ...withoutMarks(resource, sender) }))
  for (const { resource, name } of own) {
    if (name !== undefined) names.set(`${String(resource.resourceType)}/${String(resource.id)}`, name)
  }
  return own.map(({ bare, name, resource }) => ({ ...plain(bare, name, (reference, type) => names.get(reference) ?? sentTarget(reference, type, new Map())), resource }))
}

/** Of each resource that was sent, the one that was given back for it. */
export function pairUp(sent: readonly Plain[], given: readonly Plain[]): { sent: Plain; given?: Plain }[] {
  const named = new Map(given.flatMap(each => (each.name === undefined ? [] : [[each.name, each] as const])))
  const nameless = given.filter(({ name }) => name === undefined)
  return sent.map(each => {
    const found = each.name === undefined
      ? nameless.find(other => isDeepStrictEqual(other.content, each.content)) ?? nameless.find(({ type }) => type === each.type)
      : named.get(each.name)
    return found ? { sent: each, given: found } : { sent: each }
  })
}

/** The first place at which two values differ; undefined where they are the same. */
export function difference(a: unknown, b: unknown, place = ''): string | undefined {
  if (isDeepStrictEqual(a, b)) return undefined
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return place || '(root)'
  const [one, other] = [a as Json, b as Json]
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const inner = difference(one[key], other[key], place === '' ? key : `${place}.${key}`)
    if (inner !== undefined) return inner
  }
  return place || '(root)'
}

type NameOf = (reference: string, type: unknown) => string

function plain(resource: Json, name: string | undefined, nameOf: NameOf): Plain {
  const content = withReferences(resource, nameOf) as Record<string, unknown>
  delete content.id
  return { type: String(resource.resourceType), ...(name === undefined ? {} : { name }), content, resource }
}

/** A copy with every `reference` named. */
function withReferences(value: unknown, nameOf: NameOf): unknown {
  if (Array.isArray(value)) return value.map(each => withReferences(each, nameOf))
  if (!isJson(value)) return value
  return Object.fromEntries(Object.entries(withoutVersion(value)).map(([key, inner]) =>
    [key, key === 'reference' && typeof inner === 'string' ? nameOf(inner, value.type) : withReferences(inner, nameOf)]))
}

function withoutVersion(value: Json): Json {
  const extensions = listOf(value.extension).filter(isJson)
  const theirs = extensions.filter(({ url }) => url !== 'urn:hutong:version-id')
  if (theirs.length === extensions.length) return value
  const { extension: _, ...rest } = value
  return theirs.length > 0 ? { ...rest, extension: theirs } : rest
}

function tellsResource({ resource, request, search }: Json): boolean {
  const method = isJson(request) ? request.method : undefined
  return isJson(resource) && method !== 'GET' && method !== 'DELETE' && !(isJson(search) && search.mode === 'outcome')
}

function sentName({ resource, fullUrl, request }: Json): string | undefined {
  const { resourceType, id } = resource as Json
  const urls = [isJson(request) ? request.url : undefined, fullUrl].filter(url => typeof url === 'string')
  const inUrl = urls.map(url => /(?:^|\/)[A-Z]\w+\/([\w\-.]+)$/.exec(url)?.[1] ?? /^urn:(?:uuid|oid):(.+)$/.exec(url)?.[1])
  const own = typeof id === 'string' ? id : inUrl.find(found => found !== undefined)
  return own === undefined ? undefined : `${String(resourceType)}/${own}`
}

function sentTarget(reference: string, type: unknown, byUrl: ReadonlyMap<string, string>): string {
  const known = byUrl.get(reference)
  if (known !== undefined || reference.startsWith('#')) return known ?? reference
  const [, literal, literalType] = /(?:^|\/)(([A-Z]\w+)\/[\w\-.]+)(?:\/_history\/[^/]+)?$/.exec(reference) ?? []
  if (literal && isKnownType(literalType ?? '')) return literal
  const [, searched, query] = /(?:^|\/)([A-Z]\w+)\?(.*)$/.exec(reference) ?? []
  const identifier = new URLSearchParams(query ?? '').get('identifier')
  if (searched && identifier) return byUrl.get(`${searched}?${identifier}`) ?? `${searched}?${identifier}`
  const urn = /^urn:(?:uuid|oid):(.+)$/.exec(reference)?.[1]
  return urn && typeof type === 'string' ? `${type}/${urn}` : reference
}

/** The reference that leads to a resource of this name: the id that the documentation says it gets. */
function givenTarget(name: string, sender: Sender): [string, string][] {
  const [, type, key] = /^([A-Z]\w+)[/?](.+)$/.exec(name) ?? []
  return type && key ? [[`${type}/${resourceId(sender, type, key)}`, name]] : []
}

function withoutMarks(resource: Json, sender: Sender): { bare: Json; name?: string } {
  const type = String(resource.resourceType)
  const system = `urn:hutong:${sender.id}:${type}`
  const identifiers = Array.isArray(resource.identifier) ? resource.identifier as Json[] : []
  const added = identifiers.at(-1)?.system === system ? identifiers.at(-1) : undefined
  const { identifier, meta, ...bare }: Record<string, unknown> = resource
  const kept = added ? identifiers.slice(0, -1) : identifier
  if (!Array.isArray(kept) ? kept !== undefined : kept.length > 0 || !added) bare.identifier = kept
  const extensions = isJson(meta) ? listOf(meta.extension).filter(isJson) : []
  const bareMeta = isJson(meta) ? withoutOurExtensions(meta, extensions) : meta
  if (bareMeta !== undefined) bare.meta = bareMeta
  const original = added?.value ?? extensions.find(({ url }) => url === 'urn:hutong:original-id')?.valueString
  return { bare, ...(typeof original === 'string' ? { name: `${type}/${original}` } : {}) }
}

const ours = new Set(['urn:hutong:institution', 'urn:hutong:institution-identifier', 'urn:hutong:medication', 'urn:hutong:original-id'])

function withoutOurExtensions(meta: Json, extensions: readonly Json[]): Json | undefined {
  const theirs = extensions.filter(({ url }) => !ours.has(String(url)))
  if (theirs.length === extensions.length) return meta
  const { extension: _, ...rest } = meta
  const bare = theirs.length > 0 ? { ...rest, extension: theirs } : rest
  return Object.keys(bare).length > 0 ? bare : undefined
}

const targetsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === 'reference' && typeof inner === 'string' ? [inner] : targetsIn(inner)))
}

function identifiersOf({ identifier }: Json): string[] {
  return listOf(identifier).filter(isJson).flatMap(({ system, value }) => (typeof value === 'string' ? [`${String(system ?? '')}|${value}`] : []))
}

/** A resource as plain JSON. */
export const asJson = (resource: object): Json => resource as Json
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
