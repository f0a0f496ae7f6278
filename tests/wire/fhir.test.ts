import * as fc from 'fast-check'
import { parseJson } from '../../src/wire/index'
import { syntaxErrorAt } from '../../src/wire/fhir/syntax'
import { errorOf, grammar, sourceWith, splitInWindows, splitWith, textOf, utf8 } from './support'

const cut = (text: string, options: { name?: string; last?: boolean } = {}) => {
  const bytes = utf8(text)
  const split = splitWith('fhir', bytes, { context: options.name ? { name: options.name } : {}, last: options.last ?? true })
  return { ...split, texts: textOf(bytes, split) }
}
const patient = '{"resourceType":"Patient","id":"1"}'
const visit = '{"resourceType":"Encounter","id":"2","text":"a } { ] [ \\" \\\\"}'
const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Patient' } }] }
const pretty = JSON.stringify(bundle, null, 2)
const read = (bytes: Uint8Array) => grammar('fhir').read(bytes, { source: sourceWith(), context: {} })

describe('an upload of JSON', () => {
  it.each([
    ['one resource', patient, [patient]],
    ['a pretty printed bundle', `${pretty}\n`, [pretty]],
    ['NDJSON', `${patient}\n${visit}\r\n\n${patient}`, [patient, visit, patient]],
    ['an array of resources', `[${patient},\n ${visit}\n]`, [patient, visit]],
    ['an array of pretty printed ones', `\uFEFF [\n${pretty},\n${pretty}\n]\n`, [pretty, pretty]],
    ['documents one after the other', `${pretty}\n${pretty}`, [pretty, pretty]],
    ['a bundle with a resource a line', `{"entry":[\n${patient},\n${visit}\n]}`, [`{"entry":[\n${patient},\n${visit}\n]}`]],
    ['an empty array', '[ ]', []],
    ['nothing', ' \n', []],
  ])('is cut: %s', (_, text, expected) => {
    const { texts, consumed } = cut(text)
    expect(texts).toEqual(expected)
    expect(consumed).toBe(utf8(text).length)
  })

  it('lets a broken line of NDJSON harm no other', () => {
    expect(cut(`${patient}\n{"a":"\n${visit}\nnonsense\n${patient}\n`).texts)
      .toEqual([patient, '{"a":"', visit, 'nonsense', patient])
    expect(cut(`{"broken\n${patient}`, { name: 'Patient.ndjson' }).texts).toEqual(['{"broken', patient])
  })

  it('ends a document without an end where another line begins with a brace', () => {
    expect(cut(`{\n "a": [\n${pretty}`).texts).toEqual(['{\n "a": [', pretty])
    expect(cut(`nonsense\n${pretty}`).texts).toEqual(['nonsense', pretty])
  })

  it('leaves what is not complete for the next window', () => {
    expect(cut(`${patient}\n${visit}\n{"a`, { last: false }).consumed).toBe(patient.length + visit.length + 2)
    expect(cut(pretty.slice(0, 40), { last: false })).toMatchObject({ texts: [], consumed: 0 })
    expect(cut('[', { last: false })).toMatchObject({ texts: [], consumed: 0 })
  })

  it.each([
    `${patient}\n${visit}\n${patient}\n`, `[\n${patient},\n${visit}]`, `${pretty}\n${pretty}\n`,
  ])('is cut alike in windows of any size (%#)', text => {
    const whole = cut(text).texts
    fc.assert(fc.property(fc.integer({ min: 1, max: text.length }), step => {
      expect(splitInWindows('fhir', utf8(text), step, {}, {}).texts).toEqual(whole)
    }))
  })

  it('marks a document over 16 MB', () => {
    expect(cut(`{"a":"${'x'.repeat(16_000_000)}"}`).pieces.map(({ error }) => error?.code)).toEqual(['RECORD_TOO_LARGE'])
  })
})

describe('a JSON record', () => {
  it('is its value', () => {
    expect(read(utf8(`\uFEFF${patient}`))).toEqual({ grammar: 'fhir', body: { resourceType: 'Patient', id: '1' }, issues: [] })
  })

  it('may tell a key twice: the last one counts', () => {
    expect(parseJson(utf8('{"a":1,"a":2}'))).toEqual({ a: 2 })
  })

  it('does not let a key reach the prototype', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(parseJson(utf8('{"__proto__":{"polluted":1}}')))).toBe(Object.prototype)
  })

  it('may have 200 levels, and brackets in its text', () => {
    expect(() => parseJson(utf8('['.repeat(200) + ']'.repeat(200)))).not.toThrow()
    expect(parseJson(utf8(JSON.stringify(['['.repeat(500), '\\"[['])))).toHaveLength(2)
  })

  it.each([
    ['201 levels', '['.repeat(201) + ']'.repeat(201)],
    ['100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 levels that never close', '{"a":'.repeat(100_000)],
  ])('is refused in milliseconds with %s', (_, text) => {
    const bytes = utf8(text)
    const begun = performance.now()
    const { pieces } = splitWith('fhir', bytes)
    const error = errorOf(() => read(bytes.subarray(pieces[0]!.start, pieces[0]!.end)))
    expect(error.code).toBe('DEPTH')
    expect(error.place).toMatch(/^line 1, column \d+$/)
    expect(performance.now() - begun).toBeLessThan(250)
  })

  it('is refused where it is not UTF-8', () => {
    const bytes = Buffer.from('{"a":"\u00D5\u00C5"}', 'latin1')
    expect(errorOf(() => read(bytes))).toMatchObject({ code: 'CHARSET', place: 'line 1, column 7' })
  })

  it('is refused over 16 MB before anything is parsed', () => {
    expect(errorOf(() => read(Buffer.alloc(16_000_001, 0x20))).code).toBe('RECORD_TOO_LARGE')
  })

  it.each([
    ['{"a":x}', 'line 1, column 6'], ['{\n "a": 1\n "b": 2}', 'line 3, column 2'], ['[1,]', 'line 1, column 4'],
    ['{"a":1,}', 'line 1, column 8'],
    ['{"a" 1}', 'line 1, column 6'], ['[01]', 'line 1, column 3'], ['["\\x"]', 'line 1, column 3'],
    ['["a\n"]', 'line 1, column 4'],
    ['{a:1}', 'line 1, column 2'], ['1 2', 'line 1, column 3'], ['[}', 'line 1, column 2'],
    ['tru', 'line 1, column 1'], ['{]', 'line 1, column 2'],
  ])('is refused with the place of what is wrong: %j', (text, place) => {
    expect(errorOf(() => read(utf8(text)))).toMatchObject({ code: 'SYNTAX', message: 'The JSON is malformed.', place })
  })

  it.each(['', '{', '{"a"', '{"a":', '[1,', '["a', '[1'])('is refused where it ends too early: %j', text => {
    expect(errorOf(() => read(utf8(text)))).toMatchObject({ code: 'SYNTAX', message: 'The JSON ends too early.' })
  })

  it('never puts its content into an error', () => {
    const error = errorOf(() => read(utf8('{"name":"张三", id: 11010519491231002X}')))
    expect(JSON.stringify([error.message, error.place, error.details])).not.toMatch(/张三|1101/)
  })

  it('is malformed for us exactly where it is for the engine', () => {
    const odd = fc.constantFrom('', ',', '"', '}', ']', ':', '1', '\\', '\n', 'e', '-', '.')
    const damage = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), odd)
    fc.assert(fc.property(damage, ([text, where, insert]) => {
      const at = where % (text.length + 1)
      const damaged = text.slice(0, at) + insert + text.slice(at + (insert ? 0 : 1))
      let valid = true
      try {
        JSON.parse(damaged)
      } catch {
        valid = false
      }
      expect(syntaxErrorAt(damaged) === -1).toBe(valid)
    }), { numRuns: 500 })
  })
})
