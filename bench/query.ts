import autocannon from 'autocannon'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/model/packageRoot'
import { Random } from '../seed/random'
import { cpuMs, endGateway, freePort, peakMemory, startGateway } from './gatewayProcess'

export interface QueryFigures {
  readonly connections: number
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly requests: number
  readonly errors: number
  /** Mean bytes of an answer's body. */
  readonly answerBytes: number
  readonly storeCallsPerQuery: number
  /** Processor time of the gateway's processes: what a request costs, whoever else uses the machine. */
  readonly cpuMsPerQuery: number
}

export interface ServedFigures { readonly workers: number; readonly peakMemoryMb: number; readonly runs: readonly QueryFigures[] }

/** One who asks and what: the resident's global id, and a token that may see it. */
export interface Asked { readonly id: string; readonly token: string }

/** 100 observations and 30 other records of one resident, with the fields of a list and a chart. */
export const archiveQuery = readFileSync(join(packageRoot(__dirname), 'bench', 'archive.graphql'), 'utf8')

/**
 * Asks for whole archives of uniformly random residents over HTTP, of a gateway that runs as it does for its users (a
 * process of its own over the database, each look audited), at each number of connections for so many seconds.
 */
export async function measureQueries({ database, asked, workers, connections, seconds }: {
  database: string
  asked: readonly Asked[]
  workers: number
  connections: readonly number[]
  seconds: number
}): Promise<ServedFigures> {
  const port = await freePort()
  const gateway = await startGateway({ database, port, workers, options: ['--no-seed'] })
  try {
    await runQueries({ gateway, port, asked, connections: 10, seconds: 3 })
    const runs = []
    for (const count of connections) runs.push(await runQueries({ gateway, port, asked, connections: count, seconds }))
    return { workers, peakMemoryMb: peakMemory(gateway), runs }
  } finally {
    await endGateway(gateway)
  }
}

/** One run against a gateway that is ready. Throws where an answer is no archive. */
export async function runQueries({ gateway, port, asked, connections, seconds }: { gateway: ChildProcess; port: number; asked: readonly Asked[]; connections: number; seconds: number }): Promise<QueryFigures> {
  const random = new Random(1, 'bench', String(connections))
  const before = await storeCalls(port)
  const cpuBefore = cpuMs(gateway)
  const times: number[] = []
  let bytes = 0
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon({
      url: `http://127.0.0.1:${port}/graphql`, connections, duration: seconds, timeout: 30,
      requests: [{
        method: 'POST',
        setupRequest: request => {
          const { id, token } = random.pick(asked)
          const body = JSON.stringify({ query: archiveQuery, variables: { id } })
          return { ...request, body, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } }
        },
        onResponse: (status, body) => {
          if (status !== 200 || body.startsWith('{"errors"')) reject(new Error(`the gateway answered ${status}: ${body.slice(0, 300)}`))
          bytes += Buffer.byteLength(body)
        },
      }],
    }, (error: unknown, done) => error ? reject(error as Error) : resolve(done))
    instance.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds))
  })
  const cpu = cpuMs(gateway) - cpuBefore
  const calls = await storeCalls(port) - before
  times.sort((one, other) => one - other)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    connections, requestsPerSecond: result.requests.average, p50: at(0.5), p99: at(0.99), requests: times.length,
    errors: result.errors + result.non2xx, answerBytes: bytes / times.length, storeCallsPerQuery: calls / times.length, cpuMsPerQuery: cpu / times.length,
  }
}

/** Store calls that the workers of the journal do not make: what queries cost. */
async function storeCalls(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const counts = text.matchAll(/^hutong_store_milliseconds_count\{([^}]*)\} (\d+)/gm)
  return [...counts].filter(([, labels]) => !/collection="(lanes|entries)"|verb="get",collection="residents"/.test(labels ?? '') || /verb="get"/.test(labels ?? ''))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}
