import elements from '../../../mappers/fhir/elements.json'

/**
 * Where a resource breaks the JSON shapes that FHIR R4 gives its elements: a list for a list, an object for a data type,
 * text, number, true or false for a primitive. Written without the mapper's code, but for its list of R4's elements.
 */
export function misshapenPlaces(type: string, value: unknown): string[] {
  return (value as { resourceType?: unknown }).resourceType === type ? inObject(type, value, type) : [`${type}.resourceType`]
}

const numbers = new Set(['decimal', 'integer', 'unsignedInt', 'positiveInt'])
const everywhere = 'id:string extension:Extension* modifierExtension:Extension*'
const inResources = 'resourceType:code meta:Meta implicitRules:uri language:code text:Narrative contained:Resource*'
const types = elements.types as Readonly<Record<string, string | string[]>>

function inObject(type: string, value: unknown, place: string): string[] {
  if (!isObject(value)) return [place]
  const known = elementsOf(type)
  return Object.entries(value).flatMap(([name, inner]) => {
    const own = known.get(name)
    if (own) return inElement(own, inner, `${place}.${name}`)
    const beside = name.startsWith('_') ? known.get(name.slice(1)) : undefined
    return beside && /^[a-z]/.test(beside.type) ? inElement({ ...beside, type: 'Element' }, inner, `${place}.${name}`) : []
  })
}

function inElement({ type, list }: { type: string; list: boolean }, value: unknown, place: string): string[] {
  if (!list) return inValue(type, value, place)
  if (!Array.isArray(value)) return [place]
  const paired = /^[a-z]/.test(type) || type === 'Element'
  return value.flatMap((item: unknown, index) => (item === null && paired ? [] : inValue(type, item, `${place}[${index}]`)))
}

function inValue(type: string, value: unknown, place: string): string[] {
  if (type === 'Resource') {
    return isObject(value) && typeof value.resourceType === 'string' ? inObject(value.resourceType, value, place) : [place]
  }
  if (/^[A-Z]/.test(type)) return inObject(type, value, place)
  const expected = type === 'boolean' ? 'boolean' : numbers.has(type) ? 'number' : 'string'
  return typeof value === expected && value !== Infinity ? [] : [place]
}

function elementsOf(type: string): Map<string, { type: string; list: boolean }> {
  const isResource = elements.resources.some(line => line.split(' ').includes(type))
  const words = [everywhere, ...(isResource ? [inResources] : []), ...[types[type] ?? []].flat()].join(' ').split(' ')
  return new Map(words.flatMap(word => {
    const [name = '', told = ''] = word.split(':')
    const list = told.includes('*')
    const each = told.replace(/[*!]/g, '').split('|')
    return each.map(one => [name.replace('[x]', one.charAt(0).toUpperCase() + one.slice(1)), { type: one, list }] as const)
  }))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
