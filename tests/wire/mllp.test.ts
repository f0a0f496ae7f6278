import * as fc from 'fast-check'
import { createMllpDecoder, encodeMllp } from '../../src/wire/index'
import type { MllpEvent } from '../../src/wire/index'
import { gb18030, utf8 } from './support'

const show = (events: Iterable<MllpEvent>) => [...events].map(event =>
  event.kind === 'frame' ? Buffer.from(event.bytes).toString('latin1') : event.error.code)
const decode = (...chunks: (string | Uint8Array)[]) => {
  const decoder = createMllpDecoder({ maxBytes: 100 })
  const events = chunks.flatMap(chunk => [...decoder.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)])
  return show([...events, ...decoder.end()])
}

describe('the MLLP decoder', () => {
  it('gives the frames that a chunk holds', () => {
    expect(decode('\x0BMSH|one\r\x1C\r\x0BMSH|two\r\x1C\r')).toEqual(['MSH|one\r', 'MSH|two\r'])
  })

  it('gives two messages in one frame as one frame', () => {
    expect(decode('\x0BMSH|one\rMSH|two\r\x1C\r')).toEqual(['MSH|one\rMSH|two\r'])
  })

  it('gives a frame as soon as it ends, and lets line breaks stand between frames', () => {
    expect(decode('\x0Ba\x1C', '\r\n\r\n', '\x0Bb\x1C\r')).toEqual(['a', 'b'])
  })

  it('lets an empty frame be one', () => {
    expect(decode('\x0B\x1C\r')).toEqual([''])
  })

  it('names data outside a frame once for each run of it', () => {
    expect(decode('GET / HTTP/1.1\r\n', 'Host: x', '\x0Ba\x1C\r', 'junk', '\x0Bb\x1C\rmore'))
      .toEqual(['FRAME', 'a', 'FRAME', 'b', 'FRAME'])
  })

  it('names a frame without an end when the peer closes, with what had come', () => {
    const decoder = createMllpDecoder({ maxBytes: 100 })
    expect([...decoder.push(utf8('\x0BMSH|half'))]).toEqual([])
    const [event] = decoder.end()
    expect(event).toMatchObject({ kind: 'error', error: { code: 'FRAME' } })
    expect(Buffer.from((event as { bytes: Uint8Array }).bytes).toString()).toBe('MSH|half')
    expect(decoder.end()).toEqual([])
  })

  it('finds the next frame after a truncated one', () => {
    expect(decode('\x0BMSH|half', '\x0BMS', 'H|whole\r\x1C\r\x0BMSH|next\x1C\r')).toEqual(['FRAME', 'MSH|whole\r', 'MSH|next'])
  })

  it('keeps a vertical tab inside text', () => {
    expect(decode('\x0BMSH|a\x0Bb\x1C\r')).toEqual(['MSH|a\x0Bb'])
  })

  it('names a frame over the limit at once, passes over its rest, and takes the next', () => {
    const decoder = createMllpDecoder({ maxBytes: 10 })
    expect(show(decoder.push(utf8('\x0B0123456789')))).toEqual([])
    expect(show(decoder.push(utf8('x')))).toEqual(['RECORD_TOO_LARGE'])
    for (let chunk = 0; chunk < 1000; chunk++) expect([...decoder.push(Buffer.alloc(1000, 'x'))]).toEqual([])
    expect(show(decoder.push(utf8('\x1C\r\x0B0123456789\x1C\r')))).toEqual(['0123456789'])
  })

  it('holds no more than the limit, however small the chunks are', () => {
    const decoder = createMllpDecoder({ maxBytes: 200_000 })
    expect(show(decoder.push(utf8('\x0B')))).toEqual([])
    const byte = utf8('x')
    let early = 0
    for (let at = 0; at < 200_000; at++) early += [...decoder.push(byte)].length
    expect(early).toBe(0)
    expect(decoder.held).toBeLessThanOrEqual(200_000 + 65_536)
    const [frame] = [...decoder.push(utf8('\x1C'))]
    expect((frame as { bytes: Uint8Array }).bytes.length).toBe(200_000)
    expect((frame as { bytes: Uint8Array }).bytes.buffer.byteLength).toBeLessThanOrEqual(200_000)
  })

  it('takes a 50 MB frame in no more than its limit', () => {
    const decoder = createMllpDecoder({ maxBytes: 16_000_000 })
    expect(show(decoder.push(utf8('\x0B')))).toEqual([])
    const events = Array.from({ length: 50 }, () => [...decoder.push(Buffer.alloc(1_000_000, 'x'))]).flat()
    expect(show(events)).toEqual(['RECORD_TOO_LARGE'])
  })

  it('finds one frame at a time, so that a chunk of very many makes no list of them', () => {
    const decoder = createMllpDecoder({ maxBytes: 100 })
    const [first] = decoder.push(Buffer.concat([utf8('\x0Bfirst\x1C\r'), Buffer.alloc(60_000, '\x0B\x1C\r')]))
    expect(first && show([first])).toEqual(['first'])
    expect(Array.isArray(decoder.push(utf8('\x0B')))).toBe(false)
  })

  it('puts a long frame together again, of chunks of any length', () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => 32 + at % 90)
    const decoder = createMllpDecoder({ maxBytes: 300_000 })
    const stream = encodeMllp(bytes)
    const events = []
    for (let [at, length] = [0, 1]; at < stream.length; at += length, length = length * 7 % 40_009) events.push(...decoder.push(stream.subarray(at, at + length)))
    expect(events).toEqual([{ kind: 'frame', bytes }])
    expect(decoder.held).toBe(0)
  })

  it('decodes what the encoder wrote, cut anywhere', () => {
    const clean = fc.string({ maxLength: 30 }).map(each => each.replaceAll('\x0B', '').replaceAll('\x1C', ''))
    const text = clean.map(each => utf8(`MSH|^~\\&|${each}`))
    fc.assert(fc.property(fc.array(text, { maxLength: 4 }), fc.array(fc.nat(200), { maxLength: 8 }), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(encodeMllp))
      const sorted = cuts.map(place => Math.min(place, stream.length)).toSorted((one, other) => one - other)
      const places = [0, ...sorted, stream.length]
      const chunks = places.slice(1).map((place, index) => stream.subarray(places[index], place))
      expect(decode(...chunks)).toEqual(messages.map(each => each.toString('latin1')))
    }))
  })

  it('leaves no frame byte inside GB18030 text', () => {
    const every = Array.from({ length: 0x9FA5 - 0x4E00 }, (_, index) => String.fromCharCode(0x4E00 + index)).join('')
    const bytes = gb18030(every)
    expect([bytes.includes(0x0B), bytes.includes(0x1C), bytes.includes(0x0D), bytes.includes(0x0A)])
      .toEqual([false, false, false, false])
  })
})
