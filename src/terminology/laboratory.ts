/** An item of the national list: analyte + specimen + timing + property, never the name alone. */
export interface LaboratoryItem {
  readonly key: string
  readonly item: string
  readonly loinc: string
  readonly display: string
  /** UCUM codes of the item's property; empty where the item has none (presence, titre). */
  readonly units: readonly string[]
}

/** What a laboratory's own code means: the national item, and the specimens for which that holds. */
export interface LocalLaboratoryCode {
  readonly item: string
  readonly specimens?: readonly string[] | undefined
}

export type LaboratoryReading =
  | { readonly known: true; readonly coding: { readonly system: string; readonly code: string; readonly display: string } }
  /** `unit`: it is not of the item's property (mg/dL for a substance amount); `specimen`: the code means something else there. */
  | { readonly known: false; readonly reason: 'code' | 'specimen' | 'unit' }

/** The table `mappers/tables/laboratory.json` by its items' keys. */
export const indexLaboratory = (table: { readonly items: readonly LaboratoryItem[] }): ReadonlyMap<string, LaboratoryItem> =>
  new Map(table.items.map(item => [item.key, item]))

/**
 * The LOINC coding of a laboratory's own code, where the national table knows it for that specimen and unit. A result
 * without a value may lack its unit; a number without one cannot be told to be moles or mass, and gets no code.
 */
export function readLaboratoryCode(
  { local, specimen, unit, hasValue }: {
    readonly local: LocalLaboratoryCode | undefined
    /** The specimen's code, as the laboratory writes it. */
    readonly specimen?: string | undefined
    /** UCUM */
    readonly unit?: string | undefined
    readonly hasValue: boolean
  },
  items: ReadonlyMap<string, LaboratoryItem>,
): LaboratoryReading {
  const item = local && items.get(local.item)
  if (!local || !item) return { known: false, reason: 'code' }
  const specimenFits = specimen === undefined || local.specimens?.includes(specimen) !== false
  if (!specimenFits) return { known: false, reason: 'specimen' }
  const unitFits = item.units.length === 0 || (unit === undefined ? !hasValue : item.units.includes(unit))
  if (!unitFits) return { known: false, reason: 'unit' }
  return { known: true, coding: { system: 'http://loinc.org', code: item.loinc, display: item.display } }
}
