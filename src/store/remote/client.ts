import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { HutongError } from '../../model/errors'
import type { CommitOutcome, KeyValue } from '../port'
import type { PackedClaim, PackedCommit, Writes } from '../writes'
import { errorIn, frame, unframer, type Hello, type Proof, type Request, type Response } from './frames'
import { isProof, proofOf, type Meeting } from './meeting'

const betweenTries = 50

interface Waiting {
  readonly request: Buffer
  /** Instant in milliseconds at which it is given up when the writer cannot be reached. */
  readonly until: number
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: HutongError) => void
}

/**
 * Hands writes to the process that holds the database's lock. When that process goes, what was not answered is sent again to
 * the next one (a write can be repeated without harm); where none can be reached within `patience` milliseconds, STORE_BUSY.
 */
export class RemoteWrites implements Writes {
  private readonly waiting = new Map<number, Waiting>()
  private socket: Socket | undefined
  private greeted = false
  private retry: NodeJS.Timeout | undefined
  private last = 0
  private closing: (() => void) | undefined

  /** `find`: where the writer is now, asked at each try. */
  constructor(private readonly find: () => Meeting | undefined, private readonly layout: string, private readonly patience: number) {}

  commit(commit: PackedCommit): Promise<CommitOutcome> {
    return this.ask<CommitOutcome>(n => ({ n, commit }))
  }

  claim(claim: PackedClaim): Promise<readonly (readonly KeyValue[])[]> {
    return this.ask<readonly (readonly KeyValue[])[]>(n => ({ n, claim }))
  }

  async close(): Promise<void> {
    if (this.waiting.size > 0) await new Promise<void>(resolve => { this.closing = resolve })
    this.closing ??= () => undefined
    clearTimeout(this.retry)
    this.socket?.destroy()
  }

  private ask<T>(request: (n: number) => Request): Promise<T> {
    if (this.closing) return Promise.reject(new HutongError('STORE_UNAVAILABLE', 'The store is closed.'))
    const n = ++this.last
    return new Promise<T>((resolve, reject) => {
      const bytes = frame(request(n))
      this.waiting.set(n, { request: bytes, until: Date.now() + this.patience, resolve: answer => resolve(answer as T), reject })
      if (this.greeted) this.socket?.write(bytes)
      else this.reach()
    })
  }

  private reach(): void {
    if (this.socket || this.retry) return
    const meeting = this.find()
    if (!meeting) return this.later()
    const socket = connect(meeting.address)
    this.socket = socket
    const nonce = randomBytes(16).toString('hex')
    const read = unframer<Hello | Proof | Response>(message => {
      if ('hutong' in message) this.greet(message, meeting, nonce)
      else if (this.greeted && 'n' in message) this.settle(message)
      else if ('proof' in message && isProof(message.proof, proofOf(meeting.key, 'writer', nonce))) this.begin()
      else socket.destroy()
    })
    socket.on('data', data => { if (!read(data)) socket.destroy() })
    const silent = setTimeout(() => { if (!this.greeted) socket.destroy() }, this.patience)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(silent)
      this.socket = undefined
      this.greeted = false
      if (this.waiting.size > 0) this.later()
    })
  }

  private greet({ hutong, layout, nonce: theirs }: Hello, { key }: Meeting, nonce: string): void {
    if (hutong === 2 && layout === this.layout) {
      this.socket?.write(frame({ proof: proofOf(key, 'other', theirs), nonce }))
      return
    }
    this.socket?.destroy()
    this.giveUp(() => true, new HutongError('STORE_BUSY', 'The database is held by a process of another version.'))
  }

  private begin(): void {
    this.greeted = true
    for (const { request } of this.waiting.values()) this.socket?.write(request)
  }

  private later(): void {
    const now = Date.now()
    this.giveUp(({ until }) => until <= now,
      new HutongError('STORE_BUSY', 'The process that writes to the database cannot be reached. Is it another user\'s?'))
    if (this.waiting.size === 0) return
    this.retry = setTimeout(() => {
      this.retry = undefined
      this.reach()
    }, betweenTries)
  }

  private settle(response: Response): void {
    const waiting = this.waiting.get(response.n)
    this.waiting.delete(response.n)
    if ('error' in response) waiting?.reject(errorIn(response.error))
    else waiting?.resolve(response.answer)
    if (this.waiting.size === 0) this.closing?.()
  }

  private giveUp(which: (waiting: Waiting) => boolean, error: HutongError): void {
    for (const [n, waiting] of this.waiting) {
      if (!which(waiting)) continue
      this.waiting.delete(n)
      waiting.reject(error)
    }
    if (this.waiting.size === 0) this.closing?.()
  }
}
