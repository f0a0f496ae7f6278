/** The parts of the keys by which two tellers' same fact is known: docs/same-fact.md. */
import type * as fhir4 from '../model/fhir'

/** Systems that belong to one source say nothing to another. */
const local = (system: string) => system.startsWith('urn:hutong:')

/** Standards first: a key must not depend on the order in which a source writes its codings. */
const preferred = ['http://loinc.org', 'http://snomed.info/sct', 'urn:oid:2.16.156.10011.2.3.3.11']

/**
 * What a concept is, told so that another source's word for the same has the same key: its code in a shared system,
 * else its name in lower case without blanks; undefined where there is neither.
 */
export function itemKey(concept: fhir4.CodeableConcept | undefined): string | undefined {
  const shared = (concept?.coding ?? []).filter(({ system, code }) =>
    system !== undefined && code !== undefined && !local(system))
  const best = preferred.map((system) => shared.find((coding) => coding.system === system)).find((coding) => coding !== undefined)
    ?? shared.toSorted((a, b) => (a.system ?? '').localeCompare(b.system ?? ''))[0]
  if (best !== undefined) return `${best.system}|${best.code}`
  const name = concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display
  return name === undefined ? undefined : plain(name)
}

/** A name as one compares it: NFKC, lower case, without blanks. */
export const plain = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** Joins the parts of a key; undefined where a part that is needed is not known. */
export function sameKey(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.every((part) => part !== undefined && part !== '') ? parts.join('|') : undefined
}

/** A dose as value and unit, else its text; '' where it is not told. */
export function doseKey(dosage: fhir4.Dosage | undefined): string {
  const dose = dosage?.doseAndRate?.[0]?.doseQuantity
  return dose?.value === undefined ? plain(dosage?.text ?? '') : `${dose.value}${dose.unit ?? dose.code ?? ''}`
}

/** Filter codes of concepts: `system|code`, each once. */
export function codesOf(...concepts: readonly (fhir4.CodeableConcept | undefined)[]): string[] {
  const codes = new Set<string>()
  for (const concept of concepts) {
    for (const { system, code } of concept?.coding ?? []) if (code !== undefined) codes.add(`${system ?? ''}|${code}`)
  }
  return [...codes]
}
