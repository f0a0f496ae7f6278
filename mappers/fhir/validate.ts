import type { MappingIssue } from '../../src/model/mapping'
import { isObject, type JsonObject } from './json'
import { isOfJsonType, isPrimitive, numberIn, primitiveFault } from './primitives'
import { anyResource, elementOf, shapeOf, type Element, type Shape } from './shapes'

type Report = (issue: MappingIssue) => void
interface Where { readonly place: string; readonly report: Report }

/**
 * Checks a resource against the elements of FHIR R4: names, cardinality, required elements and the shape of primitives; of
 * a type that is not mapped, only what every resource has. Each fault is an `invalid-element` with its place. Gives the
 * resource as it came (a warning), but without the elements that have the shape of something else (a list, an object, a
 * number where R4 has none: an error); these stay in the journal's bytes only. A number written as text becomes one.
 */
export function checkResource(type: string, resource: JsonObject, place: string, report: Report): JsonObject {
  return shapeElements(shapeOf(type) ?? anyResource, resource, { place, report, isResource: true }) ?? resource
}

/** The object without what is misshapen in it; undefined where nothing is left. */
function shapeElements(
  shape: Shape, told: JsonObject, { place, report, isResource = false }: Where & { readonly isResource?: boolean },
): JsonObject | undefined {
  const kept = new Map<string, unknown>()
  const pairs = new Set<string>()
  for (const [name, value] of Object.entries(told)) {
    const element = elementOf(shape, name, isResource)
    const where = { place: `${place}.${name}`, report }
    if (!element && !shape.open) tellFault(where, 'no such element in FHIR R4')
    const [base, other] = name.startsWith('_') ? [name.slice(1), name.slice(1)] : [name, `_${name}`]
    if (element?.repeats && isPaired(element.type)) pairs.add(base)
    const shaped = element ? shapeElement(element, value, { ...where, other: told[other] }) : value
    if (shaped !== undefined) kept.set(name, shaped)
  }
  for (const names of shape.required) {
    const isThere = names.some(name => name in told || `_${name}` in told)
    if (!isThere) tellFault({ place: `${place}.${names[0]}`, report }, 'required, and not there')
  }
  const names = Object.keys(told)
  if (names.every(name => kept.get(name) === told[name])) return told
  for (const name of pairs) closeRanks(kept, name)
  return kept.size > 0 ? Object.fromEntries(kept) : undefined
}

interface Paired extends Where {
  /** Of `given` what stands as `_given` beside it, and of `_given` what stands as `given`. */
  readonly other: unknown
}

function shapeElement({ type, repeats }: Element, told: unknown, { other, ...where }: Paired): unknown {
  if (Array.isArray(told) !== repeats) return tellMisshapen(where, repeats ? 'must be a list' : 'must not be a list')
  if (!Array.isArray(told)) return shapeValue(type, told, where)
  if (told.length === 0) tellFault(where, 'an empty list')
  const shaped = told.map((item: unknown, index) => {
    if (item === null && isPaired(type) && isThere(other, index)) return null
    return shapeValue(type, item, { ...where, place: `${where.place}[${index}]` })
  })
  if (shaped.every((item, index) => item === told[index])) return told
  const kept = isPaired(type) ? shaped.map(item => item ?? null) : shaped.filter(item => item !== undefined)
  return kept.some(item => item !== null) ? kept : undefined
}

function shapeValue(type: string, told: unknown, where: Where): unknown {
  if (isPrimitive(type)) return shapePrimitive(type, told, where)
  if (!isObject(told)) return tellMisshapen(where, 'must be an object')
  if (type !== 'Resource') {
    const shape = shapeOf(type)
    return shape ? shapeElements(shape, told, where) : told
  }
  if (typeof told.resourceType !== 'string') return tellMisshapen(where, 'a resource without resourceType')
  return shapeElements(shapeOf(told.resourceType) ?? anyResource, told, { ...where, isResource: true })
}

function shapePrimitive(type: string, told: unknown, where: Where): unknown {
  const fault = primitiveFault(type, told)
  if (fault === undefined) return told
  const number = numberIn(type, told)
  if (number === undefined && !isOfJsonType(type, told)) return tellMisshapen(where, fault)
  tellFault(where, number === undefined ? fault : `${fault}: text, read as a number`)
  return number ?? told
}

/** In a list of primitives and in what stands beside it, places that both leave empty go: the others stay side by side. */
function closeRanks(kept: Map<string, unknown>, name: string): void {
  const pair = [name, `_${name}`]
  const lists = pair.map(each => kept.get(each)).filter(Array.isArray) as unknown[][]
  const length = Math.max(0, ...lists.map(list => list.length))
  const empty = new Set(Array.from({ length }, (_, index) => index).filter(index => !lists.some(list => isThere(list, index))))
  if (empty.size === 0) return
  for (const each of pair) {
    const list = kept.get(each)
    if (Array.isArray(list)) kept.set(each, list.filter((_, index) => !empty.has(index)))
  }
}

const isPaired = (type: string): boolean => isPrimitive(type) || type === 'Element'
const isThere = (list: unknown, index: number): boolean => Array.isArray(list) && (list[index] ?? null) !== null

const tellFault = ({ place, report }: Where, message: string): void =>
  report({ severity: 'warning', code: 'invalid-element', place, message })

const tellMisshapen = ({ place, report }: Where, message: string): undefined =>
  void report({ severity: 'error', code: 'invalid-element', place, message: `${message}: left out` })
