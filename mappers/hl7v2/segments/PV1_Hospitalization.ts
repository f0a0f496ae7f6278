import { z } from 'zod'
import type * as fhir4 from '../../../src/model/fhir'
import { HutongError } from '../../../src/model/errors'
import type { Hl7Field, Hl7Segment } from '../../../src/model/record'
import { codingSystemOf, CWE_CodeableConcept, tidy } from '../datatypes/CWE_CodeableConcept'
import { XON_Organization } from '../datatypes/XON_Organization'
import { given, givenOrNone, list } from '../given'
import type { Mapping } from '../mapping'

/** A source's own code table for one field, `tables/PV1-36.json`: its code system, and the FHIR code where one fits. */
const fieldTable = z.object({
  from: z.object({ system: z.string(), version: z.string().optional() }),
  to: z.object({ system: z.string() }),
  codes: z.record(z.string(), z.object({ display: z.string(), code: z.string().optional(), toDisplay: z.string().optional() })),
})

const read = new WeakMap<object, z.infer<typeof fieldTable>>()

/**
 * HL7 v2-to-FHIR, segment PV1[Encounter]: admission and discharge. 入院途径 (PV1-14) and 离院方式 (PV1-36) have no codes of
 * HL7's: they are coded by the source's own tables, with FHIR's code beside it where one fits.
 */
export function PV1_Hospitalization(
  mapping: Mapping, pv1: Hl7Segment, withdrawn: readonly string[],
): fhir4.EncounterHospitalization | undefined {
  const told = (path: string) => !withdrawn.includes(`hospitalization.${path}`)
  return givenOrNone({
    admitSource: localConcept(mapping, pv1, 14),
    reAdmission: CWE_CodeableConcept(mapping, pv1.field(13)[0]),
    dischargeDisposition: told('dischargeDisposition') ? localConcept(mapping, pv1, 36) : undefined,
    destination: told('destination') ? destinationOf(mapping, pv1) : undefined,
  })
}

function localConcept(mapping: Mapping, pv1: Hl7Segment, field: number): fhir4.CodeableConcept | undefined {
  const [first] = pv1.field(field)
  const code = first?.text(1)
  if (!first || code === undefined) return undefined
  const table = tableOf(mapping, `PV1-${field}`)
  if (!table) return plainConcept(mapping, first, field)
  const row = Object.hasOwn(table.codes, code) ? table.codes[code] : undefined
  if (!row) mapping.note('warning', 'unknown-code', pv1.place(field), 'The source\'s table has no such code: it is kept as told.')
  const own = given({ system: table.from.system, version: table.from.version, code: tidy(code), display: row?.display })
  const fhir = row?.code === undefined ? undefined : given({ system: table.to.system, code: row.code, display: row.toDisplay })
  return { coding: list(own, fhir) ?? [], text: row?.display ?? first.text(2) ?? code }
}

/** Without a table, the field's code is HL7's user-defined one: HL7 tables 0023 and 0112 hold no codes to map from. */
function plainConcept(mapping: Mapping, field: Hl7Field, number: number): fhir4.CodeableConcept | undefined {
  const concept = CWE_CodeableConcept(mapping, field)
  if (!concept || concept.coding) return concept
  return { ...concept, coding: [{ system: codingSystemOf(mapping, `PV1-${number}`).system, code: tidy(field.text(1) ?? '') }] }
}

function tableOf(mapping: Mapping, name: string): z.infer<typeof fieldTable> | undefined {
  const table = mapping.source.tables[name]
  if (typeof table !== 'object' || table === null) return undefined
  const known = read.get(table)
  if (known) return known
  const parsed = fieldTable.safeParse(table)
  if (!parsed.success) {
    throw new HutongError('CONFIGURATION', z.prettifyError(parsed.error), `${mapping.source.id}/tables/${name}.json`)
  }
  read.set(table, parsed.data)
  return parsed.data
}

/** PV1-37 is an institution's code in the Chinese dialects; HL7's DLD names a location by its first component all the same. */
function destinationOf(mapping: Mapping, pv1: Hl7Segment): fhir4.Reference | undefined {
  const code = pv1.text(37)
  return code === undefined ? undefined : XON_Organization(mapping, { code, place: pv1.place(37) })?.reference
}
