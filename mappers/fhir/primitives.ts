import { isCalendarDate } from '../../src/terminology/dates'

const zone = '(Z|[+-]((0\\d|1[0-3]):[0-5]\\d|14:00))'
const clock = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?'
const pattern = (body: string): RegExp => new RegExp(`^(?:${body})$`)

/** The regular expressions of FHIR R4, 2.24.0.1 (primitive types). */
const patterns: Readonly<Record<string, RegExp>> = {
  date: pattern('\\d{4}(-\\d\\d(-\\d\\d)?)?'),
  dateTime: pattern(`\\d{4}(-\\d\\d(-\\d\\d(T${clock}${zone})?)?)?`),
  instant: pattern(`\\d{4}-\\d\\d-\\d\\dT${clock}${zone}`),
  time: pattern(clock),
  code: /^\S+(\s\S+)*$/,
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  oid: /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  uri: /^\S+$/,
  url: /^\S+$/,
  canonical: /^\S+$/,
  base64Binary: /^[A-Za-z0-9+/=\s]*$/,
  string: /\S/,
  markdown: /\S/,
  xhtml: /\S/,
}
const dates = new Set(['date', 'dateTime', 'instant'])
const integers: Readonly<Record<string, number>> = { integer: -2_147_483_648, unsignedInt: 0, positiveInt: 1 }

const primitives = new Set([...Object.keys(patterns), ...Object.keys(integers), 'boolean', 'decimal'])

export const isPrimitive = (type: string): boolean => primitives.has(type)

/** Whether a value is of the JSON type (text, number, true or false) of the primitive. */
export function isOfJsonType(type: string, value: unknown): boolean {
  if (type === 'boolean') return typeof value === 'boolean'
  return isNumeric(type) ? Number.isFinite(value) : typeof value === 'string'
}

/** The number in a text that stands where FHIR R4 has a number, as some systems write it. */
export function numberIn(type: string, value: unknown): number | undefined {
  if (!isNumeric(type) || typeof value !== 'string' || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined
  return primitiveFault(type, Number(value)) === undefined ? Number(value) : undefined
}

const isNumeric = (type: string): boolean => type === 'decimal' || type in integers

/** What is wrong with a JSON value as a primitive of FHIR R4; undefined where it is right. */
export function primitiveFault(type: string, value: unknown): string | undefined {
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false'
  if (type === 'decimal') return Number.isFinite(value) ? undefined : 'must be a number'
  const least = integers[type]
  if (least !== undefined) {
    const right = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 2_147_483_647
    return right ? undefined : `not of type ${type}`
  }
  if (typeof value !== 'string' || !patterns[type]?.test(value)) return `not of type ${type}`
  if (!dates.has(type)) return undefined
  const day = value.slice(0, 10)
  return isCalendarDate(`${day}${'-01'.repeat(3 - day.split('-').length)}`) ? undefined : 'no such day in the calendar'
}
