import type { MapperSource } from '../../src/model/source'
import type { Entry } from './entries'
import { isObject, listOf, text, type JsonObject } from './json'
import { identifierKey, parameter } from './keys'
import type { References } from './references'

const creditCodeSystem = 'urn:oid:2.16.156.10011.1.5'

/** Elements that may name the institution which tells a resource, in the order of preference. */
const tellers = [
  'serviceProvider', 'performer', 'custodian', 'managingOrganization', 'organization', 'author', 'requester', 'recorder',
]

/** What an identifier (`system|value`) says of an institution. */
type Read = (key: string | undefined, source: MapperSource) => string | undefined

/**
 * The institution that tells a resource, as the source's configuration or its credit code has it: named by the resource
 * itself, or by the encounter that it belongs to. Undefined where the bundle does not say.
 */
export const institutionOf = (entry: Entry, references: References, source: MapperSource): string | undefined =>
  whoTells(entry, { references, source, read: knownCode })

/**
 * Where the configuration does not know the institution: the identifier by which it is named, `system|value`. Another
 * source that names it so means the same.
 */
export const institutionIdentifierOf = (entry: Entry, references: References, source: MapperSource): string | undefined =>
  (entry.type === 'Organization' ? undefined : whoTells(entry, { references, source, read: sharedKey }))

interface How { readonly references: References; readonly source: MapperSource; readonly read: Read }

function whoTells(entry: Entry, how: How): string | undefined {
  const resource = entry.resource ?? {}
  if (entry.type === 'Organization') return identifiedBy(resource, how)
  const own = tellerOf(entry, how)
  if (own !== undefined) return own
  const encounter = isObject(resource.encounter) ? resource.encounter : resource.context
  const resolved = isObject(encounter) ? how.references.resolve(text(encounter.reference) ?? '', entry) : undefined
  const visit = resolved && how.references.entry(resolved.ref)
  return visit ? tellerOf(visit, how) : undefined
}

function tellerOf(entry: Entry, how: How): string | undefined {
  for (const element of tellers) {
    for (const value of listOf(entry.resource?.[element])) {
      const reference = isObject(value) && isObject(value.actor) ? value.actor : value
      const institution = isObject(reference) ? institutionIn(reference, entry, how) : undefined
      if (institution !== undefined) return institution
    }
  }
  return undefined
}

function institutionIn(reference: JsonObject, entry: Entry, how: How): string | undefined {
  const { references, source, read } = how
  const target = text(reference.reference)
  const isOrganization = read === knownCode || reference.type === 'Organization' || /(?:^|\/)Organization[/?]/.test(target ?? '')
  const logical = isOrganization ? read(identifierKey(reference.identifier), source) : undefined
  if (logical !== undefined) return logical
  if (target === undefined) return undefined
  const conditional = isOrganization ? read(parameter(target, 'identifier'), source) : undefined
  if (conditional !== undefined) return conditional
  const ref = references.resolve(target, entry)?.ref
  const organization = ref?.startsWith('Organization/') ? references.entry(ref)?.resource : undefined
  return organization ? identifiedBy(organization, how) : undefined
}

function identifiedBy(organization: JsonObject, { source, read }: How): string | undefined {
  for (const identifier of listOf(organization.identifier)) {
    const code = read(identifierKey(identifier), source)
    if (code !== undefined) return code
  }
  return undefined
}

/** A credit code, or one of the codes by which the source's configuration knows an institution. */
function knownCode(key: string | undefined, source: MapperSource): string | undefined {
  if (key === undefined) return undefined
  const value = key.slice(key.indexOf('|') + 1)
  if (key.startsWith(`${creditCodeSystem}|`)) return value
  return source.institutions.find(institution => institution.codes?.includes(value))?.id
}

/** Of a system that others share: a URI, and none of the source's own. */
function sharedKey(key: string | undefined): string | undefined {
  const system = key?.slice(0, key.indexOf('|')) ?? ''
  return /^(?:https?:|urn:(?:oid|uuid):)/.test(system) ? key : undefined
}
