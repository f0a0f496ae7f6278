import { HutongError } from '../../model/errors'
import type { JsonValue, SourceRecord } from '../../model/record'
import { decodeStrict } from '../charset'
import type { Grammar } from '../grammar'
import { checkSize } from '../limits'
import { tooDeepAt } from './scan'
import { splitJson } from './split'
import { lineAndColumn, syntaxErrorAt } from './syntax'

/** Levels of nesting that a record may have; the deepest official R4 example has fewer than 20. */
const deepest = 200

/** FHIR R4 in JSON, and any other JSON: UTF-8, a document, an array of objects or NDJSON. */
export const fhir: Grammar = {
  name: 'fhir',
  split: (bytes, { context, last }) => ({ context, ...splitJson(bytes, { name: context.name, last }) }),
  read: bytes => ({ grammar: 'fhir', body: parseJson(bytes), issues: [] }) satisfies SourceRecord<JsonValue>,
}

/**
 * Parses JSON that nobody vouches for. Throws RECORD_TOO_LARGE; CHARSET where it is not UTF-8; DEPTH; SYNTAX. The place is a line
 * and a column, from 1. Of a key that comes twice the last one counts.
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  checkSize(bytes)
  const hasMark = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF
  const own = hasMark ? bytes.subarray(3) : bytes
  const deepAt = tooDeepAt(own, deepest)
  if (deepAt >= 0) {
    throw new HutongError('DEPTH', `The record is nested over ${deepest} levels deep.`, placeOf(own.subarray(0, deepAt)))
  }
  const text = decodeStrict(own, 'utf-8')
  if (text === undefined) {
    const lenient = Buffer.from(own).toString('utf8')
    throw new HutongError('CHARSET', 'The record is not UTF-8.', lineAndColumn(lenient, lenient.indexOf('\uFFFD')))
  }
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    const position = Math.max(0, syntaxErrorAt(text))
    const problem = position >= text.length ? 'The JSON ends too early.' : 'The JSON is malformed.'
    throw new HutongError('SYNTAX', problem, lineAndColumn(text, position), { position })
  }
}

function placeOf(before: Uint8Array): string {
  const text = Buffer.from(before).toString('utf8')
  return lineAndColumn(text, text.length)
}
