import type * as fhir4 from '../../../src/model/fhir'
import type { Institution } from '../../../src/model/source'
import { readSocialCreditCode } from '../../../src/terminology/social-credit-code'
import { given, list } from '../given'
import { institutionMeta, type Mapping } from '../mapping'

/** System of the unified social credit code (统一社会信用代码). */
const creditCode = 'urn:oid:2.16.156.10011.1.5'

export interface NamedInstitution {
  readonly reference: fhir4.Reference
  /** Set where the source's configuration knows the institution. */
  readonly institution: Institution | undefined
}

/**
 * HL7 v2-to-FHIR, data types XON and CWE[Organization]: the institution that a record names by code or name, told as an
 * Organization. Those of the source's configuration are known by id, code or name; any other stays what the record said.
 */
export function XON_Organization(
  mapping: Mapping,
  { code, name, place }: { readonly code?: string | undefined; readonly name?: string | undefined; readonly place: string },
): NamedInstitution | undefined {
  const key = code ?? name
  if (key === undefined) return undefined
  const institution = findInstitution(mapping, code, name)
  if (institution) return { reference: tellInstitution(mapping, institution), institution }
  const id = mapping.id('Organization', key)
  const isNew = mapping.tellingOf(`Organization/${id}`) === undefined
  if (isNew) mapping.note('information', 'unknown-institution', place, 'No institution of the source\'s configuration.')
  mapping.tell(given({
    resourceType: 'Organization' as const,
    id,
    identifier: code === undefined ? undefined : [{ system: systemOf(mapping, code), value: code }],
    name,
  }), { manner: 'part' })
  return { reference: given({ reference: `Organization/${id}`, display: name }), institution: undefined }
}

/** Tells an institution of the configuration and gives a reference with its name. */
export function tellInstitution(mapping: Mapping, { id: code, name, level }: Institution): fhir4.Reference {
  const id = mapping.id('Organization', code)
  const reference = { reference: `Organization/${id}`, display: name }
  if (mapping.tellingOf(reference.reference)) return reference
  mapping.tell(given({
    resourceType: 'Organization' as const,
    id,
    meta: institutionMeta(code),
    identifier: [{ system: systemOf(mapping, code), value: code }],
    type: list(level === undefined ? undefined : { text: level }),
    name,
  }), { manner: 'part' })
  return reference
}

const systemOf = (mapping: Mapping, code: string): string =>
  (readSocialCreditCode(code).valid ? creditCode : `urn:hutong:${mapping.source.id}:institution`)

function findInstitution(mapping: Mapping, code: string | undefined, name: string | undefined): Institution | undefined {
  const { institutions } = mapping.source
  const byCode = code === undefined ? undefined : institutions.find(known => known.id === code || known.codes?.includes(code))
  return byCode ?? (code === undefined && name !== undefined ? institutions.find(known => known.name === name) : undefined)
}
