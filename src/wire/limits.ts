/**
 * What one record may hold. No honest record comes near these bounds; what is over one is kept in quarantine, with the place.
 * They hold the work that one record can make: what is read of a value later is at most as long as a value may be.
 */
import { HutongError } from '../model/errors'

/** A record over this many bytes is refused: databases keep no larger value in one row. */
export const maxRecordBytes = 16_000_000

/** Segments of a message. A day of a monitor's values has thousands. */
export const maxSegments = 20_000
/** Fields of a segment; HL7 2.9 has none with over a hundred. */
export const maxFields = 1_000
/** Repetitions of a field, and items of a FHIR list that says who somebody is: identifiers, names, addresses, codings. */
export const maxRepetitions = 1_000
/** Repetitions of OBX-5 and NTE-3: lines of a text, samples. */
export const maxLines = 20_000
/** Characters of a field or an element that is no text and no data: a name, a number, a code, an address. HL7's own longest. */
export const maxShortText = 65_536
/** Characters of a text (FHIR R4, 2.24.0.1: strings shall not exceed 1024 × 1024), and of a table's cell. Data has no bound of its own. */
export const maxText = 1_048_576
/** Members of a JSON object. */
export const maxMembers = 2_000
/** Items of a JSON list: the entries of a bundle, and so the resources that one record tells. */
export const maxItems = 20_000
/** Values of a JSON document, inner ones too. */
export const maxNodes = 1_000_000
/** Cells of a row. */
export const maxCells = 2_000

export const tooLarge = (): HutongError => new HutongError('RECORD_TOO_LARGE', `A record is over ${maxRecordBytes} bytes.`)

/** `of`: what there is too much of: `20,000 segments`. */
export const tooMany = (of: string, most: number, place: string): HutongError =>
  new HutongError('RECORD_TOO_LARGE', `There are over ${most} ${of}.`, place)

/** Throws RECORD_TOO_LARGE before anything is decoded. */
export function checkSize(bytes: Uint8Array): void {
  if (bytes.byteLength > maxRecordBytes) throw tooLarge()
}

/** What a piece of a split carries where it is too large. */
export const sizeError = (start: number, end: number): { error?: HutongError } =>
  end - start > maxRecordBytes ? { error: tooLarge() } : {}

/** A record over this many bytes is not read where others wait. */
export const largeRecordBytes = 1_000_000

/** Whether a byte stands more than `most` times in a record. */
export function hasMore(bytes: Uint8Array, byte: number, most: number): boolean {
  let count = 0
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) {
    count += 1
    if (count > most) return true
  }
  return false
}
