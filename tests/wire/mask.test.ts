import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { maskRecord } from '../../src/wire'

const masked = (text: string, format: string) => Buffer.from(maskRecord(Buffer.from(text), format)).toString()

describe('a masked record', () => {
  it('of HL7 v2 keeps segments, separators and the message type', () => {
    const message = 'MSH|^~\\&|HIS|HOSP|||20261104082000||ADT^A01^ADT_A01|MSG1|P|2.5.1\rPID|1||SY900001^^^HIS^MR~11010519491231002X^^^NI||陈^桂芳||19491231|F\rZPI|Chen\rLIN|Li'
    expect(masked(message, 'hl7v2')).toBe(
      'MSH|^~\\&|xxx|xxxx|||99999999999999||ADT^A01^ADT_A01|xxx9|x|9.9.9\rPID|9||xx999999^^^xxx^xx~99999999999999999x^^^xx||x^xx||99999999|x\rxxx|xxxx\rxxx|xx')
  })

  it('keeps of MSH-9 nothing that is no message type', () => {
    expect(masked('MSH|^~\\&|||||||LIN^Wei|1', 'hl7v2')).toBe('MSH|^~\\&|||||||xxx^xxx|9')
  })

  it('of CSV keeps separators and quotes', () => {
    expect(masked('350206196804270009,"Chen, Guifang",1949-12-31,,"say ""hi"""', 'csv')).toBe('999999999999999999,"xxxx, xxxxxxx",9999-99-99,,"xxx ""xx"""')
  })

  it('of FHIR keeps structure, element names and resource types, broken as it may be', () => {
    expect(masked('{"resourceType":"Patient","name":[{"text":"陈桂芳"}],"birthDate": "1949-12-31","Chen":1,"active":true', 'fhir'))
      .toBe('{"resourceType":"Patient","name":[{"text":"xxx"}],"birthDate": "9999-99-99","xxxx":9,"active":xxxx')
    expect(masked('{"resourceType":"Chen","name":"Chen"Gui","phone":"139\\u9648', 'fhir')).not.toMatch(/Chen|Gui|139|9648/)
  })

  it('is read in the character set of its bytes, and byte by byte where it is in none', () => {
    const inGb = Buffer.from(maskRecord(iconv.encode('PID|1||陈|䶮', 'gb18030'), 'hl7v2')).toString()
    expect(inGb).toBe('PID|9||x|x')
    expect(Buffer.from(maskRecord(Buffer.from([0x50, 0x49, 0x44, 0x7c, 0x41, 0xff, 0x7c, 0x31]), 'hl7v2')).toString()).toBe('PID|xx|9')
  })

  it('has no control character that a terminal would obey', () => {
    expect(masked('\u0007\u001b[2J\u009b1m\u0000\tx\r\n', 'csv')).toBe('**[9x*9x*\tx\r\n')
  })

  it('is cut where it is very long, and says so', () => {
    const text = masked(`{"text":"${'陈'.repeat(400_000)}"}`, 'fhir')
    expect(text).toMatch(/^\{"text":"x+\n\(\d+ more\)$/)
    expect(Buffer.byteLength(text)).toBeLessThan(64_100)
  })

  const kept = /"(resourceType|name|text|identifier|value|birthDate|gender|Patient)"|^(MSH|PID|OBX)\b|(?<=[\r\n])(MSH|PID|OBX)\b|ADT\^A01/g
  const value = fc.oneof(
    fc.constantFrom('陈桂芳', '欧阳静雯', 'Chen Guifang', 'LIN', '11010519491231002X', '13850051234', '1949-12-31', '厦门市湖里区和通路31号402室', 'a.b@c.cn', '😀', 'é', '٣'),
    fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ maxLength: 20 }))
  const records: readonly (readonly [string, fc.Arbitrary<string>])[] = [
    ['hl7v2', fc.array(fc.tuple(fc.constantFrom('MSH|^~\\&', 'PID', 'OBX', ''), fc.array(value)).map(([name, values]) => [name, ...values].join('|'))).map(lines => lines.join('\r'))],
    ['csv', fc.array(value.map(each => (/[,"\n]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each))).map(cells => cells.join(','))],
    ['fhir', fc.dictionary(value.filter(key => !/^[a-z]+$/i.test(key)), value).map(own => JSON.stringify({ resourceType: 'Patient', name: [{ text: 'x' }], ...own }))],
    ['fhir', fc.array(fc.oneof(value, fc.constantFrom('"', '{', '}', ':', ',', '\\', '"name":', '"resourceType":'))).map(parts => parts.join(''))],
    ['unknown', fc.array(value).map(parts => parts.join('|'))],
  ]

  it.each(records)('of %s holds no letter, digit or character of a value, whatever it says', (format, record) => {
    fc.assert(fc.property(record, text => {
      const rest = masked(text, format).replaceAll(kept, '')
      expect(rest).not.toMatch(/[^x9*\t\n\r -/:-@[-`{-~]/)
    }), { numRuns: 300 })
  })

  it('masks what is nested in quotes and escapes in a number of steps that grows as its length does', () => {
    for (const text of ['"\\'.repeat(20_000), '"\\"'.repeat(20_000), '"'.repeat(40_001), '{"a":'.repeat(12_000)]) expect(masked(text, 'fhir')).toHaveLength(text.length)
  })
})
