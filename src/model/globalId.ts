import { HutongError } from './errors'

/** The parts of a global id: `type` and what names the thing within it (for a fact: source patient, resource id). */
export interface GlobalId { readonly type: string; readonly parts: readonly string[] }

/** A list of a hundred records holds a hundred ids: the types of records are told in few letters. */
const short: Readonly<Record<string, string>> = {
  Resident: 'r', Patient: 'p', Encounter: 'enc', Condition: 'con', LaboratoryResult: 'lab', VitalSign: 'vit', Observation: 'obs',
  DiagnosticReport: 'rep', MedicationRequest: 'mrq', MedicationStatement: 'mst', AllergyIntolerance: 'alg', Immunization: 'imm',
  Procedure: 'pro', FollowUp: 'fol',
}
const long = new Map(Object.entries(short).map(([type, code]) => [code, type]))

const hexadecimal = /^[0-9a-f]+$/
const escape = (part: string) => (hexadecimal.test(part) ? part : encodeURIComponent(part).replaceAll('.', '%2E'))

/** The global id of a node: `type.part.…`, opaque to clients. For a fact the parts are the source patient and the resource's id. */
export function encodeGlobalId(type: string, ...parts: readonly string[]): string {
  return `${short[type] ?? type}.${parts.map(escape).join('.')}`
}

/** Reads a global id back. Throws BAD_ID where it is not one that `encodeGlobalId` could have written. */
export function decodeGlobalId(globalId: string): GlobalId {
  const [code = '', ...escaped] = globalId.length <= 400 ? globalId.split('.') : []
  const type = long.get(code) ?? code
  if (!/^[A-Z][A-Za-z]*$/.test(type) || escaped.length === 0 || escaped.includes('')) throw badId()
  const parts = escaped.map(unescape)
  if (parts.some((part) => /[\0\p{Surrogate}]/u.test(part))) throw badId()
  if (encodeGlobalId(type, ...parts) !== globalId) throw badId()
  return { type, parts }
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badId()
  }
}

const badId = () => new HutongError('BAD_ID', 'This is no id of a node.')
