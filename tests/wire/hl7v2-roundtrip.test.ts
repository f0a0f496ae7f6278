import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { serialiseHl7, withField } from '../../src/wire/index'
import { errorOf, gb18030, header, message, readHl7, utf8 } from './support'

const backAgain = (bytes: Uint8Array, charsets?: string[]) =>
  Buffer.from(serialiseHl7(readHl7(bytes, charsets && { charsets }).body))

describe('a message written from its tree', () => {
  it.each([
    ['UTF-8 with CR', utf8(message(header('UTF-8'), 'PID|1||x\\S\\y~""|||'))],
    ['GB18030 with CRLF', gb18030([header('GB18030'), 'PID|1||张三', 'ZZZ', ''].join('\r\n'))],
    ['LF, blank lines and no end', utf8(`${header('UTF-8')}\n\n \nPID|1||张|\n\r\nOBX|1`)],
    ['a frame', utf8(`\u000B${message(header('UTF-8'))}\u001C\r`)],
    ['a byte order mark', utf8(`\uFEFF${message(header('UTF-8'))}`)],
    ['a broken line', utf8(message(header('UTF-8'), 'OBX|1|a\nb|c\nd', 'OBX|2'))],
    ['separators of its own', utf8('MSH$%*!#$A$B\rPID$a%b*c')],
    ['GB18030 that says UTF-8', gb18030(message(header('UTF-8'), 'PID|1||张三'))],
    ['characters of four bytes', gb18030(message(header('GB18030'), 'PID|1||㐀𠮷|😀'))],
    ['GB18030 in a frame with blank lines', gb18030(`\u000B\r\n${message(header('GB18030'), 'PID|1||张三')}\u001C\r`)],
  ])('has the same bytes: %s', (_, bytes) => {
    expect(backAgain(bytes).equals(bytes)).toBe(true)
  })

  it('has the same bytes where GB18030 knows two sequences for one character', () => {
    const odd = Buffer.concat([
      gb18030(`\u000B${message(header('GB18030'))}PID|1||亅|`), Buffer.from([0x80]), gb18030('|张€三'),
      Buffer.from([0xA3, 0xA0]), gb18030('|F\r\nOBX|1||a　b|\r'),
      gb18030('NTE|1|'), Buffer.from([0xA6, 0xD9, 0xFE, 0x59]), gb18030('\r\u001C\r'),
    ])
    const { body } = readHl7(odd)
    expect([body.first('PID')!.text(4), body.first('PID')!.text(5)]).toEqual(['€', '张€三'])
    expect(Buffer.from(serialiseHl7(body)).equals(odd)).toBe(true)
    const edited = Buffer.from(serialiseHl7(withField(body, 1, 3, '李')))
    expect(edited.equals(Buffer.concat(splice(odd, gb18030('亅'), gb18030('李'))))).toBe(true)
    const cleared = Buffer.from(serialiseHl7(withField(body, 1, 4, 'x')))
    expect(cleared.equals(Buffer.concat(splice(odd, Buffer.from([0x80]), Buffer.from('x'))))).toBe(true)
  })

  it('has the same bytes in a Latin alphabet, any byte of it', () => {
    const all = Array.from({ length: 224 }, (_, index) => index + 32).filter(byte => byte !== 0x7C)
    const start = `${message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||8859/1')}PID|`
    const bytes = Buffer.concat([utf8(start), Buffer.from(all), utf8('\r')])
    expect(backAgain(bytes, ['8859/1']).equals(bytes)).toBe(true)
  })

  it('is refused where the message was not read by this grammar', () => {
    expect(errorOf(() => serialiseHl7({ ...readHl7(utf8(message(header()))).body })).code).toBe('INTERNAL')
  })

  it('has the same bytes for any separators and any text', () => {
    const characters = [...'!#$%&*+,./:;<=>?@^_`{|}~"\'()-']
    const separators = fc.shuffledSubarray(characters, { minLength: 5, maxLength: 5 }).filter(chosen => !chosen.includes('_'))
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map(each =>
      ['\v', '\x1C', '\uFFFD'].reduce((left, odd) => left.replaceAll(odd, ''), each))
    const segments = fc.array(fc.record({
      name: fc.constantFrom('PID', 'OBX', 'ZAB', 'NTE', 'AL1'),
      fields: fc.array(text, { maxLength: 5 }),
      end: fc.constantFrom('\r', '\n', '\r\n', '\r\r'),
    }), { maxLength: 5 })
    fc.assert(fc.property(separators, segments, fc.constantFrom('utf8', 'gb18030'), (chosen, lines, encoding) => {
      const [field = '', ...rest] = chosen
      const lead = `MSH${field}${rest.join('')}${field}LIS${field.repeat(15)}${encoding === 'utf8' ? 'UTF-8' : 'GB18030'}\r`
      const bytes = iconv.encode(lead + lines.map(line => [line.name, ...line.fields].join(field) + line.end).join(''), encoding)
      fc.pre(!/(?:^|[\r\n]\s*)MSH/.test(iconv.decode(bytes, encoding).slice(3)) && !bytes.includes(0x1C))
      const { body } = readHl7(bytes)
      body.unread()
      expect(Buffer.from(serialiseHl7(body)).equals(bytes)).toBe(true)
    }))
  })
})

describe('a message with one field edited', () => {
  const original = readHl7(gb18030(message(header('GB18030'), 'PID|1||P1||张三|||M', 'OBX|1|NM|K^钾', 'OBX|2'))).body

  it('differs in that field\'s bytes only', () => {
    const before = Buffer.from(serialiseHl7(original))
    const after = Buffer.from(serialiseHl7(withField(original, 1, 5, '李四^^')))
    expect(after.equals(Buffer.concat(splice(before, gb18030('张三'), gb18030('李四^^'))))).toBe(true)
    expect(original.first('PID')!.text(5)).toBe('张三')
  })

  it('reads the new text, and edits fields of MSH by HL7\'s numbers', () => {
    const edited = withField(withField(original, 0, 10, 'C2'), 2, 3, 'K^血钾')
    expect([edited.controlId, edited.first('OBX')!.text(3, 2)]).toEqual(['C2', '血钾'])
  })

  it('gets the separators it lacks where the segment is shorter', () => {
    const edited = Buffer.from(serialiseHl7(withField(original, 3, 4, 'x'))).toString('latin1')
    expect(edited.endsWith('\rOBX|2|||x\r')).toBe(true)
  })

  it.each([
    [0, 1, 'x'], [0, 2, 'x'], [9, 1, 'x'], [1, 0, 'x'], [1, 5, 'a|b'], [1, 5, 'a\rb'],
  ])('refuses what is no field: %d-%d', (segment, field, text) => {
    expect(errorOf(() => withField(original, segment, field, text)).code).toBe('BAD_ARGUMENT')
  })

  it('refuses a character that the message\'s encoding lacks', () => {
    const ascii = readHl7(utf8(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||ASCII', 'PID|1'))).body
    expect(errorOf(() => withField(ascii, 1, 5, '张'))).toMatchObject({ code: 'CHARSET', place: 'PID-5' })
  })
})

/** The bytes with the first occurrence of one run replaced by another. */
function splice(bytes: Buffer, old: Buffer, fresh: Buffer): Buffer[] {
  const at = bytes.indexOf(old)
  return [bytes.subarray(0, at), fresh, bytes.subarray(at + old.length)]
}
