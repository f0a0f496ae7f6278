import { HutongError } from '../../model/errors'

const start = 0x0B
const end = 0x1C
const carriageReturn = 0x0D
const lineFeed = 0x0A

export type MllpEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** FRAME, or RECORD_TOO_LARGE; `bytes` is what had come of the frame, where it was kept. */
  | { readonly kind: 'error'; readonly error: HutongError; readonly bytes?: Uint8Array }

export interface MllpDecoder {
  /** A frame has begun that has not ended. */
  readonly open: boolean
  /** Bytes of memory that the open frame takes. */
  readonly held: number
  /**
   * Takes what a socket gave and says what is complete, one by one, as it is asked for: a chunk of many small frames makes no
   * list of them. All of it must be asked for before the next chunk is given. The bytes of a frame are the caller's own.
   */
  push(chunk: Uint8Array): Iterable<MllpEvent>
  /** The peer has closed: what is left over is an error. */
  end(): MllpEvent[]
}

/**
 * Finds frames, 0x0B … 0x1C 0x0D, in chunks cut anywhere (HL7 Transport Specification: MLLP, release 1). What follows
 * 0x1C may be missing: that byte stands in no message, and a sender that omits the 0x0D would otherwise wait for ever.
 * Bytes outside a frame are one error for each run of them, line breaks excepted. At most `maxBytes` are ever held: a longer
 * frame is an error at once, and the rest of it is passed over.
 */
export function createMllpDecoder({ maxBytes }: { maxBytes: number }): MllpDecoder {
  const held = new Held(maxBytes)
  let state: 'outside' | 'stray' | 'inside' | 'skipping' = 'outside'

  /** The end of the open frame is looked for in a whole chunk at once. */
  function takeInside(chunk: Uint8Array, at: number): { at: number; events: MllpEvent[] } {
    const found = chunk.indexOf(end, at)
    const until = found < 0 ? chunk.length : found
    const events: MllpEvent[] = []
    if (state === 'inside' && !held.add(chunk.subarray(at, until))) {
      events.push({ kind: 'error', error: new HutongError('RECORD_TOO_LARGE', `A frame is over ${maxBytes} bytes.`) })
      state = 'skipping'
    }
    if (found < 0) return { at: chunk.length, events }
    if (state === 'inside') events.push(...closeFrame(held.take()))
    state = 'outside'
    return { at: found + 1, events }
  }

  /** True where junk begins. */
  function takeOutside(byte: number | undefined): boolean {
    if (byte === start) state = 'inside'
    else if (state === 'outside' && byte !== carriageReturn && byte !== lineFeed) {
      state = 'stray'
      return true
    }
    return false
  }

  return {
    get open() {
      return state === 'inside' || state === 'skipping'
    },
    get held() {
      return held.allocated
    },
    *push(chunk) {
      let at = 0
      while (at < chunk.length) {
        if (state === 'inside' || state === 'skipping') {
          const taken = takeInside(chunk, at)
          at = taken.at
          yield* taken.events
        } else if (takeOutside(chunk[at++])) {
          yield { kind: 'error', error: new HutongError('FRAME', 'Data came outside a frame.') }
        }
      }
    },
    end() {
      const open = state === 'inside'
      state = 'outside'
      return open ? [unterminated(held.take())] : []
    },
  }
}

/** Puts a message into a frame. */
export function encodeMllp(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(message.length + 3)
  frame[0] = start
  frame.set(message, 1)
  frame.set([end, carriageReturn], message.length + 1)
  return frame
}

/** A frame in which another one starts was cut off: the first part is an error, and the last one is the frame. */
function closeFrame(bytes: Uint8Array): MllpEvent[] {
  const restart = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf('\u000BMSH')
  if (restart < 0) return [{ kind: 'frame', bytes }]
  return [unterminated(bytes.subarray(0, restart)), { kind: 'frame', bytes: bytes.subarray(restart + 1) }]
}

const unterminated = (bytes: Uint8Array): MllpEvent =>
  ({ kind: 'error', error: new HutongError('FRAME', 'A frame has no end.'), bytes })

/** Chunks from this length on are kept as they came; shorter ones are put together in pages, of which the first is small. Bytes. */
const large = 16_384
const pages = [4_096, 65_536] as const

/** Bytes of the open frame, up to the limit, however small the chunks are. Growing copies nothing, and leaves no garbage behind. */
class Held {
  private parts: Uint8Array[] = []
  private page = new Uint8Array(0)
  private used = 0
  private size = 0
  allocated = 0

  constructor(private readonly limit: number) {}

  /** False, and nothing is held any more, where the limit would be passed. */
  add(chunk: Uint8Array): boolean {
    if (this.size + chunk.length > this.limit) {
      this.clear()
      return false
    }
    this.size += chunk.length
    if (chunk.length >= large) {
      this.turn(0)
      this.parts.push(chunk)
      this.allocated += chunk.length
    } else this.fill(chunk)
    return true
  }

  take(): Uint8Array {
    const taken = new Uint8Array(this.size)
    let at = 0
    for (const part of [...this.parts, this.page.subarray(0, this.used)]) {
      taken.set(part, at)
      at += part.length
    }
    this.clear()
    return taken
  }

  private fill(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.used === this.page.length) this.turn(pages[this.page.length ? 1 : 0])
      const part = chunk.subarray(at, at + this.page.length - this.used)
      this.page.set(part, this.used)
      this.used += part.length
      at += part.length
    }
  }

  private turn(length: number): void {
    if (this.used) this.parts.push(this.page.subarray(0, this.used))
    this.page = new Uint8Array(length)
    this.allocated += length
    this.used = 0
  }

  private clear(): void {
    this.parts = []
    this.page = new Uint8Array(0)
    this.used = this.size = this.allocated = 0
  }
}
