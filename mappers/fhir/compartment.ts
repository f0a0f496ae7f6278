import type { Entry } from './entries'
import { isObject, listOf, text } from './json'
import { parameter } from './keys'
import type { References } from './references'
import { isDirectory } from './types'

/** Elements that say whose a resource is, in the order of preference (FHIR R4, compartment Patient). */
const owners = ['subject', 'patient', 'beneficiary', 'for', 'individual', 'candidate', 'target', 'participant']

/** The id of the source patient in whose compartment the entry lies; undefined where it is of no patient, or does not say. */
export function patientOf(entry: Entry, references: References): string | undefined {
  if (entry.type === 'Patient') return references.idOf(entry)
  if (isDirectory(entry.type)) return undefined
  return entry.resource ? ownerOf(entry, references) : ownerInSearch(entry, references)
}

function ownerOf(entry: Entry, references: References): string | undefined {
  for (const element of owners) {
    for (const value of listOf(entry.resource?.[element])) {
      const patient = patientIn(isObject(value) && isObject(value.actor) ? value.actor : value, entry, references)
      if (patient !== undefined) return patient
    }
  }
  return undefined
}

function patientIn(reference: unknown, from: Entry, references: References): string | undefined {
  if (!isObject(reference)) return undefined
  const target = text(reference.reference)
  const ref = target && references.resolve(target, from, text(reference.type))?.ref
  return ref?.startsWith('Patient/') ? ref.slice('Patient/'.length) : undefined
}

/** `DELETE Observation?identifier=…&patient=Patient/1`; else what the bundle holds of the resource says whose it is. */
function ownerInSearch(entry: Entry, references: References): string | undefined {
  const named = parameter(entry.url, 'patient') ?? parameter(entry.url, 'subject')
  if (named !== undefined) {
    return patientIn({ reference: named.includes('/') ? named : `Patient/${named}` }, entry, references)
  }
  const told = references.entry(`${entry.type}/${references.idOf(entry)}`)
  return told ? ownerOf(told, references) : undefined
}
