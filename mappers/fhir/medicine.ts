import type { CodeableConcept, Extension } from '../../src/model/fhir'
import type { Entry } from './entries'
import { isObject, text } from './json'
import type { References } from './references'

/**
 * What the medicine is that a resource names by reference to a Medication of the same record, for `meta`: an archive serves
 * what stands in the resource, and a directory is not asked for each line of a list.
 */
export function medicineOf(entry: Entry, references: References): Extension[] {
  const { medicationReference } = entry.resource ?? {}
  const target = isObject(medicationReference) ? text(medicationReference.reference) : undefined
  if (target === undefined || target.startsWith('#')) return []
  const resolved = references.resolve(target, entry)
  const code = resolved && references.entry(resolved.ref)?.resource?.code
  return isObject(code) ? [{ url: 'urn:hutong:medication', valueCodeableConcept: code as unknown as CodeableConcept }] : []
}
