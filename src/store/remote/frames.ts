/** What goes over the socket: frames of a length (4 bytes, big endian) and a value as V8 serializes it, bytes included. */
import { deserialize, serialize } from 'node:v8'
import type { ErrorCode } from '../../model/errors'
import { HutongError, isHutongError } from '../../model/errors'
import type { PackedClaim, PackedCommit } from '../writes'

/** The writer speaks first; a process of another release is told apart before anything is written. */
export interface Hello { readonly hutong: 2; readonly layout: string; readonly nonce: string }
/** Then each proves to know the key (meeting.ts): the other process first, which sends a nonce of its own. */
export interface Proof { readonly proof: string; readonly nonce?: string }
export type Request =
  | { readonly n: number; readonly commit: PackedCommit }
  | { readonly n: number; readonly claim: PackedClaim }
export type Response =
  | { readonly n: number; readonly answer: unknown }
  | { readonly n: number; readonly error: { readonly code: string; readonly message: string; readonly place?: string } }

const header = 4

export function frame(value: Hello | Proof | Request | Response): Buffer {
  const body = serialize(value)
  const whole = Buffer.allocUnsafe(header + body.length)
  whole.writeUInt32BE(body.length)
  body.copy(whole, header)
  return whole
}

/** Of a frame before its sender has proved who it is. */
export const longestGreeting = 1024

/**
 * Collects what arrives and gives each whole value once, in order. False: it is no frame, or over `longest()` bytes; what comes
 * after it is of no use.
 */
export function unframer<T>(give: (value: T) => void, longest: () => number = () => Infinity): (data: Buffer) => boolean {
  let parts: Buffer[] = []
  let have = 0
  let wanted = header
  return data => {
    parts.push(data)
    have += data.length
    while (have >= wanted) {
      const all = Buffer.concat(parts)
      parts = [all]
      wanted = header + all.readUInt32BE()
      if (wanted - header > longest()) return false
      if (have < wanted) return true
      const value = valueOf(all.subarray(header, wanted))
      if (value === undefined) return false
      give(value as T)
      parts = [all.subarray(wanted)]
      have -= wanted
      wanted = header
    }
    return true
  }
}

function valueOf(bytes: Buffer): unknown {
  try {
    return deserialize(bytes)
  } catch {
    return undefined
  }
}

export const errorOut = (error: unknown): { code: string; message: string; place?: string } => isHutongError(error)
  ? { code: error.code, message: error.message, ...(error.place === undefined ? {} : { place: error.place }) }
  : { code: 'INTERNAL', message: 'The process that writes had a fault.' }

export const errorIn = ({ code, message, place }: { code: string; message: string; place?: string }): HutongError =>
  new HutongError(code as ErrorCode, message, place)
