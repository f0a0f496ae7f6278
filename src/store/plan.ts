/** How a question is served: which key or declared index, in which order. Shared by all adapters, so that all refuse alike. */
import { HutongError } from '../model/errors'
import type { CollectionSpec, Condition, Find, KeyValue, Where } from './port'

export interface PlannedField { readonly name: string; readonly descending: boolean }

/** A bound holds for values of its own type only: numbers are never in a range of strings. */
export interface Bound { readonly op: '>' | '>=' | '<' | '<='; readonly value: KeyValue }

export interface Plan {
  /** Name of the declared index; undefined: the key. */
  readonly index?: string
  /** All fields of the index in order, the key's appended. Order within a field: numbers by value, then strings by code point. */
  readonly fields: readonly PlannedField[]
  /** The leading fields, each with the values it may have (no value twice, in the order asked). */
  readonly equal: readonly { readonly field: string; readonly values: readonly KeyValue[] }[]
  readonly range?: { readonly field: string; readonly bounds: readonly Bound[] }
}

/** One run of rows behind a place: `equal` fields as given, and the next field beyond its value. */
export interface Segment {
  readonly equal: readonly { readonly field: string; readonly value: KeyValue }[]
  readonly beyond: { readonly field: string; readonly op: '<' | '>'; readonly value: KeyValue }
}

/** Of one `in`. */
const mostValues = 10_000

/**
 * Picks the key, or else the first declared index, whose leading fields are exactly those of `where` that are asked by
 * equality or `in`, followed by the one asked by prefix or range, and that holds all of `by`. An empty range (`{}`) is no
 * restriction, but picks the index that continues with that field. Throws NO_INDEX or BAD_ARGUMENT.
 */
export function planWhere(spec: CollectionSpec, where: Where, by: readonly string[] = []): Plan {
  const asked = Object.entries(where)
  const equal = new Map<string, readonly KeyValue[]>()
  let range: Plan['range']
  for (const [field, condition] of asked) {
    const values = equalTo(spec, field, condition)
    if (values) equal.set(field, values)
    else if (range) throw noIndex(spec, where)
    else range = { field, bounds: boundsOf(spec, field, condition) }
  }
  for (const { name, fields } of candidates(spec)) {
    const leading = fields.slice(0, equal.size)
    if (!leading.every(field => equal.has(field.name))) continue
    if (range && fields[equal.size]?.name !== range.field) continue
    if (!by.every(wanted => fields.some(field => field.name === wanted))) continue
    return {
      ...(name === undefined ? {} : { index: name }),
      fields,
      equal: leading.map(({ name: field }) => ({ field, values: equal.get(field) ?? [] })),
      ...(range ? { range } : {}),
    }
  }
  throw noIndex(spec, where, by)
}

/** The plan of a find, with its limit and place checked. */
export function planFind<R extends object>(spec: CollectionSpec, find: Find<R>): Plan {
  const plan = planWhere(spec, find.where)
  checkCount(spec, 'limit', find.limit)
  if (find.after && plan.equal.some(({ values }) => values.length !== 1)) {
    throw new HutongError('BAD_ARGUMENT', '`after` cannot be combined with `in`.', spec.name)
  }
  return plan
}

/** The rows behind `after` in the plan's order (or against it), as runs that each are one range of the index, nearest first. */
export function behind(spec: CollectionSpec, plan: Plan, after: object, backward: boolean): readonly Segment[] {
  const free = plan.fields.slice(plan.equal.length)
  const given = after as Readonly<Record<string, unknown>>
  const place = free.map(({ name: field }) => ({ field, value: keyValue(spec, field, given[field]) }))
  return place.map(({ field, value }, depth): Segment => {
    const op = (free[depth]?.descending ?? false) === backward ? '>' : '<'
    return { equal: place.slice(0, depth), beyond: { field, op, value } }
  }).toReversed()
}

export function checkCount(spec: CollectionSpec, what: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new HutongError('BAD_ARGUMENT', `\`${what}\` must be a whole number, not below 0.`, spec.name)
  }
}

/** The value as one that can stand in a key or index: no lone surrogates, which have no UTF-8, nor NUL, at which drivers cut. */
export function keyValue(spec: CollectionSpec, field: string, value: unknown): KeyValue {
  if (typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value)) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new HutongError('BAD_ARGUMENT',
    'A key or indexed field must be a finite number or a well-formed string without NUL.', `${spec.name}.${field}`)
}

/** `-time` as { name: 'time', descending: true }. */
export const fieldsOf = (fields: readonly string[]): PlannedField[] => fields.map(field =>
  field.startsWith('-') ? { name: field.slice(1), descending: true } : { name: field, descending: false })

/** An index's fields with those of the key that it lacks appended. */
export function indexFields(spec: CollectionSpec, index: readonly string[]): PlannedField[] {
  const own = fieldsOf(index)
  return [...own, ...fieldsOf(spec.key).filter(field => !own.some(({ name }) => name === field.name))]
}

function candidates(spec: CollectionSpec): { name?: string; fields: readonly PlannedField[] }[] {
  const declared = Object.entries(spec.indexes ?? {}).map(([name, index]) => ({ name, fields: indexFields(spec, index) }))
  return [{ fields: fieldsOf(spec.key) }, ...declared]
}

function equalTo(spec: CollectionSpec, field: string, condition: Condition): readonly KeyValue[] | undefined {
  if (typeof condition !== 'object' || condition === null) return [keyValue(spec, field, condition)]
  if ('in' in condition) {
    if (condition.in.length > mostValues) {
      throw new HutongError('BAD_ARGUMENT', `A list may have ${mostValues} values.`, `${spec.name}.${field}`)
    }
    return [...new Set(condition.in)].map(value => keyValue(spec, field, value))
  }
  return undefined
}

const operators = { from: '>=', above: '>', to: '<=', below: '<' } as const

function boundsOf(spec: CollectionSpec, field: string, condition: Condition): readonly Bound[] {
  if (typeof condition === 'object' && 'prefix' in condition) {
    keyValue(spec, field, condition.prefix)
    return prefixBounds(condition.prefix)
  }
  const bounds = Object.entries(condition).filter(([, value]) => value !== undefined).map(([name, value]): Bound => {
    const op = operators[name as keyof typeof operators]
    if (!op) throw new HutongError('BAD_ARGUMENT', 'A condition is a value, `in`, `prefix`, or a range.', `${spec.name}.${field}`)
    return { op, value: keyValue(spec, field, value) }
  })
  if (new Set(bounds.map(({ value }) => typeof value)).size > 1) {
    throw new HutongError('BAD_ARGUMENT', 'The ends of a range must be of one type.', `${spec.name}.${field}`)
  }
  return bounds
}

/** Strings that begin with `prefix`: from it, to below the next string of its length in code point order. */
function prefixBounds(prefix: string): readonly Bound[] {
  const points = Array.from(prefix, character => character.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  const from: Bound = { op: '>=', value: prefix }
  if (last === undefined) return [from]
  const next = last === 0xd7ff ? 0xe000 : last + 1
  return [from, { op: '<', value: String.fromCodePoint(...points, next) }]
}

function noIndex(spec: CollectionSpec, where: Where, by: readonly string[] = []): HutongError {
  const asked = [...Object.keys(where), ...by.map(field => `by ${field}`)].join(', ')
  return new HutongError('NO_INDEX', `No key or index of ${spec.name} serves: ${asked}.`, spec.name)
}
