import { HutongError } from '../../model/errors'
import type { JsonValue, SourceRecord } from '../../model/record'
import { decodeStrict } from '../charset'
import type { Grammar } from '../grammar'
import { checkSize, hasMore, largeRecordBytes } from '../limits'
import { checkBounds } from './bounds'
import { splitJson } from './split'
import { lineAndColumn, syntaxErrorAt } from './syntax'

/** Values that are read and mapped in about 20 ms: some 170 resources. */
const mostAtOnce = 5_000
const comma = 0x2C

/** FHIR R4 in JSON, and any other JSON: UTF-8, a document, an array of objects or NDJSON. */
export const fhir: Grammar = {
  name: 'fhir',
  split: (bytes, { context, last }) => ({ context, ...splitJson(bytes, { name: context.name, last }) }),
  read: bytes => ({ grammar: 'fhir', body: parseJson(bytes), issues: [] }) satisfies SourceRecord<JsonValue>,
  isHeavy: bytes => bytes.byteLength > largeRecordBytes || hasMore(bytes, comma, mostAtOnce),
}

/**
 * Parses JSON that nobody vouches for. Throws RECORD_TOO_LARGE, with the element for its place; CHARSET where it is not UTF-8;
 * DEPTH; SYNTAX: the place is a line and a column, from 1. Of a key that comes twice the last one counts.
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  checkSize(bytes)
  const hasMark = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF
  const own = hasMark ? bytes.subarray(3) : bytes
  checkBounds(own)
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
