import * as fc from 'fast-check'
import { encodeMllp } from '../../src/wire/index'
import { gb18030, header, message, splitInWindows, splitWith, textOf, utf8 } from './support'

const one = message('MSH|^~\\&|A||||||ADT^A01|1|P|2.4', 'PID|1')
const two = message('MSH|^~\\&|B||||||ADT^A01|2|P|2.4', 'PID|2')
const cut = (text: string | Uint8Array, last = true) => {
  const bytes = typeof text === 'string' ? utf8(text) : text
  return { ...splitWith('hl7v2', bytes, { last }), texts: textOf(bytes, splitWith('hl7v2', bytes, { last })) }
}
const bare = (text: string) => text.trimEnd()

describe('an upload of HL7 v2 messages', () => {
  it.each([
    ['one message', one, [one]],
    ['messages one after the other', one + two, [one, two]],
    ['messages with blank lines between', `\n\n${one}\r\n\r\n${two}\n`, [one, two]],
    ['framed messages', `\u000B${one}\u001C\r\u000B${two}\u001C\r`, [one, two]],
    ['frames without their last byte', `\u000B${one}\u001C\u000B${two}\u001C`, [one, two]],
    ['two messages in one frame', `\u000B${one}${two}\u001C\r`, [one, two]],
    ['a batch', `FHS|^~\\&|A\rBHS|^~\\&|A\r${one}${two}BTS|2\rFTS|1\r`, [one, two]],
    ['a byte order mark', `\uFEFF${one}`, [one]],
    ['a message without an end', bare(one), [one]],
    ['a line of text that only begins like MSH', `${bare(one)}\rNTE|1||see\nMSHX is no header\r`,
      [`${bare(one)}\rNTE|1||see\nMSHX is no header`]],
    ['a vertical tab inside text', `${bare(one)}\rNTE|1||a\u000Bb\r${two}`, [`${bare(one)}\rNTE|1||a\u000Bb`, two]],
    ['nothing', '', []],
    ['blank space', ' \r\n\r\n', []],
  ])('is cut: %s', (_, text, expected) => {
    const { texts, pieces, consumed } = cut(text)
    expect(texts).toEqual(expected.map(bare))
    expect(pieces.filter(({ error }) => error)).toEqual([])
    expect(consumed).toBe(utf8(text).length)
  })

  it('gives a message the same bytes however it is sent', () => {
    const ways = [one, bare(one), `${one}\n`, Buffer.from(encodeMllp(utf8(one))).toString(), `BHS|^~\\&\r${one}BTS|1`]
    expect(new Set(ways.map(way => cut(way).texts[0])).size).toBe(1)
  })

  it('keeps what has no MSH as a piece of its own, with an error', () => {
    const { texts, pieces } = cut(`PID|1||P1\rPV1|1\r${one}\u001C\rstray\r\u000BOBX|1\u001C\r${two}`)
    expect(texts).toEqual(['PID|1||P1\rPV1|1', bare(one), 'stray', 'OBX|1', bare(two)])
    expect(pieces.map(({ error }) => error?.code)).toEqual(['SYNTAX', undefined, 'SYNTAX', 'SYNTAX', undefined])
    expect(pieces[0]!.error!.place).toBe('MSH')
  })

  it('marks a message over 16 MB, and cuts the next one', () => {
    const { pieces } = cut(Buffer.concat([utf8(bare(one)), Buffer.alloc(16_000_000, 'x'), utf8(`\r${two}`)]))
    expect(pieces.map(({ error }) => error?.code)).toEqual(['RECORD_TOO_LARGE', undefined])
  })

  it('leaves what may not be complete for the next window', () => {
    expect(cut(one, false)).toMatchObject({ pieces: [], consumed: 0 })
    expect(cut(one + two, false)).toMatchObject({ texts: [bare(one)], consumed: one.length })
    expect(cut(`\u000B${one}\u001C\r`, false)).toMatchObject({ texts: [bare(one)], consumed: one.length + 3 })
    expect(cut(`${one}FHS|^~\\&`, false).consumed).toBe(one.length)
    expect(cut(`${one}M`, false).consumed).toBe(0)
  })

  it('is cut alike in windows of any size', () => {
    const upload = gb18030(
      `FHS|^~\\&|市\rBHS|^~\\&\r${message(header('GB18030'), 'PID|1||亅')}\u000B${one}\u001C\r\r\n`
      + `${two}stray\r${two}BTS|1\rFTS|1\r`)
    const whole = textOf(upload, splitWith('hl7v2', upload))
    expect(whole).toHaveLength(4)
    fc.assert(fc.property(fc.integer({ min: 1, max: upload.length }), step => {
      expect(splitInWindows('hl7v2', upload, step, {}, {}).texts).toEqual(whole)
    }))
  })
})
