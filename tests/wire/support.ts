import iconv from 'iconv-lite'
import { isHutongError } from '../../src/model/errors'
import type { HutongError } from '../../src/model/errors'
import type { Hl7Message, SourceRecord, UploadContext } from '../../src/model/record'
import type { Source } from '../../src/model/source'
import { grammars } from '../../src/wire/index'
import type { Grammar, Split } from '../../src/wire/index'

export function sourceWith(own: Partial<Source> = {}): Source {
  return {
    id: 'here', title: 'Here', format: 'hl7v2', institution: { id: '1', name: 'Here' }, institutions: [],
    charsets: ['gb18030', 'utf-8'],
    timeZone: 'Asia/Shanghai', assigningAuthorities: {}, silentAfterHours: 24, settings: {}, ...own,
  }
}

export const gb18030 = (text: string): Buffer => iconv.encode(text, 'gb18030')
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')

export const grammar = (name: string): Grammar => grammars.get(name)!

export function readHl7(bytes: Uint8Array, source: Partial<Source> = {}): SourceRecord<Hl7Message> {
  return grammar('hl7v2').read(bytes, { source: sourceWith(source), context: {} }) as SourceRecord<Hl7Message>
}

/** Segments, one per argument, as bytes; each ends with CR. */
export const message = (...segments: string[]): string => segments.map(segment => `${segment}\r`).join('')

export const header = (charset = '', version = '2.4'): string =>
  `MSH|^~\\&|LIS|市一院|HIP|区平台|20261104174000||ORU^R01|C1|P|${version}||||||${charset}`

export function splitWith(
  name: string,
  bytes: Uint8Array,
  { source, context = {}, last = true }: { source?: Partial<Source>; context?: UploadContext; last?: boolean } = {},
): Split {
  return grammar(name).split(bytes, { source: sourceWith(source), context, last })
}

export const textOf = (bytes: Uint8Array, { pieces }: Pick<Split, 'pieces'>): string[] =>
  pieces.map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('latin1'))

/** Cuts bytes in windows that grow by `step`, as a stream does. */
export function splitInWindows(
  name: string, bytes: Uint8Array, step: number, source: Partial<Source>, context: UploadContext,
): { texts: string[]; context: UploadContext } {
  const texts: string[] = []
  let shared = context
  let from = 0
  for (let to = step; ; to += step) {
    const last = to >= bytes.length
    const window = bytes.subarray(from, Math.min(to, bytes.length))
    const split = splitWith(name, window, { source, context: shared, last })
    texts.push(...textOf(window, split))
    shared = split.context
    from += split.consumed
    if (last) return { texts, context: shared }
  }
}

export function errorOf(action: () => unknown): HutongError {
  try {
    action()
  } catch (error) {
    if (isHutongError(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
