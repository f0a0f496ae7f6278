import type * as fhir4 from '../../../src/model/fhir'
import type { Hl7Field } from '../../../src/model/record'
import type { AssigningAuthority } from '../../../src/model/source'
import { given, list } from '../given'
import type { Mapping } from '../mapping'
import { tables, v2System } from '../tables'
import { oidSystem, tidy } from './CWE_CodeableConcept'
import { TS_dateTime } from './TS_dateTime'

/**
 * HL7 v2-to-FHIR, data type CX[Identifier]. The system comes from the source's assigning authorities, by `CX-4|CX-5`
 * (`SYY|VN`), by CX-4 (namespace), else by CX-5 (type); a number without either is the source's own (`''`, or `own`). An
 * authority that is not configured keeps its OID, or its name within the source.
 */
export function CX_Identifier(
  mapping: Mapping, field: Hl7Field, { place, own = '' }: { readonly place: string; readonly own?: string },
): fhir4.Identifier | undefined {
  const value = field.text(1)
  if (value === undefined) return undefined
  const authority = authorityOf(mapping, field, own)
  const type = field.text(5) ?? authority?.type
  return given({
    type: identifierType(type),
    system: authority?.system ?? namespaceSystem(mapping, field),
    value: tidy(value),
    period: given({ start: TS_dateTime(mapping, field.text(7), place), end: TS_dateTime(mapping, field.text(8), place) }),
    assigner: authority === undefined ? given({ display: field.text(4) }) : undefined,
  })
}

export function authorityOf(mapping: Mapping, field: Hl7Field, own = ''): AssigningAuthority | undefined {
  const namespace = field.text(4)
  const type = field.text(5)
  if (namespace === undefined) return authorityNamed(mapping, type ?? own)
  const names = type === undefined ? [namespace] : [`${namespace}|${type}`, namespace, type]
  return names.map(name => authorityNamed(mapping, name)).find(authority => authority !== undefined)
}

export function authorityNamed(mapping: Mapping, name: string): AssigningAuthority | undefined {
  const { assigningAuthorities } = mapping.source
  return Object.hasOwn(assigningAuthorities, name) ? assigningAuthorities[name] : undefined
}

/** Identifier.type of table 0203; a type that the table does not know stays text. */
export function identifierType(type: string | undefined): fhir4.CodeableConcept | undefined {
  if (type === undefined) return undefined
  return tables.identifierTypes.has(type) ? { coding: [{ system: v2System('0203'), code: type }] } : { text: tidy(type) }
}

/** HL7 v2-to-FHIR, data type EI[Identifier]: placer, filler and instance numbers, with the type that the segment map gives. */
export function EI_Identifier(mapping: Mapping, field: Hl7Field | undefined, type?: string): fhir4.Identifier | undefined {
  const value = field?.text(1)
  if (!field || value === undefined) return undefined
  const namespace = field.text(2)
  const oid = field.text(4) === 'ISO' ? field.text(3) : undefined
  return given({
    type: identifierType(type),
    system: oidSystem(oid) ?? (namespace && localSystem(mapping, namespace)),
    value: tidy(value),
  })
}

/** The identifiers that are there, each system and value once. */
export function distinctIdentifiers(...identifiers: readonly (fhir4.Identifier | undefined)[]): fhir4.Identifier[] | undefined {
  const seen = new Map<string, fhir4.Identifier>()
  for (const identifier of list(...identifiers) ?? []) {
    const key = `${identifier.system ?? ''}|${identifier.value ?? ''}`
    if (!seen.has(key)) seen.set(key, identifier)
  }
  return seen.size > 0 ? [...seen.values()] : undefined
}

function namespaceSystem(mapping: Mapping, field: Hl7Field): string | undefined {
  const oid = oidSystem(field.text(4, 2))
  if (oid !== undefined) return oid
  const namespace = field.text(4)
  return namespace === undefined ? undefined : localSystem(mapping, namespace)
}

const localSystem = (mapping: Mapping, namespace: string) => `urn:hutong:${mapping.source.id}:id:${encodeURIComponent(namespace)}`
