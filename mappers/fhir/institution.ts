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

/**
 * The institution that tells a resource, as the source's configuration or its credit code has it: named by the resource
 * itself, or by the encounter that it belongs to. Undefined where the bundle does not say.
 */
export function institutionOf(entry: Entry, references: References, source: MapperSource): string | undefined {
  const resource = entry.resource ?? {}
  if (entry.type === 'Organization') return creditCodeOf(resource, source)
  const own = tellerOf(entry, references, source)
  if (own !== undefined) return own
  const encounter = isObject(resource.encounter) ? resource.encounter : resource.context
  const resolved = isObject(encounter) ? references.resolve(text(encounter.reference) ?? '', entry) : undefined
  const visit = resolved && references.entry(resolved.ref)
  return visit ? tellerOf(visit, references, source) : undefined
}

function tellerOf(entry: Entry, references: References, source: MapperSource): string | undefined {
  for (const element of tellers) {
    for (const value of listOf(entry.resource?.[element])) {
      const reference = isObject(value) && isObject(value.actor) ? value.actor : value
      const institution = isObject(reference) ? institutionIn(reference, { entry, references, source }) : undefined
      if (institution !== undefined) return institution
    }
  }
  return undefined
}

interface Where { readonly entry: Entry; readonly references: References; readonly source: MapperSource }

function institutionIn(reference: JsonObject, { entry, references, source }: Where): string | undefined {
  const logical = knownCode(identifierKey(reference.identifier), source)
  if (logical !== undefined) return logical
  const target = text(reference.reference)
  if (target === undefined) return undefined
  const conditional = knownCode(parameter(target, 'identifier'), source)
  if (conditional !== undefined) return conditional
  const ref = references.resolve(target, entry)?.ref
  const organization = ref?.startsWith('Organization/') ? references.entry(ref)?.resource : undefined
  return organization ? creditCodeOf(organization, source) : undefined
}

function creditCodeOf(organization: JsonObject, source: MapperSource): string | undefined {
  for (const identifier of listOf(organization.identifier)) {
    const code = knownCode(identifierKey(identifier), source)
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
