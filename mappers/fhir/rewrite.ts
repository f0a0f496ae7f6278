import type { MappingIssue } from '../../src/model/mapping'
import type { Entry } from './entries'
import { isObject, listOf, text, type JsonObject } from './json'
import type { References } from './references'

interface Context {
  readonly entry: Entry
  readonly references: References
  readonly report: (issue: MappingIssue) => void
}

/**
 * The value with every reference in it led to the id that its target has here; what holds none is given back as it is.
 * - A reference to one version leads to the resource; the version stays beside it, as extension `urn:hutong:version-id`.
 * - What another server holds, and this record does not, keeps its whole address (`foreign-reference`).
 * - Where it cannot be known what a reference points to, it stays as it came (`unresolved-reference`).
 */
export function rewrite(value: unknown, context: Context, place = context.entry.place): unknown {
  if (Array.isArray(value)) return rewriteList(value, context, place)
  if (!isObject(value)) return value
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    const element = value[key]
    if (typeof element !== 'object') continue
    const rewritten = rewrite(element, context, `${place}.${key}`)
    if (rewritten !== element) (copy ??= { ...value })[key] = rewritten
  }
  return typeof value.reference === 'string' ? lead(value.reference, copy ?? value, { context, place }) : copy ?? value
}

function rewriteList(list: unknown[], context: Context, place: string): unknown[] {
  let changed = false
  const copy = list.map((item, index) => {
    if (typeof item !== 'object') return item
    const rewritten = rewrite(item, context, `${place}[${index}]`)
    changed ||= rewritten !== item
    return rewritten
  })
  return changed ? copy : list
}

interface Where { readonly context: Context; readonly place: string }

function lead(reference: string, holder: JsonObject, { context: { entry, references, report }, place }: Where): JsonObject {
  const target = references.resolve(reference, entry, text(holder.type))
  const at = `${place}.reference`
  if (target === undefined) {
    report({ severity: 'warning', code: 'unresolved-reference', place: at, message: 'it cannot be known what this points to' })
    return holder
  }
  if (target.foreign !== undefined) {
    const message = 'held by another server: kept with its address'
    report({ severity: 'information', code: 'foreign-reference', place: at, message })
    return { ...holder, reference: target.foreign }
  }
  const version = { url: 'urn:hutong:version-id', valueString: target.version }
  return {
    ...holder,
    reference: target.ref,
    ...(target.version === undefined ? {} : { extension: [...listOf(holder.extension), version] }),
  }
}
