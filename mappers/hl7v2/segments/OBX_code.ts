import { z } from 'zod'
import type * as fhir4 from '../../../src/model/fhir'
import { HutongError } from '../../../src/model/errors'
import type { Hl7Segment } from '../../../src/model/record'
import type { MapperSource } from '../../../src/model/source'
import { readLaboratoryCode, type LocalLaboratoryCode } from '../../../src/terminology/laboratory'
import { readRecognitionMarks } from '../../../src/terminology/laboratoryMarks'
import { CWE_CodeableConcept } from '../datatypes/CWE_CodeableConcept'
import { given } from '../given'
import type { Mapping } from '../mapping'
import { tables } from '../tables'
import type { Unit } from './OBX_units'

const localTable = z.object({
  system: z.string(),
  codes: z.record(z.string(), z.object({ item: z.string(), specimens: z.array(z.string()).optional() })),
})

/** What decides what a local code means. */
interface About {
  readonly specimen: string | undefined
  readonly unit: Unit | undefined
  readonly hasValue: boolean
}

const read = new WeakMap<object, z.infer<typeof localTable>>()

/**
 * HL7 v2-to-FHIR, OBX-3, without the marks of recognition before its name. The source's own coding always stays; LOINC
 * stands beside it where the source's table `laboratory` names the national item, and specimen and unit agree.
 */
export function OBX_code(
  mapping: Mapping, obx: Hl7Segment, about: About,
): { readonly code: fhir4.CodeableConcept; readonly marks: readonly string[] } {
  const told = CWE_CodeableConcept(mapping, obx.field(3)[0], given({ fallback: mapping.settings.laboratorySystem }))
  const marks: string[] = []
  const unmarked = (name: string | undefined): string | undefined => {
    if (name === undefined) return undefined
    const reading = readRecognitionMarks(name)
    for (const mark of reading.marks) if (!marks.includes(mark)) marks.push(mark)
    return reading.name
  }
  const coding = (told?.coding ?? []).map(item => given({ ...item, display: unmarked(item.display) }))
  const text = unmarked(told?.text)
  const loinc = loincOf(mapping, obx, { coding, ...about })
  return { code: told ? given({ coding: loinc ? [...coding, loinc] : coding, text }) : { text: 'unknown' }, marks }
}

function loincOf(
  mapping: Mapping, obx: Hl7Segment,
  { coding, specimen, unit, hasValue }: About & { readonly coding: readonly fhir4.Coding[] },
): fhir4.Coding | undefined {
  if (coding.some(item => item.system === 'http://loinc.org')) return undefined
  const local = localCodeOf(mapping.source, coding)
  if (!local) return undefined
  const reading = readLaboratoryCode({ local, specimen, unit: unit?.ucum, hasValue }, tables.laboratory)
  if (reading.known) return { ...reading.coding }
  const message = 'The item has a LOINC code, but not with this specimen or unit: it stays local.'
  mapping.note('information', `loinc-not-given-${reading.reason}`, obx.place(3), message)
  return undefined
}

function localCodeOf(source: MapperSource, coding: readonly fhir4.Coding[]): LocalLaboratoryCode | undefined {
  const table = tableOf(source)
  const code = table && coding.find(item => item.system === table.system)?.code
  return table && code !== undefined && Object.hasOwn(table.codes, code) ? table.codes[code] : undefined
}

function tableOf(source: MapperSource): z.infer<typeof localTable> | undefined {
  const table = source.tables.laboratory
  if (typeof table !== 'object' || table === null) return undefined
  const known = read.get(table)
  if (known) return known
  const parsed = localTable.safeParse(table)
  if (!parsed.success) {
    throw new HutongError('CONFIGURATION', z.prettifyError(parsed.error), `${source.id}/tables/laboratory.json`)
  }
  read.set(table, parsed.data)
  return parsed.data
}
