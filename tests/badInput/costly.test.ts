import { readAccount } from '../../src/intake'
import { openPipeline } from '../support/pipeline'
import type { Pipeline } from '../support/pipeline'
import { upload } from './records'

/** A megabyte of a text, or nearly. */
const much = (text: string, size = 1_000_000): string => text.repeat(Math.floor(size / text.length))
const message = (type: string, ...segments: string[]): string =>
  [`MSH|^~\\&|HIS|SYY|HUTONG|HULI|20261101080000||${type}|C1|P|2.4|||||CHN|UNICODE UTF-8`, ...segments, ''].join('\r')
const admission = (pid: string, ...others: string[]): string => message('ADT^A04', 'EVN|A04|20261101080000', pid, ...others)
const result = (...segments: string[]): string =>
  message('ORU^R01', 'PID|1||R1^^^SYY^MR||张三|||M', 'OBR|1|a^HIS|b^SYYLIS|XCG^x^SYYLIS|||20261105080000', ...segments)
const item = (name: string, value: string, unit: string, range: string): string => result(`OBX|1|NM|K^${name}^SYYLIS||${value}|${unit}|${range}|N|||F`)

describe('what is meant to take long takes no longer than its size', () => {
  let pipeline: Pipeline
  beforeEach(async () => { pipeline = await openPipeline() })
  afterEach(() => pipeline.close())

  /** Milliseconds from the door to the archive. A square of a megabyte would be minutes. */
  async function timeOf(source: string, text: string, name: string): Promise<number> {
    const start = performance.now()
    await pipeline.load([upload(source, Buffer.from(text), name)])
    return performance.now() - start
  }

  it.each([
    ['a name', admission(`PID|1||R1^^^SYY^MR||${much('张')}||19491231|F`)],
    ['a name of blanks', admission(`PID|1||R1^^^SYY^MR||a${much(' ')}b||19491231|F`)],
    ['a phone', admission(`PID|1||R1^^^SYY^MR||张三||19491231|F|||x||${much('1-')}`)],
    ['escapes without an end', admission(`PID|1||R1^^^SYY^MR||${much('\\X4')}||1949|F`)],
    ['marks of recognition', item(`${much('【全国HR】')}钾`, '1', 'g', '1-2')],
    ['blanks before no mark', item(`a${much(' ')}b`, '1', 'g', '1-2')],
    ['a unit', item('钾', '1', much('m/'), '1-2')],
    ['a range', item('钾', '1', 'g', `${much(' ')}-x`)],
    ['a value', item('钾', much('<1'), 'g', '1-2')],
  ])('%s of a million characters', async (_, text) => {
    expect(await timeOf('first-hospital', text, 'm.hl7')).toBeLessThan(8000)
  })

  it.each([
    ['documents without an end', much('{"a":1\n', 300_000)], ['text without an end', much('{"a":"\n', 300_000)], ['braces', much('{')], ['lines that are none', much('}}}}}}}}}}}}}}}}}}}}\n')],
  ])('JSON of %s', async (_, text) => {
    expect(await timeOf('regional-platform', text, 'upload.json')).toBeLessThan(15_000)
  }, 30_000)

  it('a message of 12,000 results is mapped, all of them', async () => {
    await pipeline.load([upload('first-hospital', Buffer.from(result(...Array.from({ length: 12_000 }, (_, n) => `OBX|${n}|NM|K${n}^x^SYYLIS||1|g|1-2|N|||F`))), 'm.hl7')])
    expect(await readAccount({ store: pipeline.gateway.store, sources: ['first-hospital'] })).toMatchObject([{ received: 1, mapped: 1 }])
  }, 30_000)

  it.each([
    ['a field that is repeated 100,000 times', admission(`PID|1||R1^^^SYY^MR~${'1^^^X^Y~'.repeat(100_000)}||张三`), 'PID-3'],
    ['a message of 60,000 segments', admission('PID|1||R1^^^SYY^MR||张三', ...Array.from({ length: 60_000 }, () => 'NK1|1|x')), 'MSH'],
  ])('%s is quarantined with its place', async (_, text, place) => {
    await pipeline.load([upload('first-hospital', Buffer.from(text), 'm.hl7')])
    expect(await pipeline.gateway.quarantine.list({ source: 'first-hospital', limit: 10 })).toMatchObject([{ reason: { code: 'RECORD_TOO_LARGE', place } }])
  })
})
