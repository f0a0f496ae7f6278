/**
 * The one error type that crosses Hutong's doors. `code` is stable and listed in docs/error-codes.md; `message` is for
 * people and never holds an identity number, a name or a phone; `place` says where in the input it went wrong.
 */
export class HutongError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly place?: string,
    readonly details?: Readonly<Record<string, string | number | boolean>>,
  ) {
    super(message)
    this.name = 'HutongError'
  }
}

/** Every code that a client, a sender or a steward may meet. */
export const errorCodes = {
  // intake and wire
  UNKNOWN_SOURCE: 'No such source is configured.',
  RECORD_TOO_LARGE: 'A record is over 16 MB, or holds more of something than a record may.',
  UPLOAD_TOO_LARGE: 'An upload is over the limit.',
  CHARSET: 'The bytes are in no character set that the source may send.',
  SYNTAX: 'The record breaks the grammar of its format.',
  FRAME: 'An MLLP frame is malformed.',
  DEPTH: 'The input is nested too deeply.',
  UNSUPPORTED: 'The message or record type is not one that the source sends.',
  PATIENT_MISSING: 'The record names no patient.',
  MAPPING: 'The record could not be mapped.',
  // access
  UNAUTHENTICATED: 'The token is missing, malformed, expired or not signed by a key we know.',
  FORBIDDEN: 'The viewer may not do this.',
  NOT_FOUND: 'There is no such thing, or the viewer may not know of it.',
  // queries
  BAD_ID: 'A global id is malformed.',
  BAD_CURSOR: 'A cursor is malformed or belongs to another query.',
  BAD_ARGUMENT: 'An argument is out of its range.',
  QUERY_TOO_COSTLY: 'The operation is too deep, too long or too costly.',
  ARCHIVE_TOO_LARGE: 'The archive holds more than one answer may: ask for a narrower period.',
  TOO_MANY_REQUESTS: 'More was asked or sent in this time than is allowed: try again later.',
  // store
  CONFLICT: 'Someone else changed the same row first.',
  LEASE_LOST: 'The work was taken over by another worker.',
  VALUE_TOO_LARGE: 'A value is over the 16 MB that a store may keep in one row.',
  NO_INDEX: 'The query has no declared index.',
  STORE_BUSY: 'Another process holds the store and cannot be reached.',
  STORE_UNAVAILABLE: 'The store cannot be read or written.',
  // moving
  EXPORT_DAMAGED: 'A file of an export is not what was written.',
  // configuration
  CONFIGURATION: 'An option or a file of the configuration is wrong.',
  INTERNAL: 'A fault of the gateway.',
} as const

export type ErrorCode = keyof typeof errorCodes

export const isHutongError = (error: unknown): error is HutongError => error instanceof HutongError

/** What is asked for, or undefined where there is none: of all that may go wrong, NOT_FOUND alone is an answer. */
export async function whereFound<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isHutongError(error) && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
