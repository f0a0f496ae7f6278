import type { Source } from '../model/source'
import type { SourceRecord, UploadContext } from '../model/record'
import type { HutongError } from '../model/errors'

/** A piece of an upload that stands alone: a message, a row, a bundle. Offsets are bytes, `end` exclusive. */
export interface Piece {
  readonly start: number
  readonly end: number
  /** Set where the piece is known to be unreadable when it is cut; it is journaled and quarantined all the same. */
  readonly error?: HutongError
}

export interface Split {
  /** What the entries share; kept with the upload and given back to `read` and to the next window's `split`. */
  readonly context: UploadContext
  readonly pieces: readonly Piece[]
  /** Bytes consumed; with `last: false` the rest is put before the next window. */
  readonly consumed: number
}

/** One wire format. Pure: bytes in, values out. */
export interface Grammar {
  readonly name: string
  /** Cuts an upload (or a window of one) into entries; blank space between them belongs to none. Never throws for bad content. */
  split(bytes: Uint8Array, options: { source: Source; context: UploadContext; last: boolean }): Split
  /** Decodes one entry. Throws HutongError (CHARSET, SYNTAX, DEPTH …) that names the place. */
  read(bytes: Uint8Array, options: { source: Source; context: UploadContext }): SourceRecord
  /** Whether reading and mapping a record takes longer than others should wait. Looks at the bytes only. */
  isHeavy(bytes: Uint8Array): boolean
}
