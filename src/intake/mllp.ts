import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { once } from 'node:events'
import { allowList } from './allow'
import { Conversation } from './conversation'
import type { ConversationOptions } from './conversation'
import { FrameMemory } from './frameMemory'
import { Notes } from './notes'

export interface MllpOptions extends ConversationOptions {
  /** 0: any free port. */
  readonly port: number
  /** Loopback unless told otherwise. */
  readonly host?: string
  /** Addresses and networks that may connect; loopback unless told otherwise. */
  readonly allow?: readonly string[]
  /** 64 */
  readonly maxConnections?: number
  /** Connections of one address: 16. */
  readonly maxOfOneAddress?: number
  /** Shared by all listeners of a process; by default this one's own. */
  readonly frames?: FrameMemory
}

export interface MllpListener {
  readonly port: number
  readonly address: string
  /** Takes no more, acknowledges what it has read, and closes every connection. */
  stop(): Promise<void>
}

/** What a listener turned away is told again after this time, in milliseconds. */
const tellEvery = 60_000

/**
 * Listens for one source's HL7 v2 messages over MLLP (HL7 v2, appendix C). A message is acknowledged when the journal has
 * it: AA; AE where it was kept but cannot be read (it is in quarantine); AR where it was refused. Where the journal cannot
 * keep it the connection is closed without a word, so that the sender sends again. One message of a connection at a time.
 * Where all places are taken, the newcomer has the place of a connection that rests.
 */
export async function startMllp(options: MllpOptions): Promise<MllpListener> {
  const { port, host = '127.0.0.1', allow = ['127.0.0.1', '::1'], log, observe, mapping: { source } } = options
  const isAllowed = allowList(allow)
  const nextId = numberAcknowledgements(options.now())
  const notes = new Notes(log, { source: source.id })
  const telling = setInterval(() => notes.tell(), tellEvery).unref()
  const frames = options.frames ?? new FrameMemory()
  const conversations = new Set<Conversation>()
  const note = (outcome: 'not-allowed' | 'too-many' | 'timeout', message: string): void => {
    observe?.({ kind: 'transport', source: source.id, outcome })
    notes.add(message, message, { outcome })
  }
  const turnAway = (socket: Socket, outcome: 'not-allowed' | 'too-many'): void => {
    note(outcome, 'an MLLP connection was turned away')
    socket.destroy()
  }
  const server = createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    const { remoteAddress = '' } = socket
    if (!isAllowed(remoteAddress)) return turnAway(socket, 'not-allowed')
    if (!makePlace(conversations, remoteAddress, options, () => note('too-many', 'an MLLP connection at rest gave way to another'))) {
      return turnAway(socket, 'too-many')
    }
    const conversation = new Conversation(socket, options, { frames, nextId, onSilent: message => note('timeout', message) })
    conversations.add(conversation)
    void conversation.run().finally(() => conversations.delete(conversation))
  })
  server.listen(port, host)
  await once(server, 'listening')
  const bound = server.address() as AddressInfo
  const stopAll = async (): Promise<void> => {
    await stop(server, conversations)
    clearInterval(telling)
    notes.tell()
  }
  return { port: bound.port, address: bound.address, stop: stopAll }
}

/**
 * True where a connection of this address can be had, if need be in the place of one that rests: of the same address where that
 * has all it may, else of any. First those that never brought a message, the oldest first, then the one that rests the longest.
 */
function makePlace(conversations: Set<Conversation>, address: string, { maxConnections = 64, maxOfOneAddress = 16 }: MllpOptions, onGivenWay: () => void): boolean {
  const own = [...conversations].filter(each => each.address === address)
  const crowd = own.length >= maxOfOneAddress ? own : conversations.size >= maxConnections ? [...conversations] : undefined
  if (!crowd) return true
  const [first] = crowd.filter(each => each.isAtRest)
    .toSorted((one, other) => Number(one.hasSpoken) - Number(other.hasSpoken) || one.restingSince - other.restingSince)
  if (!first) return false
  conversations.delete(first)
  onGivenWay()
  first.giveWay()
  return true
}

async function stop(server: Server, conversations: ReadonlySet<Conversation>): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  await Promise.all([...conversations].map(conversation => conversation.stop()))
  await closed
}

/** Control ids unlike any other of this listener, within MSH-10's 20 characters. */
function numberAcknowledgements(bornAt: number): () => string {
  let count = 0
  return () => `H${bornAt.toString(36)}${(count += 1).toString(36).padStart(4, '0')}`
}
