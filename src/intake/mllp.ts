import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { once } from 'node:events'
import type { SourceMapping } from '../model/mapping'
import { acknowledge, createMllpDecoder, encodeMllp, grammars, maxRecordBytes, readHeader } from '../wire/index'
import type { MllpDecoder, MllpEvent } from '../wire/index'
import { allowList } from './allow'
import type { Journal } from './journal'
import { describeError, stackOf } from './ports'
import type { Crash, IntakeEvent, Log, Observe, Outcome, RecordError } from './ports'

export interface MllpOptions {
  readonly journal: Journal
  readonly mapping: SourceMapping
  /** 0: any free port. */
  readonly port: number
  /** Loopback unless told otherwise. */
  readonly host?: string
  /** Addresses and networks that may connect; loopback unless told otherwise. */
  readonly allow?: readonly string[]
  readonly now: () => number
  readonly log: Log
  readonly observe?: Observe
  readonly crash?: Crash
  /** Longest frame: 16 MB. */
  readonly maxBytes?: number
  /** Silence after which a connection is closed: 30 minutes. */
  readonly idleTimeoutMs?: number
  /** How long a frame may take to come: 2 minutes. A peer that sends a byte now and then would hold a connection for ever. */
  readonly frameTimeoutMs?: number
  readonly maxConnections?: number
}

export interface MllpListener {
  readonly port: number
  readonly address: string
  /** Takes no more, acknowledges what it has read, and closes every connection. */
  stop(): Promise<void>
}

/**
 * Listens for one source's HL7 v2 messages over MLLP (HL7 v2, appendix C). A message is acknowledged when the journal has
 * it: AA; AE where it was kept but cannot be read (it is in quarantine); AR where it was refused. Where the journal cannot
 * keep it the connection is closed without a word, so that the sender sends again. One message of a connection at a time.
 */
export async function startMllp(options: MllpOptions): Promise<MllpListener> {
  const { port, host = '127.0.0.1', allow = ['127.0.0.1', '::1'], maxConnections = 64, log, observe, mapping } = options
  const isAllowed = allowList(allow)
  const nextId = numberAcknowledgements(options.now())
  const conversations = new Map<Socket, Conversation>()
  const turnAway = (socket: Socket, outcome: 'not-allowed' | 'too-many'): void => {
    observe?.({ kind: 'transport', source: mapping.source.id, outcome })
    log.warn({ source: mapping.source.id, outcome }, 'an MLLP connection was turned away')
    socket.destroy()
  }
  const server = createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    if (!isAllowed(socket.remoteAddress)) return turnAway(socket, 'not-allowed')
    if (conversations.size >= maxConnections) return turnAway(socket, 'too-many')
    const conversation = new Conversation(socket, options, nextId)
    conversations.set(socket, conversation)
    void conversation.run().finally(() => conversations.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  const bound = server.address() as AddressInfo
  return { port: bound.port, address: bound.address, stop: () => stop(server, conversations) }
}

async function stop(server: Server, conversations: ReadonlyMap<Socket, Conversation>): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  await Promise.all([...conversations.values()].map(conversation => conversation.stop()))
  await closed
}

/** One connection. */
class Conversation {
  private stopping = false
  private busy: Promise<'well' | 'broken'> = Promise.resolve('well')
  private deadline: NodeJS.Timeout | undefined
  private readonly source: SourceMapping['source']

  constructor(private readonly socket: Socket, private readonly options: MllpOptions, private readonly nextId: () => string) {
    this.source = options.mapping.source
  }

  async run(): Promise<void> {
    const { maxBytes = maxRecordBytes, idleTimeoutMs = 1_800_000, log } = this.options
    const decoder = createMllpDecoder({ maxBytes })
    this.socket.setTimeout(idleTimeoutMs, () => this.giveUp('an MLLP connection fell silent'))
    try {
      await this.converse(decoder)
    } catch (error) {
      if (!this.socket.destroyed) log.error({ source: this.source.id, code: describeError(error, '').code, at: stackOf(error) }, 'a message was not kept')
    } finally {
      clearTimeout(this.deadline)
      this.socket.destroySoon()
    }
  }

  private giveUp(message: string): void {
    this.note('timeout', message)
    this.socket.destroySoon()
  }

  /** A frame that has begun ends in time; each frame has its own. */
  private watch(isOpen: boolean, isAnother: boolean): void {
    if (!isOpen || isAnother) {
      clearTimeout(this.deadline)
      this.deadline = undefined
    }
    const { frameTimeoutMs = 120_000 } = this.options
    if (isOpen) this.deadline ??= setTimeout(() => this.giveUp('an MLLP frame did not end in time'), frameTimeoutMs).unref()
  }

  private async converse(decoder: MllpDecoder): Promise<void> {
    for await (const chunk of this.socket) {
      const events = decoder.push(chunk as Uint8Array)
      this.watch(decoder.open, events.length > 0)
      this.busy = this.handle(events)
      if (await this.busy === 'broken' || this.stopping) return
    }
    if (!this.stopping) await this.handle(decoder.end())
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.busy.catch(() => 'broken')
    this.socket.destroySoon()
  }

  /** Messages in their order. Data outside frames is passed over; a frame that has no end, or is too long, breaks the connection. */
  private async handle(events: readonly MllpEvent[]): Promise<'well' | 'broken'> {
    for (const event of events) {
      if (event.kind === 'frame') {
        await this.reply(event.bytes)
      } else if (event.error.code === 'FRAME' && !event.bytes) {
        this.note('junk', 'data outside MLLP frames was passed over')
      } else {
        this.note('frame-error', 'an MLLP frame was malformed', { code: event.error.code })
        if (event.error.code === 'RECORD_TOO_LARGE') await this.send(this.acknowledgement({ outcome: 'refused', error: describeError(event.error, '') }))
        return 'broken'
      }
    }
    return 'well'
  }

  private async reply(frame: Uint8Array): Promise<void> {
    const answers = await this.answer(frame)
    this.options.crash?.('before-ack')
    for (const answer of answers) await this.send(answer)
  }

  /** One acknowledgement for each message of the frame; an empty frame is refused. */
  private async answer(frame: Uint8Array): Promise<Uint8Array[]> {
    const outcomes = await this.options.journal.append({ source: this.source.id, bytes: frame })
    if (!outcomes.length) return [this.acknowledgement({ outcome: 'refused', error: empty })]
    const pieces = grammars.get(this.source.format)?.split(frame, { source: this.source, context: {}, last: true }).pieces ?? []
    return outcomes.map((outcome, index) => {
      const piece = pieces[index]
      return this.acknowledgement(outcome, piece && frame.subarray(piece.start, piece.end))
    })
  }

  private acknowledgement({ outcome, error }: Pick<Outcome, 'outcome' | 'error'>, message?: Uint8Array): Uint8Array {
    return acknowledge({
      message: message && readHeader(message),
      code: outcome === 'refused' ? 'AR' : error ? 'AE' : 'AA',
      ...(error && { text: error.message, error }),
      now: new Date(this.options.now()), timeZone: this.source.timeZone, controlId: this.nextId(),
    })
  }

  private async send(answer: Uint8Array): Promise<void> {
    if (this.socket.write(encodeMllp(answer)) || this.socket.destroyed) return
    await new Promise<void>(resolve => {
      this.socket.once('drain', resolve).once('close', resolve)
    })
  }

  private note(outcome: TransportOutcome, message: string, fields: object = {}): void {
    this.options.observe?.({ kind: 'transport', source: this.source.id, outcome })
    this.options.log.warn({ source: this.source.id, ...fields }, message)
  }
}

/** Control ids unlike any other of this listener, within MSH-10's 20 characters. */
function numberAcknowledgements(bornAt: number): () => string {
  let count = 0
  return () => `H${bornAt.toString(36)}${(count += 1).toString(36).padStart(4, '0')}`
}

type TransportOutcome = Extract<IntakeEvent, { kind: 'transport' }>['outcome']

const empty: RecordError = { code: 'SYNTAX', message: 'The frame holds no message.' }
