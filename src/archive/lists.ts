/** Which entry of an older list a newer entry speaks of: by natural key. */

export type Json = Readonly<Record<string, unknown>>
type Merge = (older: Json, newer: Json) => Json

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

interface ListRule {
  readonly key: (entry: Json) => string
  /** The newer entry is laid over the older one; otherwise it replaces it. */
  readonly deep?: boolean
  /** Told apart within one key where there are several. */
  readonly several?: (entry: Json) => string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const inner = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined)
const code = (concept: unknown) => text(inner(first(inner(concept, 'coding')), 'code')) || text(inner(concept, 'text'))
const reference = (value: unknown) => text(inner(value, 'reference')) || text(inner(value, 'display'))

/** 居民健康档案编号: a resident who moves gets another, and the old one still finds her. */
const archiveNumber = 'urn:oid:2.16.156.10011.1.2'

const identifierKey = (entry: Json) =>
  `${text(entry.system)}|${code(entry.type)}${entry.system === archiveNumber ? `|${text(entry.value)}` : ''}`
const nameText = (entry: Json) => text(entry.text) || text(entry.family) || text(first(entry.given))
const script = (value: string) => (/\p{Script=Han}/u.test(value) ? 'han' : 'other')

const rules: Readonly<Record<string, ListRule>> = {
  identifier: { key: identifierKey, several: (entry) => text(entry.value), deep: true },
  name: { key: (entry) => `${text(entry.use)}|${script(nameText(entry))}` },
  telecom: { key: (entry) => `${text(entry.system)}|${text(entry.use)}` },
  address: { key: (entry) => text(entry.use) },
  extension: { key: (entry) => text(entry.url), several: (entry) => text(entry.valueString) },
  modifierExtension: { key: (entry) => text(entry.url) },
  coding: { key: (entry) => text(entry.system), deep: true },
  tag: { key: (entry) => `${text(entry.system)}|${text(entry.code)}` },
  participant: { key: (entry) => `${reference(entry.individual)}|${code(first(entry.type))}`, deep: true },
  diagnosis: { key: (entry) => reference(entry.condition), deep: true },
  location: { key: (entry) => reference(entry.location), deep: true },
  link: { key: (entry) => reference(entry.other) },
  result: { key: (entry) => reference(entry) },
  hasMember: { key: (entry) => reference(entry) },
  component: { key: (entry) => code(entry.code), deep: true },
  item: { key: (entry) => text(entry.linkId), deep: true },
  contained: { key: (entry) => text(entry.id) },
}

/** The older list with the newer entries in it; one without a natural key is replaced. `merge` lays an entry over another. */
export function mergeList(name: string, older: readonly unknown[], newer: readonly unknown[], merge: Merge): readonly unknown[] {
  const rule = rules[name]
  if (rule === undefined || !newer.every(isObject) || !older.every(isObject)) return newer
  const groups = groupBy(newer, rule.key)
  const known = groupBy(older, rule.key)
  const merged: Json[] = []
  for (const [key, entries] of known) merged.push(...mergeEntries({ ...rule, merge }, entries, groups.get(key)))
  for (const [key, entries] of groups) if (!known.has(key)) merged.push(...entries)
  return merged
}

function mergeEntries(
  rule: ListRule & { readonly merge: Merge }, older: readonly Json[], newer: readonly Json[] | undefined,
): readonly Json[] {
  if (newer === undefined) return older
  const [before] = older
  const [after] = newer
  if (older.length === 1 && newer.length === 1 && before !== undefined && after !== undefined) {
    const same = rule.several === undefined || rule.several(before) === rule.several(after)
    return [rule.deep === true && same ? rule.merge(before, after) : after]
  }
  if (rule.several === undefined) return newer
  const told = new Map(older.map((entry) => [rule.several?.(entry), entry]))
  for (const entry of newer) told.set(rule.several(entry), entry)
  return [...told.values()]
}

function groupBy(entries: readonly Json[], key: (entry: Json) => string): Map<string, Json[]> {
  const groups = new Map<string, Json[]>()
  for (const entry of entries) {
    const group = groups.get(key(entry))
    if (group === undefined) groups.set(key(entry), [entry])
    else group.push(entry)
  }
  return groups
}
