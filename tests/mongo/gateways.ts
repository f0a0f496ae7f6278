/** Gateways as processes on one database, a sender that tries again, and a supervisor that starts again what died. */
import { setTimeout as wait } from 'node:timers/promises'
import type { SeedUpload } from '../../seed'
import { createTokens, usualPurpose } from '../../src/access'
import { serve, type Served } from '../support/hutong'
import { releaseSessions } from './server'
import { groupBy, idKey, tokenKey } from './state'

export class Gateways {
  private running: Served[] = []
  /** Refusals that a sender got and tried again. */
  retried = 0
  /** Gateways that died while they were at work. */
  died = 0
  private closing = false

  constructor(private readonly database: string) {}

  /** One more. `crashAt`: the point at which it kills itself; whoever dies is started again, without that. */
  async start(crashAt?: string): Promise<Served> {
    const gateway = await serve(['--no-seed', '--no-ide', '--lease-seconds', '1', '--log-level', 'error'], {
      HUTONG_DATABASE: this.database, HUTONG_ID_KEY: idKey, HUTONG_TOKEN_KEY: tokenKey, ...crashAt ? { HUTONG_CRASH_AT: crashAt } : {},
    })
    this.running.push(gateway)
    gateway.process.once('exit', () => {
      this.running = this.running.filter(other => other !== gateway)
      if (this.closing) return
      this.died++
      void releaseSessions(this.database).then(() => this.start())
    })
    return gateway
  }

  /** kill -9 of one of them. */
  async kill(pick: number): Promise<void> {
    const victim = this.running[pick % this.running.length]
    if (!victim || this.running.length < 2) return
    const ended = new Promise(resolve => { victim.process.once('exit', resolve) })
    victim.process.kill('SIGKILL')
    await ended
  }

  /** Stops one of them for longer than its leases, and lets it go on where it was. */
  async sleep(pick: number): Promise<void> {
    const sleeper = this.running[pick % this.running.length]
    if (!sleeper || this.running.length < 2) return
    sleeper.process.kill('SIGSTOP')
    await wait(2_500)
    sleeper.process.kill('SIGCONT')
  }

  /** Sends each source's uploads in their order, the sources at the same time; each again until some gateway took it. */
  async send(uploads: Iterable<SeedUpload>): Promise<void> {
    const bySource = groupBy(uploads, ({ source }) => source)
    await Promise.all([...bySource].map(async ([source, own]) => {
      const headers = { authorization: `Bearer ${await tokenOf(source)}` }
      for (const upload of own) await this.sendOne(upload, headers)
    }))
  }

  async stop(): Promise<void> {
    this.closing = true
    await Promise.all(this.running.map(gateway => gateway.stop()))
  }

  private async sendOne({ source, name, bytes }: SeedUpload, headers: Readonly<Record<string, string>>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const gateway = this.running[Math.floor(Math.random() * this.running.length)]
      const path = `/intake/${source}?name=${encodeURIComponent(name ?? '')}`
      const status = gateway && await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: bytes as never })
        .then(async answer => [await answer.text(), answer.status] as const, () => undefined)
      if (status && status[1] < 500 && ![401, 403, 404].includes(status[1])) return
      if (attempt > 200) throw new Error(`an upload was never taken: ${status?.[0]}`)
      this.retried++
      await wait(100)
    }
  }
}

function tokenOf(source: string): Promise<string> {
  const viewer = { role: 'source', id: source, source } as const
  return createTokens({ key: tokenKey, now: () => new Date() }).sign({ viewer, purpose: usualPurpose('source') }, { expiresIn: '1h' })
}
