/** What one source tells as a panel and another item by item: docs/same-fact.md. Pure. */
import type { Fact } from '../model/fact'
import { contentHash } from '../model/ids'
import type { ServedObservation } from '../model/served'
import { precise } from './instants'
import { itemKey, sameKey } from './same'

type Group = readonly Fact[]

/**
 * Groups whose item is part of another source's panel of the same minute, by the panel's group: who tells systolic and diastolic
 * pressure in two results tells of the other's one pressure, too. `contradicts`: the two facts cannot be one.
 */
export function partsOfPanels<G extends Group>(groups: readonly G[], contradicts: (a: Fact, b: Fact) => boolean): ReadonlyMap<G, readonly G[]> {
  const panels = groups.filter((group) => group.some(isPanel))
  if (panels.length === 0) return new Map()
  const singles = new Map<string, G[]>()
  const minutes = new Set<string>()
  for (const group of groups) {
    const [first] = group
    if (first?.same === undefined || first.record.resourceType !== 'Observation' || group.some(isPanel)) continue
    singles.set(first.same, [...singles.get(first.same) ?? [], group])
    minutes.add(minuteOf(first))
  }
  const parts = new Map<G, G[]>()
  const taken = new Set<G>()
  for (const panel of panels) {
    const own = panel.filter(isPanel)
    if (!own.some((fact) => minutes.has(minuteOf(fact)))) continue
    const found = keysOfParts(own).flatMap((key) => singles.get(key) ?? [])
      .filter((group) => !taken.has(group) && group.every((fact) => panel.every((other) => other.source !== fact.source && !contradicts(other, fact))))
    for (const group of found) taken.add(group)
    if (found.length > 0) parts.set(panel, found)
  }
  return parts
}

const isPanel = ({ record }: Fact): boolean => record.resourceType === 'Observation' && record.component !== undefined
const minuteOf = ({ time }: Fact) => time.slice(0, 16)

/** The keys that the panel's parts would have as facts of their own, as they are made and as they are kept. */
function keysOfParts(panels: Group): string[] {
  const keys = panels.flatMap(({ record }) => {
    const { component = [], effectiveDateTime, effectiveInstant, effectivePeriod } = record as ServedObservation
    const at = precise(effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.start)
    return component.map(({ code }) => itemKey(code)).filter((item) => item?.includes('|') === true).flatMap((item) => sameKey('observation', item, at) ?? [])
  })
  return [...new Set(keys)].flatMap((key) => [key, keptKey(key)])
}

/** The key of the same fact as it is kept. */
export const keptKey = (same: string): string => contentHash([same]).slice(0, 16)
