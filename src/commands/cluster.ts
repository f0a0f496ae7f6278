import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { AggregatorRegistry } from 'prom-client'
import type { Gateway } from '../gateway'
import type { Metrics } from '../operation/metrics'
import type { Stopping } from './stopping'

/** What the processes tell one another. */
interface Message {
  readonly wake?: true
  readonly listening?: string
  /** A question, and the answer to it, have the same number. */
  readonly metricsOf?: number
  readonly metricsOfAll?: number
  readonly metrics?: object[]
  readonly text?: string
}

/**
 * Forks the processes that answer queries and keeps their number; resolves with the address when so many listen, or rejects
 * where one ends before any does, or all are to stop. Each takes connections from the listening socket by itself: were they handed out by
 * the primary (as is Node's default), those on their way to a worker that dies would wait for ever.
 */
export async function forkWorkers({ count, gateway, wake, stopping }: {
  count: number
  gateway: Gateway
  wake: () => void
  stopping: Stopping
}): Promise<string> {
  cluster.schedulingPolicy = cluster.SCHED_NONE
  stopping.notices.push(() => {
    for (const worker of workers()) worker.kill('SIGTERM')
  })
  stopping.steps.push(() => Promise.all(workers().map(worker => worker.isDead() || new Promise(resolve => worker.once('exit', resolve)))))
  return new Promise((resolve, reject) => {
    let listening = 0
    const fork = (): void => {
      const [worker, begun] = [cluster.fork(), Date.now()]
      worker.on('message', (message: Message) => {
        if (message.wake) wake()
        if (message.listening && (listening += 1) === count) resolve(message.listening)
        if (message.metricsOfAll !== undefined) void gather(gateway.metrics).then(text => tell(worker, { metricsOfAll: message.metricsOfAll, text }))
      })
      worker.once('exit', () => {
        // Where none has ever listened, none will: an address that is taken, say.
        if (stopping.begun || listening === 0) return reject(new Error('a worker ended before it listened'))
        gateway.log.error({}, 'a worker ended: another takes its place')
        setTimeout(() => stopping.begun || fork(), Date.now() - begun < shortLife ? pause : 0)
      })
    }
    for (let each = 0; each < count; each += 1) fork()
  })
}

/** In milliseconds: one that ends so soon is followed after a pause, so that what ends each takes no core for itself. */
const shortLife = 5_000
const pause = 1_000

/** One that has just died hears nothing, and that is no fault. */
const tell = (worker: Worker, message: Message): void => void worker.send(message, () => undefined)

/** In a worker: `/metrics` shows the whole gateway, which the primary gathers. */
export function metricsOfAll(metrics: Metrics): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>()
  let asked = 0
  process.on('message', (message: Message) => {
    if (message.metricsOf !== undefined) {
      void metrics.registry.getMetricsAsJSON().then(mine => process.send?.({ metricsOf: message.metricsOf, metrics: mine }))
    }
    if (message.metricsOfAll !== undefined) {
      waiting.get(message.metricsOfAll)?.(message.text ?? '')
      waiting.delete(message.metricsOfAll)
    }
  })
  return () => new Promise(resolve => {
    asked += 1
    waiting.set(asked, resolve)
    process.send?.({ metricsOfAll: asked })
  })
}

const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)

let questions = 0

async function gather(metrics: Metrics): Promise<string> {
  questions += 1
  const number = questions
  const answers = workers().map(worker => new Promise<object[]>(resolve => {
    const listen = (message: Message) => {
      if (message.metricsOf !== number) return
      worker.off('message', listen)
      resolve(message.metrics ?? [])
    }
    worker.on('message', listen)
    setTimeout(() => resolve([]), 1000).unref()
    tell(worker, { metricsOf: number })
  }))
  const all = [await metrics.registry.getMetricsAsJSON(), ...await Promise.all(answers)]
  return AggregatorRegistry.aggregate(all).metrics()
}
