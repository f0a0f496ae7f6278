/** What the parts of intake are given from outside. */
import type { ErrorCode } from '../model/errors'
import { isHutongError } from '../model/errors'

/** A structured log (pino fits). Never given an identity number, a name, a phone or bytes of a record. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Instants at which a crash is the hardest to survive; tests kill the process there. */
export type CrashPoint = 'after-journal' | 'after-tellings' | 'after-link' | 'before-ack' | 'after-mark'
export type Crash = (point: CrashPoint) => void

export type IntakeEvent =
  /** Records of one upload, by outcome. */
  | { readonly kind: 'journaled'; readonly source: string; readonly outcome: Outcome['outcome']; readonly records: number }
  /** One record worked; `lag` is from arrival to mark, in milliseconds. */
  | { readonly kind: 'worked'; readonly source: string; readonly status: 'mapped' | 'pending' | 'quarantined'; readonly resources: number; readonly lag: number }
  /** A frame, a connection or junk that MLLP turned away. */
  | { readonly kind: 'transport'; readonly source: string; readonly outcome: 'frame-error' | 'junk' | 'empty' | 'not-allowed' | 'too-many' | 'timeout' }
export type Observe = (event: IntakeEvent) => void

export interface RecordError { readonly code: ErrorCode; readonly message: string; readonly place?: string }

/** What became of one record at the door. */
export interface Outcome {
  /** The journal's key; of a refused record the hash it would have had. */
  readonly entry: string
  readonly outcome: 'accepted' | 'duplicate' | 'refused'
  /** The sender's own number, where the record has one. */
  readonly controlId?: string
  /** Of a refused record: why. Of an accepted one: why it is in quarantine, kept but unreadable. */
  readonly error?: RecordError
}

/**
 * An error in words that may be shown and kept. Errors that are not ours may quote a value (JSON.parse does), so only
 * their kind is told.
 */
export function describeError(error: unknown, doing: string): RecordError {
  if (!isHutongError(error)) {
    const kind = error instanceof Error ? error.name : typeof error
    return { code: 'INTERNAL', message: `A fault of the gateway (${kind}) while ${doing}.` }
  }
  const message = error.message.slice(0, messageLimit)
  return error.place ? { code: error.code, message, place: error.place } : { code: error.code, message }
}

/** Worth another try: nothing is wrong with the record. */
export function isStoreFault(error: unknown): boolean {
  return isHutongError(error) && ['STORE_BUSY', 'STORE_UNAVAILABLE', 'LEASE_LOST', 'CONFLICT'].includes(error.code)
}

/** Characters of a message that the journal keeps. */
export const messageLimit = 300

/** Where an error was thrown, without its message: fit for a log. */
export function stackOf(error: unknown): string[] {
  const lines = error instanceof Error ? error.stack?.split('\n') ?? [] : []
  return lines.filter(line => line.startsWith('    at ')).slice(0, 6).map(line => line.trim())
}
