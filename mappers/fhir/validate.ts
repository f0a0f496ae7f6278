import type { MappingIssue } from '../../src/model/mapping'
import elements from './elements.json'
import { isObject, type JsonObject } from './json'
import { isPrimitive, primitiveFault } from './primitives'

interface Element { readonly type: string; readonly repeats: boolean }
interface Shape {
  readonly elements: ReadonlyMap<string, Element>
  /** Each a list of names, one of which must be there. */
  readonly required: readonly (readonly string[])[]
}

const always = new Set(['id', 'extension', 'modifierExtension'])
const ofResources = new Set(['resourceType', 'meta', 'implicitRules', 'language', 'text', 'contained'])
const shapes = new Map(Object.entries(elements.types).map(([type, text]) => [type, readShape(type, [text].flat().join(' '))]))

type Report = (issue: MappingIssue) => void

/**
 * Checks a resource of a mapped type against the elements of FHIR R4: names, cardinality, required elements and the shape
 * of primitives. Each fault is an `invalid-element` warning with its place; the resource is kept as it came.
 */
export function checkResource(type: string, resource: JsonObject, place: string, report: Report): void {
  const shape = shapes.get(type)
  if (!shape) return
  const fault = primitiveFault('id', resource.id)
  if (resource.id !== undefined && fault !== undefined) tellFault(`${place}.id`, fault, report)
  checkElements(shape, resource, { place, report, resource: true })
}

interface Where { readonly place: string; readonly report: Report; readonly resource?: boolean }

function checkElements(shape: Shape, value: JsonObject, { place, report, resource }: Where): void {
  for (const name in value) {
    if (always.has(name) || (resource && ofResources.has(name))) continue
    const element = shape.elements.get(name.startsWith('_') ? name.slice(1) : name)
    if (!element) tellFault(`${place}.${name}`, 'no such element in FHIR R4', report)
    else if (!name.startsWith('_')) checkElement(element, value[name], `${place}.${name}`, report)
  }
  for (const names of shape.required) {
    const isThere = names.some(name => name in value || `_${name}` in value)
    if (!isThere) tellFault(`${place}.${names[0]}`, 'required, and not there', report)
  }
}

function checkElement({ type, repeats }: Element, value: unknown, place: string, report: Report): void {
  if (Array.isArray(value) !== repeats) return tellFault(place, repeats ? 'must be a list' : 'must not be a list', report)
  if (!Array.isArray(value)) return checkValue(type, value, place, report)
  if (value.length === 0) return tellFault(place, 'an empty list', report)
  value.forEach((item: unknown, index) => {
    if (item !== null || !isPrimitive(type)) checkValue(type, item, `${place}[${index}]`, report)
  })
}

function checkValue(type: string, value: unknown, place: string, report: Report): void {
  if (isPrimitive(type)) {
    const fault = primitiveFault(type, value)
    if (fault !== undefined) tellFault(place, fault, report)
    return
  }
  if (!isObject(value)) return tellFault(place, 'must be an object', report)
  const shape = shapes.get(type)
  if (shape) checkElements(shape, value, { place, report })
}

const tellFault = (place: string, message: string, report: Report): void =>
  report({ severity: 'warning', code: 'invalid-element', place, message })

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
