import { csv } from './csv/index'
import { fhir } from './fhir/index'
import type { Grammar } from './grammar'
import { hl7v2 } from './hl7v2/index'

/** The formats that sources may send, by the name in their `source.json`. */
export const grammars: ReadonlyMap<string, Grammar> = new Map([hl7v2, csv, fhir].map(grammar => [grammar.name, grammar]))

export type { Grammar, Piece, Split } from './grammar'
export { detect } from './charset'
export { parseJson } from './fhir/index'
export { acknowledge } from './hl7v2/acknowledge'
export type { Acknowledgement } from './hl7v2/acknowledge'
export { readHeader } from './hl7v2/message'
export { createMllpDecoder, encodeMllp } from './hl7v2/mllp'
export type { MllpDecoder, MllpEvent } from './hl7v2/mllp'
export { serialiseHl7, withField } from './hl7v2/serialise'
export { maxRecordBytes } from './limits'
export { maskRecord } from './mask'
