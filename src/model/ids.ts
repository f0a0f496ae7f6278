import { createHash, createHmac } from 'node:crypto'
import { stroke, turn } from './turns'
import type { Turn } from './turns'

/**
 * The id of a FHIR resource: HMAC-SHA-256 of (source, type, the source's own identifier) under the deployment's key,
 * 32 hexadecimal digits. The same record always maps to the same ids; no id can be turned back into an identity number.
 */
export function resourceId(source: { id: string; idKey: string }, type: string, identifier: string): string {
  return keyedHash(source.idKey, [source.id, type, identifier])
}

/** HMAC-SHA-256 of the parts under a key, 32 hexadecimal digits (128 bits). */
export function keyedHash(key: string, parts: readonly string[]): string {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`)
  return hmac.digest('hex').slice(0, 32)
}

/** SHA-256 of the parts, each with its length, in hexadecimal. */
export function contentHash(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}

/** The same, of parts of any size, without holding the event loop. */
export async function contentHashInTurns(parts: readonly (string | Uint8Array)[], give: Turn = turn): Promise<string> {
  const hash = createHash('sha256')
  for (const part of parts) {
    hash.update(`${Buffer.byteLength(part)}:`)
    for (let at = 0; at < part.length; at += stroke) {
      hash.update(typeof part === 'string' ? part : part.subarray(at, at + stroke))
      if (typeof part === 'string') break
      await give()
    }
  }
  return hash.digest('hex')
}
