import type * as fhir4 from '../model/fhir'
import { keyedHash } from '../model/ids'
import { searchTermsOf } from '../identity/index'

/** The terms under which a source patient is found: names in clear (lower case), identifiers as keyed hashes only. */
export function termsOf(patient: fhir4.Patient | undefined, idKey: string): Set<string> {
  const terms = new Set(searchTermsOf(patient?.name))
  for (const { system, value } of patient?.identifier ?? []) {
    if (value === undefined || value === '') continue
    if (system !== undefined) terms.add(identifierTerm(idKey, value, system))
    terms.add(identifierTerm(idKey, value))
  }
  return terms
}

/** `#` and the keyed hash: no name begins so. Blanks, width and letter case of a number do not matter. */
export const identifierTerm = (idKey: string, value: string, system = ''): string =>
  `#${keyedHash(idKey, ['identifier', system, value.normalize('NFKC').replace(/\s+/g, '').toUpperCase()])}`
