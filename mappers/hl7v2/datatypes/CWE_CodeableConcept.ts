import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import { given, givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'
import { tables, v2System } from '../tables'

/**
 * HL7 v2-to-FHIR, data types CE, CWE and CNE[CodeableConcept]: code, text and coding system, twice, and the original text.
 * Codes of different systems or versions stay side by side as told. `fallback`: the system of codes that name none.
 */
export function CWE_CodeableConcept(
  mapping: Mapping, field: Hl7Field | undefined, options: { readonly fallback?: string } = {},
): fhir4.CodeableConcept | undefined {
  if (!field) return undefined
  const text = field.text(9) ?? field.text(2) ?? field.text(5) ?? field.text(1) ?? field.text(4)
  return givenOrNone({
    coding: list(readCoding(mapping, field, { first: 1, ...options }), readCoding(mapping, field, { first: 4 })),
    text: text && tidy(text),
  })
}

/** One coding from a field's components 1–3: its code and name as told. */
export function CWE_Coding(mapping: Mapping, field: Hl7Field | undefined, fallback?: string): fhir4.Coding | undefined {
  return field && readCoding(mapping, field, fallback === undefined ? { first: 1 } : { first: 1, fallback })
}

/**
 * FHIR system of a coding system's HL7 name: the source's own setting, HL7 table 0396, an HL7 table, an OID; every other
 * name is the sender's own (`urn:hutong:<source>:<name>`).
 */
export function codingSystemOf(mapping: Mapping, name: string): { system: string; version?: string } {
  const own = Object.hasOwn(mapping.settings.codingSystems, name) ? mapping.settings.codingSystems[name] : undefined
  if (own) return own.version === undefined ? { system: own.system } : { system: own.system, version: own.version }
  const known = tables.codingSystems.get(name.toUpperCase())
  if (known !== undefined) return { system: known }
  const table = /^HL7(\d{4})$/i.exec(name)?.[1]
  if (table !== undefined) return { system: v2System(table) }
  const oid = oidSystem(name)
  if (oid !== undefined) return { system: oid }
  return { system: `urn:hutong:${mapping.source.id}:${encodeURIComponent(name)}` }
}

function readCoding(
  mapping: Mapping, field: Hl7Field, { first, fallback }: { readonly first: 1 | 4; readonly fallback?: string },
): fhir4.Coding | undefined {
  const code = field.text(first)
  if (code === undefined) return undefined
  const name = field.text(first + 2)
  const display = field.text(first + 1)
  const { system, version }: { system?: string | undefined; version?: string } =
    name === undefined ? { system: fallback } : codingSystemOf(mapping, name)
  if (system === undefined && display === undefined) return undefined
  // The names of HL7's own codes are HL7's, not the sender's to tell.
  const named = system?.startsWith('http://terminology.hl7.org/') === true ? undefined : display
  return given({ system, version: version ?? field.text(first === 1 ? 7 : 8), code: tidy(code), display: named && tidy(named) })
}

/** An object identifier as a URI; undefined for anything else. */
export const oidSystem = (text: string | undefined): string | undefined =>
  (text !== undefined && /^[0-2](\.(0|[1-9]\d*)){3,}$/.test(text) ? `urn:oid:${text}` : undefined)

/** FHIR's `code` and `string` know no leading, trailing or doubled blanks. */
export const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim()
