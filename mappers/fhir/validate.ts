import type { MappingIssue } from '../../src/model/mapping'
import elements from './elements.json'
import { isObject, type JsonObject } from './json'
import { isOfJsonType, isPrimitive, primitiveFault } from './primitives'

interface Element { readonly type: string; readonly repeats: boolean }
interface Shape {
  readonly elements: ReadonlyMap<string, Element>
  /** Each a list of names, one of which must be there. */
  readonly required: readonly (readonly string[])[]
}

/** What every element may have, and what every resource may: of no type of R4's own, unless `elements` names it. */
const always = new Map<string, Element>([
  ['id', { type: 'string', repeats: false }], ['extension', { type: 'Extension', repeats: true }],
  ['modifierExtension', { type: 'Extension', repeats: true }],
])
const ofResources = new Map<string, Element>([
  ['resourceType', { type: 'code', repeats: false }], ['meta', { type: 'Meta', repeats: false }],
  ['implicitRules', { type: 'uri', repeats: false }], ['language', { type: 'code', repeats: false }],
  ['text', { type: 'Narrative', repeats: false }], ['contained', { type: 'Resource', repeats: true }],
])
const shapes = new Map(Object.entries(elements.types).map(([type, text]) => [type, readShape(type, [text].flat().join(' '))]))

type Report = (issue: MappingIssue) => void

/**
 * Checks a resource of a mapped type against the elements of FHIR R4: names, cardinality, required elements and the shape
 * of primitives. Each fault is an `invalid-element` with its place. Gives the resource as it came (a warning), but without
 * the elements that have the shape of something else (a list, an object, a number where R4 has none: an error); these stay
 * in the journal's bytes only.
 */
export function checkResource(type: string, resource: JsonObject, place: string, report: Report): JsonObject {
  const shape = shapes.get(type)
  if (!shape) return resource
  const fault = primitiveFault('id', resource.id)
  if (resource.id !== undefined && fault !== undefined) tellFault(`${place}.id`, fault, report)
  const misshapen: string[] = []
  const notice: Report = issue => {
    if (issue.severity === 'error') misshapen.push(issue.place.slice(place.length + 1))
    report(issue)
  }
  checkElements(shape, resource, { place, report: notice, resource: true })
  return misshapen.length > 0 ? without(resource, misshapen) : resource
}

/** A copy without the elements at these places (`name[0].given`); what stands behind one in a list keeps its order. */
function without(resource: JsonObject, places: readonly string[]): JsonObject {
  const copy = structuredClone(resource)
  for (const place of places.toReversed()) {
    const path = place.split(/[.[\]]+/).filter(Boolean)
    const last = path.pop() ?? ''
    const parent = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy)
    if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else delete (parent as Record<string, unknown>)[last]
  }
  return copy
}

interface Where { readonly place: string; readonly report: Report; readonly resource?: boolean }

function checkElements(shape: Shape, value: JsonObject, { place, report, resource }: Where): void {
  for (const name in value) {
    if (name === 'id' && resource) continue
    const element = always.get(name) ?? (resource ? ofResources.get(name) : undefined)
      ?? shape.elements.get(name.startsWith('_') ? name.slice(1) : name)
    if (!element) tellFault(`${place}.${name}`, 'no such element in FHIR R4', report)
    else if (!name.startsWith('_')) checkElement(element, value[name], `${place}.${name}`, report)
  }
  for (const names of shape.required) {
    const isThere = names.some(name => name in value || `_${name}` in value)
    if (!isThere) tellFault(`${place}.${names[0]}`, 'required, and not there', report)
  }
}

function checkElement({ type, repeats }: Element, value: unknown, place: string, report: Report): void {
  if (Array.isArray(value) !== repeats) return tellMisshapen(place, repeats ? 'must be a list' : 'must not be a list', report)
  if (!Array.isArray(value)) return checkValue(type, value, place, report)
  if (value.length === 0) return tellFault(place, 'an empty list', report)
  value.forEach((item: unknown, index) => {
    if (item !== null || !isPrimitive(type)) checkValue(type, item, `${place}[${index}]`, report)
  })
}

function checkValue(type: string, value: unknown, place: string, report: Report): void {
  if (isPrimitive(type)) {
    const fault = primitiveFault(type, value)
    if (fault !== undefined) (isOfJsonType(type, value) ? tellFault : tellMisshapen)(place, fault, report)
    return
  }
  if (!isObject(value)) return tellMisshapen(place, 'must be an object', report)
  const contained = type === 'Resource' && typeof value.resourceType === 'string'
  const shape = shapes.get(contained ? value.resourceType as string : type)
  if (shape) checkElements(shape, value, { place, report, resource: contained })
}

const tellFault = (place: string, message: string, report: Report): void =>
  report({ severity: 'warning', code: 'invalid-element', place, message })

const tellMisshapen = (place: string, message: string, report: Report): void =>
  report({ severity: 'error', code: 'invalid-element', place, message: `${message}: left out` })

/** `status:code! onset[x]:dateTime|Age note:Annotation*` */
function readShape(type: string, text: string): Shape {
  const known = new Map<string, Element>()
  const required: string[][] = []
  for (const word of text.split(' ')) {
    const [, name = '', types = '', repeats, must] = /^([^:]+):([^*!]+)(\*)?(!)?$/.exec(word) ?? []
    const names = name.endsWith('[x]')
      ? types.split('|').map(each => [`${name.slice(0, -3)}${each.charAt(0).toUpperCase()}${each.slice(1)}`, each] as const)
      : [[name, types.includes('|') ? '' : types] as const]
    for (const [each, itsType] of names) known.set(each, { type: itsType || type, repeats: repeats !== undefined })
    if (must) required.push(names.map(([each]) => each))
  }
  return { elements: known, required }
}
