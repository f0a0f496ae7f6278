import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isHutongError } from '../model/errors'
import type { SourceMapping } from '../model/mapping'
import { turn } from '../model/turns'
import { acknowledge, createMllpDecoder, encodeMllp, grammars, maxRecordBytes, readHeader } from '../wire/index'
import type { MllpDecoder, MllpEvent } from '../wire/index'
import type { FrameHolder, FrameMemory } from './frameMemory'
import type { Journal } from './journal'
import { Notes } from './notes'
import { describeError, stackOf } from './ports'
import type { Crash, IntakeEvent, Log, Observe, Outcome, RecordError } from './ports'
import { splitBytes } from './reading'
import type { ReadingMeans } from './reading'

export interface ConversationOptions extends Pick<ReadingMeans, 'threads'> {
  readonly journal: Journal
  readonly mapping: SourceMapping
  readonly now: () => number
  readonly log: Log
  readonly observe?: Observe
  readonly crash?: Crash
  /** Longest frame: 16 MB. */
  readonly maxBytes?: number
  /** Silence after which a connection is closed: 30 minutes. */
  readonly idleTimeoutMs?: number
  /** How long after connecting the first frame may begin: 10 seconds. */
  readonly firstFrameMs?: number
  /**
   * How long a frame may take to come, and its answers to be read: 2 minutes. A peer that sends a byte now and then would hold a
   * connection for ever.
   */
  readonly frameTimeoutMs?: number
  /** After so many frames without a message, and runs of data outside frames, one after the other, the connection is closed: 100. */
  readonly maxEmpty?: number
}

/** What the connections of a listener share. */
export interface Shared {
  readonly frames: FrameMemory
  /** A control id for an acknowledgement. */
  readonly nextId: () => string
  /** A connection is closed for its silence: told by the listener, since there may be many. */
  readonly onSilent: (message: string) => void
}

/** For so long answers that the peer has not read yet stay when the connection is closed, in milliseconds. */
const linger = 10_000

/**
 * One MLLP connection: frames in their order, one at a time, each answered before the next is looked at, with a turn of the
 * event loop between them. What the peer may not hold for long: the connection without a frame, a frame that does not end,
 * answers that it does not read.
 */
export class Conversation implements FrameHolder {
  readonly address: string
  /** A message of it was kept, known or refused by the journal. */
  hasSpoken = false
  /** Milliseconds of this process's own clock. */
  restingSince = performance.now()
  private stopping = false
  private working = false
  /** The peer does not read its answers. */
  private isStuck = false
  private busy: Promise<'well' | 'broken'> = Promise.resolve('well')
  private deadline: NodeJS.Timeout | undefined
  /** Empty frames and runs of junk since the last message. */
  private empty = 0
  private readonly decoder: MllpDecoder
  private readonly source: ConversationOptions['mapping']['source']
  private readonly notes: Notes

  constructor(private readonly socket: Socket, private readonly options: ConversationOptions, private readonly shared: Shared) {
    this.address = socket.remoteAddress ?? ''
    this.source = options.mapping.source
    this.notes = new Notes(options.log, { source: this.source.id })
    this.decoder = createMllpDecoder({ maxBytes: options.maxBytes ?? maxRecordBytes })
  }

  /** Neither amid a frame nor at work on one. */
  get isAtRest(): boolean {
    return !this.working && !this.decoder.open
  }

  async run(): Promise<void> {
    const { idleTimeoutMs = 1_800_000, firstFrameMs = 10_000, log } = this.options
    this.socket.setTimeout(idleTimeoutMs, () => this.working || this.fallSilent('an MLLP connection fell silent'))
    this.expect(firstFrameMs, 'an MLLP connection brought no frame')
    try {
      await this.converse()
    } catch (error) {
      if (!this.socket.destroyed) log.error({ source: this.source.id, code: describeError(error, '').code, at: stackOf(error) }, 'a message was not kept')
    } finally {
      clearTimeout(this.deadline)
      this.decoder.end()
      this.shared.frames.tell(this, 0)
      this.notes.tell()
      closeSoon(this.socket)
    }
  }

  async stop(): Promise<void> {
    this.stopping = true
    if (this.isStuck) this.socket.destroy()
    await this.busy.catch(() => 'broken')
    this.socket.destroySoon()
  }

  /** For another connection, or another's frame: nothing that was acknowledged is lost by it. */
  giveWay(): void {
    if (this.decoder.open) this.note('frame-error', 'an MLLP frame was let go: too many bytes of frames were coming at once')
    this.decoder.end()
    this.socket.destroy()
  }

  private fallSilent(message: string): void {
    this.shared.onSilent(message)
    this.socket.destroy()
  }

  private expect(milliseconds: number, otherwise: string): void {
    clearTimeout(this.deadline)
    this.deadline = setTimeout(() => this.fallSilent(otherwise), milliseconds).unref()
  }

  private async converse(): Promise<void> {
    for await (const chunk of this.socket) {
      this.busy = this.take(chunk as Uint8Array)
      if (await this.busy === 'broken' || this.stopping) return
    }
    if (!this.stopping) await this.handle(this.decoder.end())
  }

  private async take(chunk: Uint8Array): Promise<'well' | 'broken'> {
    const wasOpen = this.decoder.open
    this.working = true
    const outcome = await this.handle(this.decoder.push(chunk))
    this.working = false
    this.restingSince = performance.now()
    if (outcome === 'broken') return outcome
    this.shared.frames.tell(this, this.decoder.held)
    const { frameTimeoutMs = 120_000 } = this.options
    if (this.decoder.open && !(wasOpen && this.deadline)) this.expect(frameTimeoutMs, 'an MLLP frame did not end in time')
    return outcome
  }

  /** Messages in their order. Data outside frames is passed over; a frame that has no end, or is too long, breaks the connection. */
  private async handle(events: Iterable<MllpEvent>): Promise<'well' | 'broken'> {
    for (const event of events) {
      if (event.kind === 'frame') await this.work(event.bytes)
      else if (event.error.code === 'FRAME' && !event.bytes) this.pass('junk', 'data outside MLLP frames was passed over')
      else {
        this.note('frame-error', 'an MLLP frame was malformed', { code: event.error.code })
        if (event.error.code === 'RECORD_TOO_LARGE') await this.send(this.acknowledgement({ outcome: 'refused', error: describeError(event.error, '') }))
        return 'broken'
      }
      if (this.empty > (this.options.maxEmpty ?? 100) || this.socket.destroyed) return 'broken'
      await nextTurn()
    }
    return 'well'
  }

  private async work(frame: Uint8Array): Promise<void> {
    clearTimeout(this.deadline)
    this.deadline = undefined
    this.shared.frames.tell(this, frame.byteLength, true)
    const answers = await this.answer(frame)
    this.options.crash?.('before-ack')
    for (const answer of answers) await this.send(answer)
  }

  /** One acknowledgement for each message of the frame; a frame without one is refused, and the journal not troubled with it. */
  private async answer(frame: Uint8Array): Promise<Uint8Array[]> {
    const outcomes = isBlank(frame) ? [] : holdsMany(frame) ? [{ outcome: 'refused', error: tooMany }] as const : await this.append(frame)
    if (!outcomes.length) {
      this.pass('empty', 'MLLP frames without a message were refused')
      return [this.acknowledgement({ outcome: 'refused', error: noMessage })]
    }
    this.empty = 0
    this.hasSpoken = true
    if (outcomes.length === 1 && outcomes[0]) return [this.acknowledgement(outcomes[0], frame)]
    const { mapping, threads } = this.options
    const grammar = grammars.get(this.source.format)
    const pieces = grammar ? (await splitBytes({ mapping, grammar }, frame, { context: {}, last: true }, { threads })).pieces : []
    const answers: Uint8Array[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const piece = pieces[index]
      answers.push(this.acknowledgement(outcome, piece && frame.subarray(piece.start, piece.end)))
      await turn()
    }
    return answers
  }

  /** A source that has sent all that it may for now is told so, and goes on later in the same connection. */
  private async append(frame: Uint8Array): Promise<readonly Pick<Outcome, 'outcome' | 'error'>[]> {
    try {
      return await this.options.journal.append({ source: this.source.id, bytes: frame, metered: true })
    } catch (error) {
      if (!isHutongError(error) || error.code !== 'TOO_MANY_REQUESTS') throw error
      return [{ outcome: 'refused', error: describeError(error, '') }]
    }
  }

  private acknowledgement({ outcome, error }: Pick<Outcome, 'outcome' | 'error'>, message?: Uint8Array): Uint8Array {
    return acknowledge({
      message: message && readHeader(message),
      code: outcome === 'refused' ? 'AR' : error ? 'AE' : 'AA',
      ...(error && { text: error.message, error }),
      now: new Date(this.options.now()), timeZone: this.source.timeZone, controlId: this.shared.nextId(),
    })
  }

  /** Waits for a peer that does not read, but not for ever. */
  private async send(answer: Uint8Array): Promise<void> {
    if (this.socket.write(encodeMllp(answer)) || this.socket.destroyed) return
    this.isStuck = true
    this.expect(this.options.frameTimeoutMs ?? 120_000, 'an MLLP peer did not read its answers')
    await new Promise<void>(resolve => {
      this.socket.once('drain', resolve).once('close', resolve)
    })
    this.isStuck = false
    clearTimeout(this.deadline)
    this.deadline = undefined
  }

  private pass(cause: 'junk' | 'empty', message: string): void {
    this.empty += 1
    this.note(cause, message)
  }

  private note(outcome: TransportOutcome, message: string, fields: object = {}): void {
    this.options.observe?.({ kind: 'transport', source: this.source.id, outcome })
    this.notes.add(message, message, fields)
  }
}

/** When its answers are read, or after a while. */
function closeSoon(socket: Socket): void {
  socket.destroySoon()
  if (socket.destroyed) return
  const closing = setTimeout(() => socket.destroy(), linger).unref()
  socket.once('close', () => clearTimeout(closing))
}

type TransportOutcome = Extract<IntakeEvent, { kind: 'transport' }>['outcome']

const noMessage: RecordError = { code: 'SYNTAX', message: 'The frame holds no message.' }

/** Messages of one frame, which are all kept before the first is acknowledged: MLLP has one in each, some senders a batch. */
const mostMessages = 1_000
const tooMany: RecordError = { code: 'RECORD_TOO_LARGE', message: `There are over ${mostMessages} messages in the frame.` }

/** Whether a frame may hold more messages than that, by what can begin or end one. No honest message holds these so often. */
function holdsMany(frame: Uint8Array): boolean {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  let count = 0
  for (const head of ['MSH', 'FHS', 'BHS', 'BTS', 'FTS', '\u000B']) {
    for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 1)) {
      count += 1
      if (count > mostMessages) return true
    }
  }
  return false
}

function isBlank(frame: Uint8Array): boolean {
  for (const byte of frame) if (byte > 0x20) return false
  return true
}
