import { isHutongError } from '../../src/model/errors'
import { maxCells, maxFields, maxItems, maxLines, maxMembers, maxNodes, maxRepetitions, maxSegments, maxShortText, maxText } from '../../src/wire/limits'
import { grammar, sourceWith, utf8 } from './support'

/** What is wrong with the record, and where; undefined where it is read. */
function faultOf(format: string, bytes: Uint8Array, context: object = {}): { code: string; place: string | undefined } | undefined {
  try {
    const { body } = grammar(format).read(bytes, { source: sourceWith(), context })
    if (format === 'hl7v2') readAll(body as { segments: { name: string; field: (n: number) => unknown }[]; unread: () => unknown })
    return undefined
  } catch (error) {
    if (!isHutongError(error)) throw error
    return { code: error.code, place: error.place }
  }
}

/** Fields are cut when they are asked for, as a mapper does. */
function readAll(message: { segments: { field: (n: number) => unknown }[]; unread: () => unknown }): void {
  for (const segment of message.segments) for (let field = 3; field <= 13; field += 1) segment.field(field)
  message.unread()
}

const message = (...segments: string[]): Uint8Array =>
  utf8(['MSH|^~\\&|HIS|SYY|||20261101080000||ORU^R01|C1|P|2.4|||||CHN|UNICODE UTF-8', 'PID|1||R1^^^SYY^MR||张三', ...segments, ''].join('\r'))
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value))
const bundle = (...resources: object[]): Uint8Array => json({ resourceType: 'Bundle', type: 'collection', entry: resources.map(resource => ({ resource })) })
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const large = (place: unknown) => ({ code: 'RECORD_TOO_LARGE', place })

describe('what one record may hold, told by its place', () => {
  it.each([
    ['segments', (n: number) => message(...times(n - 2, 'NTE|1')), maxSegments, 'MSH'],
    ['fields of a segment', (n: number) => message(`PV1${'|x'.repeat(n)}`), maxFields, 'PV1-1001'],
    ['repetitions of a field', (n: number) => message(`PV1|1|I|${times(n, 'a').join('~')}`), maxRepetitions, 'PV1-3'],
    ['lines of a text', (n: number) => message(`OBX|1|TX|a||${times(n, 'a').join('~')}`), maxLines, 'OBX-5'],
    ['characters of a name', (n: number) => message(`NK1|1|${'张'.repeat(n)}`), maxShortText, 'NK1-2'],
    ['characters of a field of MSH', (n: number) => utf8(`MSH|^~\\&|${'a'.repeat(n)}|SYY\r`), maxShortText, 'MSH-3'],
  ])('of an HL7 message: %s', (_, make, most, place) => {
    expect(faultOf('hl7v2', make(most))).toBeUndefined()
    expect(faultOf('hl7v2', make(most + 1))).toEqual(large(place))
  })

  it.each([
    ['members of an object', (n: number) => json(Object.fromEntries(Array.from({ length: n }, (__, i) => [`k${i}`, i]))), maxMembers, ''],
    ['entries of a bundle', (n: number) => bundle(...times(n, {})), maxItems, 'Bundle.entry'],
    ['names of a person', (n: number) => bundle({}, { resourceType: 'Patient', name: times(n, {}) }), maxRepetitions, 'Bundle.entry[1].resource.name'],
    ['length of a name', (n: number) => bundle({ resourceType: 'Patient', name: [{}, { family: 'a'.repeat(n - 1) }] }), maxShortText, 'Bundle.entry[0].resource.name[1].family'],
    ['length of a name told as text', (n: number) => bundle({ name: [{ text: 'a'.repeat(n - 1) }] }), maxShortText, 'Bundle.entry[0].resource.name[0].text'],
    ['length of a given name', (n: number) => json({ resourceType: 'Patient', name: [{ given: ['a', 'a'.repeat(n - 1)] }] }), maxShortText, 'Patient.name[0].given[1]'],
    ['length of a text', (n: number) => json({ resourceType: 'Observation', note: [{ text: 'a'.repeat(n - 1) }] }), 4 * maxText, 'Observation.note[0].text'],
    ['values', (n: number) => json({ a: times(60, times(Math.floor((n - 62) / 60), 1)) }), maxNodes, expect.stringMatching(/^a\[59\]\[\d+\]$/)],
  ] as [string, (n: number) => Uint8Array, number, unknown][])('of JSON: %s', (_, make, most, place) => {
    expect(faultOf('fhir', make(most))).toBeUndefined()
    expect(faultOf('fhir', make(most + 200))).toEqual(large(place))
  })

  it('of JSON: an object of a million members is refused before it is parsed', () => {
    const parse = jest.spyOn(JSON, 'parse')
    expect(faultOf('fhir', utf8(`{"resourceType":"Patient",${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join(',')}}`))).toEqual(large('Patient'))
    expect(parse).not.toHaveBeenCalled()
    parse.mockRestore()
  })

  it('tells no name of an element that may be a person\'s', () => {
    const text = JSON.stringify({ contact: { '张三': { list: times(maxItems + 1, 1) } } })
    expect(faultOf('fhir', utf8(text))).toEqual(large('contact.?.list'))
  })

  it.each([
    ['cells', (n: number) => times(n, 'x').join(','), maxCells, 'Visit[2]'],
    ['characters of a cell', (n: number) => `x,${'a'.repeat(n)}`, maxText, 'Visit.b'],
  ])('of a row: %s', (_, make, most, place) => {
    const source = sourceWith()
    const header = most === maxCells ? times(most, 'c').map((c, n) => `${c}${n}`).join(',') : 'a,b'
    const faults = [most, most + 1].map(n => {
      const bytes = utf8(`${header}\n${make(n)}\n${header}\n`)
      const { pieces, context } = grammar('csv').split(bytes, { source, context: { name: 'Visit.csv' }, last: true })
      const [row, next] = pieces.map(({ start, end, error }) => error ? large(error.place ?? '') : faultOf('csv', bytes.subarray(start, end), context))
      expect(next).toBeUndefined()
      return row
    })
    expect(faults).toEqual([undefined, large(place)])
  })

  it('of a header: a row with too many cells heads no table', () => {
    const bytes = utf8(`${times(maxCells + 1, 'x').join(',')}\n1\n`)
    const { pieces, context } = grammar('csv').split(bytes, { source: sourceWith(), context: { name: 'Visit.csv' }, last: true })
    expect(pieces[0]?.error).toMatchObject(large('Visit[1]'))
    expect(JSON.stringify(context).length).toBeLessThan(200)
  })

  it.each([
    ['a document in OBX-5', 'hl7v2', message(`OBX|1|ED|a||^application^pdf^Base64^${'QUJD'.repeat(1_000_000)}`)],
    ['a long text', 'hl7v2', message(`NTE|1||${'长'.repeat(300_000)}`)],
    ['a vendor\'s own segment', 'hl7v2', message(`ZPD|1|${'QUJD'.repeat(100_000)}`)],
    ['an attachment', 'fhir', json({ resourceType: 'DocumentReference', content: [{ attachment: { data: 'QUJD'.repeat(3_000_000) } }] })],
    ['a narrative', 'fhir', json({ resourceType: 'Composition', text: { div: `<div>${'长'.repeat(1_000_000)}</div>` } })],
  ])('does not bound %s', (_, format, bytes) => {
    expect(faultOf(format, bytes)).toBeUndefined()
  })
})

describe('a record that is much work', () => {
  it.each([
    ['over a megabyte', 'hl7v2', message(`OBX|1|TX|a||${'a'.repeat(1_000_000)}`), true],
    ['of many segments', 'hl7v2', message(...times(300, 'OBX|1')), true],
    ['an ordinary message', 'hl7v2', message(...times(40, 'OBX|1|NM|a||1')), false],
    ['of many values', 'fhir', bundle(...times(6_000, {})), true],
    ['an ordinary bundle', 'fhir', bundle(...times(50, { resourceType: 'Patient', id: '1', gender: 'male' })), false],
    ['a row', 'csv', utf8(times(500, 'x').join(',')), false],
  ])('is known by its bytes: %s, %s', (_, format, bytes, expected) => {
    expect(grammar(format).isHeavy(bytes)).toBe(expected)
  })
})
