/**
 * Leaves out what is not told: undefined, empty lists, empty objects. FHIR forbids empty arrays and objects, and a
 * telling's silence must be silence.
 */
export function given<T extends object>(value: T): T {
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key]
    if (isTold(item)) kept[key] = item
  }
  return kept as T
}

/** As `given`; undefined where nothing is left. */
export function givenOrNone<T extends object>(value: T): T | undefined {
  const kept = given(value)
  return Object.keys(kept).length > 0 ? kept : undefined
}

/** The items that are there; undefined for none. */
export function list<T>(...items: readonly (T | undefined)[]): T[] | undefined {
  const kept = items.filter((item): item is T => item !== undefined)
  return kept.length > 0 ? kept : undefined
}

function isTold(value: unknown): boolean {
  if (value === undefined || value === '') return false
  if (typeof value !== 'object' || value === null) return true
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0
}
