import { HutongError } from '../model/errors'

/** A record over this many bytes is refused: databases keep no larger value in one row. */
export const maxRecordBytes = 16_000_000

/** No honest message has more segments, and no field more repetitions. */
export const maxSegments = 50_000
export const maxRepetitions = 10_000

export const tooLarge = (): HutongError => new HutongError('RECORD_TOO_LARGE', `A record is over ${maxRecordBytes} bytes.`)

/** Throws RECORD_TOO_LARGE before anything is decoded. */
export function checkSize(bytes: Uint8Array): void {
  if (bytes.byteLength > maxRecordBytes) throw tooLarge()
}

/** What a piece of a split carries where it is too large. */
export const sizeError = (start: number, end: number): { error?: HutongError } =>
  end - start > maxRecordBytes ? { error: tooLarge() } : {}
