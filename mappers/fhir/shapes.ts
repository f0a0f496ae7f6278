import elements from './elements.json'
import { isPrimitive } from './primitives'

export interface Element { readonly type: string; readonly repeats: boolean }

/** The elements of a type of FHIR R4. */
export interface Shape {
  readonly elements: ReadonlyMap<string, Element>
  /** Each a list of names, one of which must be there. */
  readonly required: readonly (readonly string[])[]
  /** Of its elements only those are known that every resource has. */
  readonly open?: boolean
}

const one = (type: string): Element => ({ type, repeats: false })
const several = (type: string): Element => ({ type, repeats: true })

/** What every element may have, and what every resource may. */
const always = new Map([['id', one('string')], ['extension', several('Extension')], ['modifierExtension', several('Extension')]])
const ofResources = new Map([
  ['id', one('id')], ['resourceType', one('code')], ['meta', one('Meta')], ['implicitRules', one('uri')],
  ['language', one('code')], ['text', one('Narrative')], ['contained', several('Resource')],
])

/** What stands beside a primitive, as `_birthDate` beside `birthDate`: an id, extensions. */
const beside: Shape = { elements: new Map(), required: [] }
const shapes = new Map([
  ['Element', beside],
  ...Object.entries(elements.types).map(([type, text]) => [type, readShape(type, [text].flat().join(' '))] as const),
])

/** The shape of a data type or of a resource of a mapped type; undefined for others. */
export const shapeOf = (type: string): Shape | undefined => shapes.get(type)
/** The shape of a resource of a type that is not mapped. */
export const anyResource: Shape = { elements: new Map(), required: [], open: true }

/** The element of that name; `_name` beside a primitive too. Undefined where FHIR R4 has none. */
export function elementOf(shape: Shape, name: string, isResource: boolean): Element | undefined {
  const known = (isResource ? ofResources.get(name) : undefined) ?? always.get(name) ?? shape.elements.get(name)
  if (known !== undefined || !name.startsWith('_')) return known
  const primitive = shape.elements.get(name.slice(1)) ?? (isResource ? ofResources.get(name.slice(1)) : undefined)
  return primitive && isPrimitive(primitive.type) ? { type: 'Element', repeats: primitive.repeats } : undefined
}

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
