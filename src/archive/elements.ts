/** How one word on an element lies over an older one. Nothing is changed in place. */
import { isObject, mergeList, type Json } from './lists'

/** R4's choice elements that the mapped types have: one type at a time. */
const choices = [
  'value', 'onset', 'abatement', 'effective', 'deceased', 'medication', 'occurrence', 'performed', 'multipleBirth',
  'asNeeded', 'reported', 'rate', 'dose',
]
const choiceOf = new RegExp(`^(${choices.join('|')})[A-Z]`)

/** Lays `newer` over `older`: deep in objects, by natural key in lists; a value that only makes sense whole replaces. */
export function mergeObject(older: Json, newer: Json): Json {
  const merged: Record<string, unknown> = { ...older }
  for (const [key, value] of Object.entries(newer)) {
    if (value === undefined || value === null) continue
    if (!tellsMore(merged, key, value)) continue
    clearRivals(merged, key, newer)
    merged[key] = mergeValue(key, merged[key], value)
  }
  return merged
}

/** `deceasedBoolean: true` beside a known date of death is no news, and neither is a status that the teller does not know. */
const tellsMore = (older: Json, key: string, value: unknown) =>
  !(key === 'deceasedBoolean' && value === true && older.deceasedDateTime !== undefined)
  && !(key === 'status' && value === 'unknown' && older.status !== undefined)

/** A new word on `value[x]` takes the place of another type's; a new primitive that of the old one's extensions. */
function clearRivals(merged: Record<string, unknown>, key: string, newer: Json): void {
  if (`_${key}` in merged && !(`_${key}` in newer)) delete merged[`_${key}`]
  const choice = choiceOf.exec(key)?.[1]
  if (key === 'dataAbsentReason') removeChoice(merged, 'value')
  if (choice === undefined) return
  if (choice === 'value') delete merged.dataAbsentReason
  for (const rival of Object.keys(merged)) {
    const name = rival.replace(/^_/, '')
    if (name !== key && choiceOf.exec(name)?.[1] === choice) delete merged[rival]
  }
}

function removeChoice(object: Record<string, unknown>, choice: string): void {
  for (const key of Object.keys(object)) if (choiceOf.exec(key.replace(/^_/, ''))?.[1] === choice) delete object[key]
}

function mergeValue(key: string, older: unknown, newer: unknown): unknown {
  if (Array.isArray(newer)) return Array.isArray(older) ? mergeList(key, older, newer, mergeObject) : newer
  if (!isObject(newer) || !isObject(older)) return newer
  if ('coding' in newer || 'coding' in older) return mergeConcept(older, newer)
  if ('reference' in newer) return newer.reference === older.reference ? { ...older, ...newer } : newer
  // Quantity, Identifier and Coding say one thing with all their parts: half of an old one would be false.
  return 'value' in newer || 'system' in newer || 'code' in newer ? newer : mergeObject(older, newer)
}

const codings = (concept: Json) => (Array.isArray(concept.coding) ? concept.coding as Json[] : [])

/** Codings of several systems add up while they do not contradict; a new code of the same system is a new concept. */
function mergeConcept(older: Json, newer: Json): Json {
  if (codings(newer).length === 0) return newer.text === older.text ? older : newer
  const contradicts = codings(newer).some((coding) =>
    codings(older).some((known) => known.system === coding.system && known.code !== coding.code))
  return contradicts ? newer : mergeObject(older, newer)
}

/** Leaves out the element at a path (`telecom`, `period.end`, `deceased[x]`); in a list, of every entry. */
export function withoutPath(object: Json, path: string): Json {
  const [head, ...rest] = path.split('.')
  if (head === undefined || head === 'id' || head === 'resourceType') return object
  const copy: Record<string, unknown> = { ...object }
  if (head.endsWith('[x]')) {
    removeChoice(copy, head.slice(0, -3))
    return copy
  }
  if (rest.length === 0) {
    delete copy[head]
    delete copy[`_${head}`]
    return copy
  }
  const inner = copy[head]
  const below = rest.join('.')
  if (Array.isArray(inner)) {
    copy[head] = inner.map((entry) => (isObject(entry) ? withoutPath(entry, below) : entry)).filter(isTold)
  } else if (isObject(inner)) copy[head] = withoutPath(inner, below)
  if (!isTold(copy[head]) || (Array.isArray(copy[head]) && copy[head].length === 0)) delete copy[head]
  return copy
}

const isTold = (value: unknown) => !isObject(value) || Object.keys(value).length > 0
