/** One gateway in a process of its own, as its users run it, for whatever measures it from outside. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { packageRoot } from '../src/model/packageRoot'
import { benchEnvironment } from './database'

/** Starts `hutong serve` on this port and resolves when it is ready; whoever starts it ends it. `checkout`: another one that is built. */
export async function startGateway({ database, port, workers = 1, options = [], checkout = packageRoot(__dirname), onLog }: {
  database: string
  port: number
  workers?: number
  /** Further options of `hutong serve`. */
  options?: readonly string[]
  checkout?: string
  /** Hears what the gateway writes to its log; without it, that goes to standard error. */
  onLog?: (text: string) => void
}): Promise<ChildProcess> {
  const main = join(checkout, 'dist', 'src', 'main.js')
  const gateway = spawn(process.execPath, ['--max-semi-space-size=32', main, 'serve', '--no-ide', '--database', database,
    '--port', String(port), '--workers', String(workers), '--log-level', 'error', ...options], { stdio: ['ignore', 'ignore', onLog ? 'pipe' : 'inherit'], env: { ...process.env, ...benchEnvironment } })
  endWithUs(gateway)
  gateway.stderr?.setEncoding('utf8').on('data', (text: string) => onLog?.(text))
  for (let tries = 0; tries < 1200; tries++) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(answer => answer.ok, () => false)
    if (ready) return gateway
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  gateway.kill('SIGKILL')
  throw new Error('the gateway did not get ready')
}

const running = new Set<ChildProcess>()
let isWatched = false

/** However this process ends, what it started ends with it. */
export function endWithUs(child: ChildProcess): void {
  running.add(child)
  child.once('exit', () => running.delete(child))
  if (isWatched) return
  isWatched = true
  process.once('exit', () => { for (const each of running) each.kill('SIGKILL') })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
}

/** By SIGTERM; resolves when it has ended. */
export async function endGateway(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return
  const ended = new Promise(resolve => gateway.once('exit', resolve))
  gateway.kill('SIGTERM')
  await ended
}

/** Peak resident memory in megabytes, of the gateway's processes together (Linux; elsewhere not a number). */
export const peakMemory = (gateway: ChildProcess): number =>
  overProcesses(gateway, pid => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)

/** Processor time so far in milliseconds; the kernel counts in hundredths of a second. */
export const cpuMs = (gateway: ChildProcess): number => overProcesses(gateway, pid => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
})

function overProcesses({ pid = 0 }: ChildProcess, figure: (pid: number) => number): number {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number))
    return [pid, ...children].reduce((sum, each) => sum + figure(each), 0)
  } catch {
    return Number.NaN
  }
}

/** A port of loopback that was free just now. */
export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
