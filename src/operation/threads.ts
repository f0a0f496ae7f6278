/**
 * A few worker threads for work that would hold the event loop. They start when they are first needed and keep no process alive;
 * one that dies is replaced, and its task tried once more; one that takes too long is ended.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { HutongError } from '../model/errors'
import type { ErrorCode } from '../model/errors'
import { copyInTurns } from '../model/turns'

export interface Answer { readonly head: unknown; readonly many: Uint8Array }

export interface Threads {
  /**
   * Rejects with the HutongError that the thread's work threw, with an Error of the same name and stack where it was no error
   * of ours, and with INTERNAL where two threads died of it.
   */
  run(task: object, bytes: Uint8Array): Promise<Answer>
  /** Ends them; what is at work is not awaited. */
  close(): Promise<void>
}

/** What a thread answers to `{ task, bytes }`. */
export type Reply =
  | { readonly answer: Answer }
  | { readonly ours: { readonly code: ErrorCode; readonly message: string; readonly place?: string; readonly details?: HutongError['details'] } }
  | { readonly fault: { readonly name: string; readonly stack: string } }

export interface ThreadsOptions {
  /** The compiled file that each thread runs, and what it is given. */
  readonly file: string
  readonly data: unknown
  readonly count?: number
  /** A task that takes longer, in milliseconds, is taken for one that never ends: 60 s. */
  readonly longestMs?: number
}

interface Job {
  readonly task: object
  readonly bytes: Uint8Array
  deaths: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** Memory of one thread in megabytes: the largest record takes a quarter of it. */
const memoryMb = 1024

export const createThreads = (options: ThreadsOptions): Threads => new WorkerThreads(options)

class WorkerThreads implements Threads {
  private readonly waiting: Job[] = []
  private readonly idle: Worker[] = []
  private readonly all = new Set<Worker>()
  private readonly most: number
  private closed = false

  constructor(private readonly options: ThreadsOptions) {
    this.most = options.count ?? Math.max(1, Math.min(2, availableParallelism() - 1))
  }

  run(task: object, bytes: Uint8Array): Promise<Answer> {
    if (this.closed) return Promise.reject(stopping())
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, bytes, deaths: 0, resolve, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const job of this.waiting.splice(0)) job.reject(stopping())
    await Promise.all([...this.all].map(worker => worker.terminate()))
  }

  private next(): void {
    const [job] = this.waiting
    if (!job) return
    const worker = this.idle.pop() ?? (this.all.size < this.most ? this.start() : undefined)
    if (!worker) return
    this.waiting.shift()
    void this.give(worker, job)
  }

  private start(): Worker {
    const worker = new Worker(this.options.file, { workerData: this.options.data, resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    this.all.add(worker)
    worker.once('exit', () => {
      this.all.delete(worker)
      const at = this.idle.indexOf(worker)
      if (at >= 0) this.idle.splice(at, 1)
    })
    // Why it ended does not matter: that it did is seen by its exit.
    worker.on('error', () => undefined)
    return worker
  }

  /** One task, to its answer or to the thread's death. */
  private async give(worker: Worker, job: Job): Promise<void> {
    worker.ref()
    const died = (): void => {
      clearTimeout(timer)
      this.again(job)
    }
    worker.once('exit', died)
    const timer = setTimeout(() => void worker.terminate(), this.options.longestMs ?? 60_000)
    worker.once('message', (reply: Reply) => {
      clearTimeout(timer)
      worker.off('exit', died)
      worker.unref()
      this.idle.push(worker)
      settle(job, reply)
      this.next()
    })
    const bytes = await copyInTurns(job.bytes)
    worker.postMessage({ task: job.task, bytes }, [bytes.buffer])
  }

  private again(job: Job): void {
    job.deaths += 1
    if (this.closed) job.reject(stopping())
    else if (job.deaths > 1) job.reject(new HutongError('INTERNAL', 'The thread that read the record ended, twice.'))
    else this.waiting.unshift(job)
    this.next()
  }
}

/** As a store that goes away: what was journaled is worked again after the next start. */
const stopping = (): HutongError => new HutongError('STORE_BUSY', 'The gateway is stopping.')

function settle({ resolve, reject }: Job, reply: Reply): void {
  if ('answer' in reply) resolve(reply.answer)
  else if ('ours' in reply) reject(new HutongError(reply.ours.code, reply.ours.message, reply.ours.place, reply.ours.details))
  else reject(Object.assign(new Error('A fault in a thread.'), reply.fault))
}
