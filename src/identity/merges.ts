import type { ResidentRow } from '../store/collections'

/** Who a resident is now, through however many merges; a circle of them ends where it closes. */
export async function throughMerges(
  id: string,
  load: (id: string) => Promise<ResidentRow | undefined>,
): Promise<ResidentRow | undefined> {
  const passed = new Set<string>()
  let row = await load(id)
  while (row?.mergedInto !== undefined && !passed.has(row.resident)) {
    passed.add(row.resident)
    row = await load(row.mergedInto)
  }
  return row
}
