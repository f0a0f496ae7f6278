import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { packageRoot } from '../../src/model/packageRoot'
import { endWithUs, freePort } from '../gatewayProcess'

/** A soak's tokens are as good as a soak is long: a week. */
export const soakTokenHours = 168

/** One `hutong serve`, which is started anew on the same ports whenever it ends. */
export interface SoakedGateway {
  readonly http: number
  readonly mllp: number
  kill(): void
  /** By SIGTERM; false where it did not end by itself and well. */
  stop(): Promise<boolean>
}

export interface Gateways {
  readonly all: readonly SoakedGateway[]
  /** Milliseconds from each kill to the moment the gateway was ready again. */
  readonly recoveries: readonly number[]
}

/** Starts so many gateways on one database, and resolves when all are ready. MLLP listens for one source. */
export async function startGateways({ count, database, mllpSource, tokenKey, idKey, onOutput }: {
  readonly count: number
  readonly database: string
  readonly mllpSource: string
  readonly tokenKey: string
  readonly idKey: string
  readonly onOutput: (line: string) => void
}): Promise<Gateways> {
  const recoveries: number[] = []
  const ports = await Promise.all(Array.from({ length: count * 2 }, freePort))
  const env = { ...withoutOptions(), HUTONG_DATABASE: database, HUTONG_TOKEN_KEY: tokenKey, HUTONG_ID_KEY: idKey, HUTONG_TOKEN_HOURS: String(soakTokenHours), HUTONG_LOG_LEVEL: 'error' }
  const all = await Promise.all(Array.from({ length: count }, (_, i) => {
    const [http = 0, mllp = 0] = ports.slice(i * 2)
    return startGateway({ http, mllp, mllpSource, env, onOutput, recovered: time => recoveries.push(time) })
  }))
  return { all, recoveries }
}

async function startGateway({ http, mllp, mllpSource, env, onOutput, recovered }: {
  readonly http: number
  readonly mllp: number
  readonly mllpSource: string
  readonly env: NodeJS.ProcessEnv
  readonly onOutput: (line: string) => void
  readonly recovered: (milliseconds: number) => void
}): Promise<SoakedGateway> {
  const args = [join(packageRoot(__dirname), 'dist', 'src', 'main.js'), 'serve', '--no-seed', '--no-ide', '--port', String(http), '--mllp', `${mllpSource}=${mllp}`]
  let stopping = false
  let child: ChildProcess

  function start(): void {
    child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    endWithUs(child)
    child.stderr?.on('data', (chunk: Buffer) => onOutput(chunk.toString()))
    child.once('exit', () => {
      if (stopping) return
      const ended = performance.now()
      start()
      void ready(http).then(() => recovered(performance.now() - ended), () => onOutput(`the gateway on ${http} did not come back\n`))
    })
  }

  start()
  await ready(http)
  return {
    http, mllp,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return false
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
      const [code] = await ended as [number | null]
      clearTimeout(late)
      return code === 0
    },
  }
}

async function ready(port: number): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until;) {
    const answered = await fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok, () => false)
    if (answered) return
    await wait(50)
  }
  throw new Error('the gateway did not get ready')
}

const withoutOptions = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUTONG_')))
