import { z } from 'zod'
import { HutongError } from '../../src/model/errors'
import type { MapperSource } from '../../src/model/source'

/** What `settings` of a source with format `fhir` may say. */
const settingsSchema = z.object({
  /**
   * The bases of the source's own resources, e.g. `https://platform.example/fhir`: `<base>/Patient/1` is its `Patient/1`.
   * What stands under another base is another server's, though it came in this source's record. Where none is named, the
   * one base that all full URLs of a record share is taken for the source's own: name them for a source that passes on
   * what several servers hold.
   */
  baseUrls: z.array(z.url()).default([]),
  /** How many different fields the source's goldens may leave unused: CI holds it. */
  unmappedCeiling: z.number().int().optional(),
})

export type FhirSettings = z.infer<typeof settingsSchema>

const read = new WeakMap<object, FhirSettings>()

/** The source's settings, read once. Throws CONFIGURATION naming the field. */
export function settingsOf(source: MapperSource): FhirSettings {
  const known = read.get(source.settings)
  if (known) return known
  const parsed = settingsSchema.safeParse(source.settings)
  if (!parsed.success) throw new HutongError('CONFIGURATION', z.prettifyError(parsed.error), `${source.id}/source.json settings`)
  read.set(source.settings, parsed.data)
  return parsed.data
}
