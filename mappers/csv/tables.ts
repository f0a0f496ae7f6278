import { z } from 'zod'
import { HutongError } from '../../src/model/errors'
import type { MapperSource } from '../../src/model/source'

const codes = z.record(z.string(), z.string())
const coding = z.object({ system: z.string(), code: z.string(), display: z.string().optional() })
const unit = z.object({ text: z.string(), ucum: z.string().optional() })

const question = z.object({
  field: z.string(),
  /** The field's Chinese name, as the form prints it. */
  text: z.string(),
  type: z.enum(['text', 'integer', 'decimal', 'date', 'code']),
  /** The form's own codes, or the name of a dictionary that many forms share. */
  codes: codes.optional(),
  dictionary: z.string().optional(),
})

const form = z.object({ source: z.string(), title: z.string(), questions: z.array(question) })

const measurement = z.object({
  text: z.string(),
  loinc: coding.omit({ system: true }).optional(),
  unit: unit.optional(),
  /** Beyond these no living adult is measured: the value is kept as told, with an issue. */
  plausible: z.tuple([z.number(), z.number()]).optional(),
})

const tables = z.object({
  dictionaries: z.record(z.string(), codes),
  maps: z.object({
    gender: z.record(z.string(), z.enum(['male', 'female', 'other', 'unknown'])),
    maritals: z.record(z.string(), z.array(coding)),
    blood: z.record(z.string(), z.array(coding)),
    visitWay: z.record(z.string(), coding),
    medicineUnitMB: z.record(z.string(), unit),
  }),
  measurements: z.record(z.string(), measurement),
  MDC_HypertensionVisit: form,
  MDC_DiabetesVisit: form,
})

const settings = z.object({ unknownDates: z.array(z.string()).default([]) })

export type Question = z.infer<typeof question>
export type Form = z.infer<typeof form>
export type Measurement = z.infer<typeof measurement>
export type Codes = Readonly<Record<string, string>>
export type CommunityTables = z.infer<typeof tables> & z.infer<typeof settings>

const parsed = new WeakMap<MapperSource, CommunityTables>()

/** The source's `tables/*.json` and settings, checked once. Throws CONFIGURATION with the table and the field. */
export function readTables(source: MapperSource): CommunityTables {
  const known = parsed.get(source)
  if (known) return known
  const read = tables.safeParse(source.tables)
  const set = settings.safeParse(source.settings)
  const wrong = read.error ?? set.error
  if (!read.success || !set.success) {
    throw new HutongError('CONFIGURATION', wrong ? z.prettifyError(wrong) : 'tables', `mappers/sources/${source.id}`)
  }
  const result = { ...read.data, ...set.data }
  parsed.set(source, result)
  return result
}
