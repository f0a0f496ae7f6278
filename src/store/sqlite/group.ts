import { setImmediate } from 'node:timers'
import { HutongError, isHutongError } from '../../model/errors'
import type { Connection } from './connection'

/** At most so many writes, or bytes, go into one transaction, so that reads do not wait long. */
const mostWrites = 500
const mostBytes = 32 * 1024 * 1024

interface Waiting {
  /** Runs inside the transaction; `keep: false` takes back what it wrote. */
  readonly work: () => { readonly keep: boolean }
  readonly size: number
  readonly settle: (outcome: unknown, error?: unknown) => void
}

/**
 * Group commit: what is asked within one turn of the event loop goes into one transaction and waits for the disk once. Each
 * write has a savepoint and an outcome of its own: the fault of one is not the others'.
 */
export class Group {
  private waiting: Waiting[] = []
  private scheduled = false
  private closing: (() => void) | undefined
  private closed = false

  constructor(private readonly connection: Connection) {}

  /** Resolves when the work is on the disk; rejects with the work's own fault, or where the transaction could not be kept. */
  write<T extends { readonly keep: boolean }>(work: () => T, size = 0): Promise<T> {
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

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.flush(this.next())
      if (this.waiting.length > 0) this.schedule()
      else this.closing?.()
    })
  }

  private next(): Waiting[] {
    let size = 0
    const end = this.waiting.findIndex((write, i) => i === mostWrites || (i > 0 && (size += write.size) > mostBytes))
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end)
  }

  private flush(group: readonly Waiting[]): void {
    if (group.length === 0) return
    const settled: (() => void)[] = []
    try {
      this.connection.run('BEGIN IMMEDIATE')
      for (const write of group) settled.push(this.one(write))
      this.connection.run('COMMIT')
    } catch (error) {
      this.takeBack()
      for (const { settle } of group) settle(undefined, error)
      return
    }
    for (const settle of settled) settle()
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
  private one({ work, settle }: Waiting): () => void {
    this.connection.run('SAVEPOINT one')
    try {
      const outcome = work()
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
