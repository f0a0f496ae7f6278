import { acknowledge, readHeader } from '../../src/wire/index'
import type { Acknowledgement } from '../../src/wire/index'
import { gb18030, message, readHl7, utf8 } from './support'

const incoming = (version: string, charset = 'UTF-8') =>
  `MSH|^~\\&|LIS|市一院|HIP|区平台|20261104174000||ADT^A01^ADT_A01|C^1|P|${version}||||||${charset}`
const base = { code: 'AA', now: new Date('2026-11-20T02:00:00Z'), controlId: 'R1' } as const
const answerTo = (version: string, own: Partial<Acknowledgement> = {}) => {
  const { body } = readHl7(utf8(message(incoming(version))))
  return Buffer.from(acknowledge({ ...base, message: body, ...own })).toString('utf8').split('\r')
}

describe('an acknowledgement', () => {
  it('turns sender and receiver round, and names the message it answers', () => {
    expect(answerTo('2.4')).toEqual([
      'MSH|^~\\&|HIP|区平台|LIS|市一院|20261120020000+0000||ACK^A01^ACK|R1|P|2.4||||||UTF-8', 'MSA|AA|C^1', '',
    ])
  })

  it('writes its time in the zone that is asked for', () => {
    expect(answerTo('2.4', { timeZone: 'Asia/Shanghai' })[0]).toContain('|20261120100000+0800|')
  })

  it.each([
    ['2.3', 'ACK^A01', 'MSA|AE|C^1|No MSH \\S\\ here', 'ERR|PID^1^5^102&Data type error&HL70357'],
    ['2.4', 'ACK^A01^ACK', 'MSA|AE|C^1|No MSH \\S\\ here', 'ERR|PID^1^5^102&Data type error&HL70357'],
    ['2.5.1', 'ACK^A01^ACK', 'MSA|AE|C^1|No MSH \\S\\ here',
      'ERR||PID^1^5|102^Data type error^HL70357|E|CHARSET|||No MSH \\S\\ here'],
    ['2.7', 'ACK^A01^ACK', 'MSA|AE|C^1', 'ERR||PID^1^5|102^Data type error^HL70357|E|CHARSET|||No MSH \\S\\ here'],
  ])('is written as version %s has it', (version, type, msa, err) => {
    const lines = answerTo(version, { code: 'AE', text: 'No MSH ^ here', error: { place: 'PID-5', code: 'CHARSET' } })
    expect([lines[0]!.split('|')[8], ...lines.slice(1)]).toEqual([type, msa, err, ''])
  })

  it.each([
    ['OBX[3]-6', 'MAPPING', 'ERR||OBX^3^6|102^Data type error^HL70357|E|MAPPING'],
    ['MSH', 'UNSUPPORTED', 'ERR||MSH^1|200^Unsupported message type^HL70357|E|UNSUPPORTED'],
    ['PID-3', 'PATIENT_MISSING', 'ERR||PID^1^3|101^Required field missing^HL70357|E|PATIENT_MISSING'],
    [undefined, 'INTERNAL', 'ERR|||207^Application internal error^HL70357|E|INTERNAL'],
  ] as const)('says where and why: %s %s', (place, code, line) => {
    expect(answerTo('2.5', { code: 'AR', error: { code, ...place && { place } } })[2]).toBe(line)
  })

  it('is written in the message\'s own separators and character set', () => {
    const text = 'MSH$%*!#$LIS$市一院$HIP$区平台$$$ADT%A01$7$P$2.5$$$$$$GB18030\r'
    const bytes = acknowledge({ ...base, message: readHl7(gb18030(text)).body, code: 'AE', text: '5$ & 张' })
    expect(Buffer.from(bytes).equals(gb18030(
      'MSH$%*!#$HIP$区平台$LIS$市一院$20261120020000+0000$$ACK%A01%ACK$R1$P$2.5$$$$$$GB18030\rMSA$AE$7$5!F! & 张\r',
    ))).toBe(true)
  })

  it('replaces what the character set lacks, and line breaks', () => {
    const ascii = readHl7(utf8('MSH|^~\\&|A||||||ADT^A01|1|P|2.4||||||ASCII\r')).body
    expect(Buffer.from(acknowledge({ ...base, message: ascii, text: '张\rx' })).toString()).toContain('MSA|AA|1|? x\r')
  })

  it('answers what cannot be read from its header alone', () => {
    const broken = Buffer.concat([utf8(message(incoming('2.5'))), Buffer.from([0xFF, 0xFF, 0x0D])])
    const error = { code: 'CHARSET', place: 'MSH-18' } as const
    const lines = Buffer.from(acknowledge({ ...base, message: readHeader(broken), code: 'AR', error })).toString().split('\r')
    expect(lines[1]).toBe('MSA|AR|C^1')
    expect(readHeader(utf8('\u000BMSH|^~\\&|A||||||ADT|9|P|2.3\rPID'))).toMatchObject({ controlId: '9', version: '2.3' })
  })

  it('keeps the character set of a header that is all that was read', () => {
    const bytes = gb18030(message(incoming('2.4', 'GB 18030-2000'), 'PID|1'))
    expect(Buffer.from(acknowledge({ ...base, message: readHeader(bytes) })).includes(gb18030('|区平台|LIS|市一院|'))).toBe(true)
  })

  it('answers even where there is no header', () => {
    expect([readHeader(utf8('PID|1')), readHeader(utf8('MSHA')), readHeader(utf8(''))]).toEqual([undefined, undefined, undefined])
    expect(Buffer.from(acknowledge({ ...base, message: undefined, code: 'AR', text: 'no' })).toString())
      .toBe('MSH|^~\\&|||||20261120020000+0000||ACK|R1|P|2.4\rMSA|AR||no\r')
  })
})
