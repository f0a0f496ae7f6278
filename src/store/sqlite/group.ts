import { setImmediate } from 'node:timers'
import { HutongError, isHutongError } from '../../model/errors'
import type { Turn } from '../../model/turns'
import type { Connection } from './connection'

/** At most so many writes, or bytes, go into one transaction, so that reads do not wait long. */
const mostWrites = 500
const mostBytes = 32 * 1024 * 1024
/** In milliseconds: how long ago the last transaction ended where the disk has rested, and how long writes gather where it has not. */
const rested = 1
const gathering = 4

type Steps<T> = Generator<undefined, T, undefined>
/** Runs inside the transaction, at once or step by step; `keep: false` takes back what it wrote. */
export type Work<T extends { readonly keep: boolean }> = () => T | Steps<T>

interface Waiting {
  readonly work: Work<{ readonly keep: boolean }>
  readonly size: number
  readonly settle: (outcome: unknown, error?: unknown) => void
}

/**
 * Group commit: what is asked within one turn of the event loop goes into one transaction and waits for the disk once. Each
 * write has a savepoint and an outcome of its own: the fault of one is not the others'. `turn` lets others on between two steps of a
 * transaction: who reads by a connection of its own sees none of it before it is committed.
 */
export class Group {
  private waiting: Waiting[] = []
  private scheduled = false
  private closing: (() => void) | undefined
  private closed = false
  private writing = false
  private ended = -Infinity

  constructor(private readonly connection: Connection, private readonly turn?: Turn) {}

  /** A transaction is under way: what the connection reads may be of what is not whole. */
  get isWriting(): boolean {
    return this.writing
  }

  /** Resolves when the work is on the disk; rejects with the work's own fault, or where the transaction could not be kept. */
  write<T extends { readonly keep: boolean }>(work: Work<T>, size = 0): Promise<T> {
    if (this.closed) return Promise.reject(new HutongError('STORE_UNAVAILABLE', 'The store is closed.'))
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, size, settle: (outcome, error) => error === undefined ? resolve(outcome as T) : reject(error) })
      this.schedule()
    })
  }

  /** Takes no more, and resolves when all that was taken is written. */
  close(): Promise<void> {
    this.closed = true
    return new Promise(resolve => {
      this.closing = resolve
      this.schedule()
    })
  }

  /** At once where the disk has rested; where transactions come one behind the other, a moment later, so that more go into one. */
  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    if (performance.now() - this.ended < rested) setTimeout(() => void this.flushNext(), gathering)
    else setImmediate(() => void this.flushNext())
  }

  private async flushNext(): Promise<void> {
    this.writing = true
    await this.flush(this.next())
    this.writing = false
    this.ended = performance.now()
    this.scheduled = false
    if (this.waiting.length > 0) this.schedule()
    else this.closing?.()
  }

  private next(): Waiting[] {
    let size = 0
    const end = this.waiting.findIndex((write, i) => i === mostWrites || (i > 0 && (size += write.size) > mostBytes))
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end)
  }

  private async flush(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return
    let settled: readonly (() => void)[]
    try {
      settled = await this.inTurns(this.transaction(group))
    } catch (error) {
      this.takeBack()
      for (const { settle } of group) settle(undefined, error)
      return
    }
    for (const settle of settled) settle()
  }

  private async inTurns<T>(steps: Steps<T>): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      const wait = this.turn?.()
      if (wait) await wait
    }
  }

  private* transaction(group: readonly Waiting[]): Steps<readonly (() => void)[]> {
    const settled: (() => void)[] = []
    this.connection.run('BEGIN IMMEDIATE')
    for (const write of group) {
      settled.push(yield* this.one(write))
      yield
    }
    this.connection.run('COMMIT')
    return settled
  }

  /** On a disk that fails, even this may: the next BEGIN then says so to its own writes. */
  private takeBack(): void {
    try {
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
    } catch (error) {
      if (!isHutongError(error)) throw error
    }
  }

  /** Throws only where the whole transaction is gone. */
  private* one({ work, settle }: Waiting): Steps<() => void> {
    this.connection.run('SAVEPOINT one')
    try {
      const made = work()
      const outcome = Symbol.iterator in made ? yield* made : made
      if (!outcome.keep) this.connection.run('ROLLBACK TO one')
      this.connection.run('RELEASE one')
      return () => settle(outcome)
    } catch (error) {
      if (!this.connection.inTransaction) throw error
      this.connection.run('ROLLBACK TO one')
      this.connection.run('RELEASE one')
      return () => settle(undefined, error)
    }
  }
}
