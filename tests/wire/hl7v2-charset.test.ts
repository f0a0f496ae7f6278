import { isUtf8 } from 'node:buffer'
import { errorOf, gb18030, header, message, readHl7, utf8 } from './support'

const named = (charset: string) => message(header(charset), 'PID|1||P1||陈桂芳')
const nameOf = (bytes: Uint8Array, charsets?: string[]) => readHl7(bytes, charsets && { charsets }).body.first('PID')!.text(5)
const issuesOf = (bytes: Uint8Array) => readHl7(bytes).issues.map(({ code, place }) => `${code} ${place}`)

describe('the character set of an HL7 v2 message', () => {
  it.each(['GB 18030-2000', 'GB18030', 'GB2312', 'GBK', 'gb 18030-2000'])('is GB18030 where MSH-18 says %s', charset => {
    expect([nameOf(gb18030(named(charset))), issuesOf(gb18030(named(charset)))]).toEqual(['陈桂芳', []])
  })

  it.each(['UNICODE UTF-8', 'UTF-8', 'UNICODE', 'UTF-8~UNICODE'])('is UTF-8 where MSH-18 says %s', charset => {
    expect([nameOf(utf8(named(charset))), issuesOf(utf8(named(charset)))]).toEqual(['陈桂芳', []])
  })

  it('is found where MSH-18 is missing: strict UTF-8, then GB18030', () => {
    expect([nameOf(utf8(named(''))), issuesOf(utf8(named('')))]).toEqual(['陈桂芳', ['charset-missing MSH-18']])
    expect([nameOf(gb18030(named(''))), issuesOf(gb18030(named('')))]).toEqual(['陈桂芳', ['charset-missing MSH-18']])
  })

  it.each([
    ['GB18030 that says UTF-8', gb18030(named('UNICODE UTF-8'))],
    ['UTF-8 that says GB18030', utf8(named('GB 18030-2000'))],
    ['GB18030 that says ASCII', gb18030(named('ASCII'))],
    ['GB18030 that says 8859/1, from a source that sends no such', gb18030(named('8859/1'))],
    ['UTF-8 that says 8859/1', utf8(named('8859/1'))],
    ['UTF-8 that says what nobody knows', utf8(named('KLINGON'))],
  ])('is found where MSH-18 is wrong: %s', (_, bytes) => {
    expect([nameOf(bytes), issuesOf(bytes)]).toEqual(['陈桂芳', ['charset-mismatch MSH-18']])
  })

  it('raises nothing for ASCII, whatever MSH-18 says', () => {
    expect(readHl7(utf8('MSH|^~\\&|A|||||||ADT|1|P|2.4\r')).issues).toEqual([])
  })

  it('is GB18030 for short text that happens to be valid UTF-8, and UTF-8 for a lone µ', () => {
    const short = gb18030(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', 'PID|1||P1||掳茅'))
    expect(isUtf8(short)).toBe(true)
    expect(nameOf(short)).toBe('掳茅')
    expect(nameOf(gb18030(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', 'PID|1||P1||女')))).toBe('女')
    expect(nameOf(utf8(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', 'PID|1||P1||Dvořáková')), ['utf-8'])).toBe('Dvořáková')
    const micro = message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', 'PID|1||P1||5 µmol/L')
    expect(nameOf(utf8(micro))).toBe('5 µmol/L')
  })

  it('is decoded before splitting: second bytes of GB18030 equal | ^ \\ ~ and &', () => {
    const tricky = '亅丂瀇倈'
    const bytes = gb18030(message(header('GB 18030-2000'), `PID|1||P1||${tricky}^x~y|F`))
    const trails = gb18030('倈亅乗').toString('latin1')
    expect(trails).toMatch(/[|^\\~]/)
    const pid = readHl7(bytes).body.first('PID')!
    expect([pid.text(5), pid.text(5, 2), pid.field(5).length, pid.text(6)]).toEqual([tricky, 'x', 2, 'F'])
  })

  it('is a Latin alphabet only where MSH-18 or the source says so', () => {
    const latin = Buffer.from(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||8859/1', 'PID|1||P1||Jos\u00E9|x'), 'latin1')
    expect(nameOf(latin, ['utf-8', '8859/1'])).toBe('José')
    expect(nameOf(latin, ['utf-8'])).toBe('José')
    const silent = Buffer.from(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4', 'PID|1||P1||Jos\u00E9|x'), 'latin1')
    expect(nameOf(silent, ['8859/1'])).not.toContain('\uFFFD')
  })

  it('reads other parts of 8859 by their own tables', () => {
    const bytes = Buffer.from(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||8859/15', 'PID|1||P1||10 \u00A4|x'), 'latin1')
    expect(nameOf(bytes, ['8859/15'])).toBe('10 €')
  })

  it.each([
    ['no character set fits', Buffer.from([...utf8(message(header('UTF-8'), 'PID|1||P1||x')), 0xFF, 0xFF, 0x0D]), 'MSH-18'],
    ['a GB18030 character is cut off', Buffer.from([...gb18030(message(header('GB18030'), 'PID|1||')), 0xD5]), 'MSH-18'],
    ['characters were lost before', utf8(message(header('UTF-8'), 'PID|1||P1||\uFFFD\uFFFD')), 'PID'],
    ['GB18030 went through a UTF-8 decoder', utf8(message('MSH|^~\\&|\uFFFD|||||ADT|1|P|2.4', 'PID|1')), 'MSH'],
  ])('is refused where %s', (_, bytes, place) => {
    const error = errorOf(() => readHl7(bytes))
    expect([error.code, error.place]).toEqual(['CHARSET', place])
  })

  it('believes a message that says it is Latin, though it holds a lost character, and raises an issue', () => {
    const bytes = utf8(message('MSH|^~\\&|LIS||||||ORU^R01|1|P|2.4||||||8859/1', 'OBX|1|ST|x||bad \uFFFD here'))
    expect(readHl7(bytes).issues.map(({ code, place }) => [code, place])).toEqual([['characters-lost', 'OBX']])
  })

  it('never puts content into an error', () => {
    const error = errorOf(() => readHl7(utf8(message(header('UTF-8'), 'PID|1||11010519491231002X||张\uFFFD'))))
    expect(JSON.stringify([error.message, error.place, error.details])).not.toMatch(/1101|张/)
  })
})
