import { HutongError } from './errors'

/** The parts of a global id: `type` and what names the thing within it (for a fact: source patient, resource id). */
export interface GlobalId { readonly type: string; readonly parts: readonly string[] }

const escape = (part: string) => (/[%:]/.test(part) ? part.replace(/[%:]/g, encodeURIComponent) : part)

/** The global id of a node: base64url of `type:part:…`. For a fact the parts are the source patient and the resource's id. */
export function encodeGlobalId(type: string, ...parts: readonly string[]): string {
  return Buffer.from([type, ...parts.map(escape)].join(':'), 'utf8').toString('base64url')
}

/** Reads a global id back. Throws BAD_ID where it is not one that `encodeGlobalId` could have written. */
export function decodeGlobalId(globalId: string): GlobalId {
  const text = /^[\w-]{4,400}$/.test(globalId) ? Buffer.from(globalId, 'base64url').toString('utf8') : ''
  const [type, ...parts] = text.split(':')
  if (type === undefined || !/^[A-Za-z]+$/.test(type) || parts.length === 0 || parts.includes('')) throw badId()
  const decoded = parts.map(unescape)
  if (encodeGlobalId(type, ...decoded) !== globalId) throw badId()
  return { type, parts: decoded }
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badId()
  }
}

const badId = () => new HutongError('BAD_ID', 'This is no id of a node.')
