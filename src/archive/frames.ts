/** Elements that are a frame which recurs, around values which are the fact's own: a unit and its number, an identifier's system. */
import type * as fhir4 from '../model/fhir'

interface Frame {
  /** Undefined where the value does not have the usual shape: it is kept as it is. */
  split(value: unknown): { readonly frame: unknown; readonly values: unknown } | undefined
  join(frame: unknown, values: unknown): unknown
}

const usual = new Set(['comparator', 'unit', 'system', 'code'])

const quantity: Frame = {
  split(value) {
    const { value: number, ...frame } = value as fhir4.Quantity
    const isUsual = typeof number === 'number' && Object.keys(frame).every((key) => usual.has(key))
    return isUsual ? { frame, values: number } : undefined
  },
  join(frame, value) {
    const { comparator, unit, system, code } = frame as fhir4.Quantity
    return { value, comparator, unit, system, code }
  },
}

const identifiers: Frame = {
  split(value) {
    if (!Array.isArray(value)) return undefined
    const all = value as fhir4.Identifier[]
    const values = all.map((each) => each.value)
    if (!values.every((each) => typeof each === 'string') || all.some(({ period }) => period !== undefined)) return undefined
    return { frame: all.map(withoutValue), values }
  },
  join: (frame, values) => (frame as fhir4.Identifier[]).map((each, index) => ({ ...each, value: (values as string[])[index] })),
}

function withoutValue(identifier: fhir4.Identifier): fhir4.Identifier {
  const frame = { ...identifier }
  delete frame.value
  return frame
}

const components: Frame = {
  split(value) {
    const all = value as fhir4.ObservationComponent[]
    const parts = all.map(({ valueQuantity }) => valueQuantity && quantity.split(valueQuantity))
    if (!all.every((each, index) => parts[index] !== undefined && isCoded(each.code))) return undefined
    return { frame: all.map((each, index) => ({ ...each, valueQuantity: parts[index]?.frame })), values: parts.map((part) => part?.values) }
  },
  join: (frame, values) => (frame as fhir4.ObservationComponent[]).map((each, index) =>
    ({ ...each, valueQuantity: quantity.join(each.valueQuantity, (values as number[])[index]) })),
}

export const frames: Readonly<Record<string, Frame | undefined>> = { valueQuantity: quantity, identifier: identifiers, component: components }

/** Text without a code is somebody's own words, and a period is somebody's own time: neither recurs. */
export function isCoded(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isCoded)
  if (typeof value !== 'object' || value === null) return true
  if ('period' in value) return false
  return !('text' in value) || ['coding', 'low', 'high', 'timing', 'system'].some((beside) => beside in value)
}
