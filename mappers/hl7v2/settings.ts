import { z } from 'zod'
import { HutongError } from '../../src/model/errors'
import type { MapperSource } from '../../src/model/source'

const codingSystem = z.object({ system: z.string().min(1), version: z.string().optional() })

/**
 * What `settings` of a source with format `hl7v2` may say. All of it is optional; what is left out is as HL7's
 * v2-to-FHIR tables have it.
 */
const settingsSchema = z.object({
  /** Calendar dates that the sender writes for "not known", e.g. `1900-01-01`. */
  unknownDates: z.array(z.string()).default([]),
  /** FHIR system of each coding system's name (CWE-3). Names that are not here are looked up in HL7 table 0396. */
  codingSystems: z.record(z.string(), codingSystem).default({}),
  /** FHIR system of OBX-3 and OBR-4 codes without a coding system. */
  laboratorySystem: z.string().optional(),
  /** Words in a diagnosis that make it provisional. */
  provisionalWords: z.array(z.string()).default(['初步', '疑似', '待查', '待排', '可疑']),
  /** What DG1-5 says: HL7's tables read it as the onset; many hospitals write the day of the diagnosis. */
  diagnosisDate: z.enum(['onset', 'recorded']).default('onset'),
  /** Component of PV1-3 that names the department (科室), where the sender puts it there: told as Encounter.serviceType. */
  departmentComponent: z.number().int().optional(),
  /** Numbers that are mobile phones, as a regular expression. */
  mobileNumbers: z.string().optional(),
  /** A number with a unit in a text result (OBX-2 = ST) is a quantity. */
  numericText: z.boolean().default(false),
  /** OBX-3 codes whose text is the report's conclusion: told as DiagnosticReport.conclusion, not as an Observation. */
  conclusionCodes: z.array(z.string()).default([]),
  /**
   * Where a message has no number of its patient: it is quarantined (`refuse`), or its patient is known by that message alone
   * (`message`: its MSH-10), as for an emergency patient nobody knows.
   */
  unidentifiedPatients: z.enum(['refuse', 'message']).default('refuse'),
  /** How many different fields the source's goldens may leave unused: CI holds it. */
  unmappedCeiling: z.number().int().optional(),
})

export type Hl7Settings = Omit<z.infer<typeof settingsSchema>, 'mobileNumbers'> & { readonly mobileNumbers?: RegExp }

const read = new WeakMap<object, Hl7Settings>()

/** The source's settings, read once. Throws CONFIGURATION naming the field. */
export function settingsOf(source: MapperSource): Hl7Settings {
  const known = read.get(source.settings)
  if (known) return known
  const parsed = settingsSchema.safeParse(source.settings)
  if (!parsed.success) throw new HutongError('CONFIGURATION', z.prettifyError(parsed.error), `${source.id}/source.json settings`)
  const { mobileNumbers, ...rest } = parsed.data
  const settings: Hl7Settings = mobileNumbers === undefined ? rest : { ...rest, mobileNumbers: new RegExp(mobileNumbers) }
  read.set(source.settings, settings)
  return settings
}
