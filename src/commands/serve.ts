import cluster from 'node:cluster'
import { Command } from 'commander'
import { FrameMemory, checkTail, startMllp } from '../intake'
import type { MllpListener } from '../intake'
import { createHttp } from '../http'
import type { Readiness } from '../http'
import type { Gateway } from '../gateway'
import { HutongError } from '../model/errors'
import { demoKeysOf, refuseAddresses, refuseDemoKeys } from '../operation/demonstration'
import { serveOptions, storeOptions } from '../operation/options'
import type { ServeOptions } from '../operation/options'
import { forkWorkers, metricsOfAll } from './cluster'
import { crashAt } from './crash'
import { createDemo, describeDemo } from './demo'
import type { Demo } from './demo'
import { openGateway } from './open'
import { exitCodesHelp, print } from './output'
import { loadSeed } from './seed'
import { stopOnSignal, type Stopping } from './stopping'

export function serveCommand(): Command {
  const command = new Command('serve').description('run the gateway').addHelpText('after', exitCodesHelp)
  for (const option of [...serveOptions(), ...storeOptions()]) command.addOption(option)
  return command.action((options: ServeOptions) => cluster.isWorker ? serveQueries(options) : serve(options))
}

/** The process that writes: journal, workers and MLLP; with one worker it answers queries too. */
async function serve(options: ServeOptions): Promise<void> {
  await refuseDemoKeys(options)
  const gateway = await openGateway(options, { role: 'writer', crash: crashAt() })
  const stopping = stopOnSignal(gateway, options)
  await start(gateway, options, stopping).catch((error: unknown) => {
    if (!stopping.begun) throw error
  })
}

async function start(gateway: Gateway, options: ServeOptions, stopping: Stopping): Promise<void> {
  await lookAtTail(gateway)
  const workers = await gateway.work()
  if (options.seed) await loadSeed(gateway, options)
  const demo = await createDemo(gateway, options)
  if (stopping.begun) return
  const address = options.workers === 1
    ? await listen(gateway, options, { demo, stopping })
    : await forkWorkers({ count: options.workers, gateway, wake: workers.wake, stopping })
  const listeners = await startListeners(gateway, options)
  if (stopping.begun) {
    await Promise.all(listeners.map(({ stop }) => stop()))
    return
  }
  stopping.steps.unshift(...listeners.map(({ stop }) => stop))
  print(`Hutong listens on ${address}/graphql`)
  for (const { name, port } of listeners) print(`MLLP for ${name} on ${options.mllpHost}:${port}`)
  if (demo) print(describeDemo(demo, address))
}

/** What was acknowledged last, before anything is added: a gateway with a damaged tail serves what it has, and says so. */
async function lookAtTail({ store, mappings, log }: Gateway): Promise<void> {
  const { checked, missing, damaged } = await checkTail({ store, sources: [...mappings.keys()] })
  if (missing.length + damaged.length === 0) return
  log.error({ checked, missing, damaged }, 'of the newest records in the journal some have lost their bytes: look at the disk, restore a backup, or let their senders send them again')
}

/** Where several processes answer, a connection ends after so many requests, so that those that stay open spread over all. */
const requestsPerConnection = 1000

/** One of several processes that answer: it reads by itself and hands its writes to the one that writes. */
async function serveQueries(options: ServeOptions): Promise<void> {
  const gateway = await openGateway(options, { role: 'reader', onAppended: () => process.send?.({ wake: true }) })
  const stopping = stopOnSignal(gateway, options)
  const demo = await createDemo(gateway, options)
  const address = await listen(gateway, options, { demo, stopping, metrics: metricsOfAll(gateway.metrics), requestsPerConnection })
  process.send?.({ listening: address })
}

async function listen(gateway: Gateway, options: ServeOptions, { demo, stopping, ...several }: {
  demo?: Demo
  stopping: Stopping
  metrics?: () => Promise<string>
  requestsPerConnection?: number
}): Promise<string> {
  const readiness: Readiness = { ready: true }
  const ide = options.ide ? { sign: demo?.sign, variables: demo && { id: demo.resident } } : undefined
  const demoKeys = demoKeysOf(options)
  const openIntrospection = options.openIntrospection ?? demoKeys.includes('HUTONG_TOKEN_KEY')
  const app = await createHttp(gateway, { ...options, ...several, openIntrospection, readiness, ide, demoKeys, crash: crashAt() })
  stopping.notices.push(() => { readiness.ready = false })
  stopping.steps.push(() => app.close())
  const address = await app.listen({ host: options.host, port: options.port })
  // A name may have turned to another address since it was asked for.
  refuseAddresses(app.addresses().map(bound => typeof bound === 'string' ? bound : bound.address), demoKeys)
  return address
}

async function startListeners(gateway: Gateway, options: ServeOptions): Promise<(MllpListener & { name: string })[]> {
  const { mllp, mllpHost, mllpAllow, mllpConnections, mllpConnectionsEach } = options
  const frames = new FrameMemory()
  return Promise.all(mllp.map(async ({ source, port }) => {
    const mapping = gateway.mappings.get(source)
    if (mapping?.source.format !== 'hl7v2') throw new HutongError('CONFIGURATION', `"${source}" is no source that sends HL7 v2`, '--mllp')
    const { journal, threads, now, log, observe } = gateway
    const listener = await startMllp({
      journal, mapping, threads, port, host: mllpHost, allow: mllpAllow, maxConnections: mllpConnections, maxOfOneAddress: mllpConnectionsEach,
      frames, now, log, observe, crash: crashAt(),
    })
    refuseAddresses([listener.address], demoKeysOf(options))
    return { ...listener, stop: () => listener.stop(), port: listener.port, name: source }
  }))
}
