import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { hutong, serve } from '../support/hutong'

jest.setTimeout(30_000)

describe('a gateway that is told to stop', () => {
  it.each([['1'], ['2']])('is not ready at once, answers until the drain is over, and refuses nobody (workers: %s)', async workers => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-drain-'))
    const gateway = await serve(['--database', `sqlite:${folder}/hutong.db`, '--no-seed', '--drain-seconds', '2', '--workers', workers])
    const ended = once(gateway.process, 'exit')
    const told = Date.now()
    gateway.process.kill('SIGTERM')
    await wait(400)
    let answers = 0
    while (Date.now() - told < 1500) {
      const ready = await fetch(`${gateway.url}/readyz`)
      const healthy = await fetch(`${gateway.url}/healthz`)
      expect([ready.status, healthy.status, healthy.headers.get('connection')]).toEqual([503, 200, 'close'])
      answers += 1
    }
    expect(answers).toBeGreaterThan(3)
    expect(await ended).toEqual([0, null])
    expect(Date.now() - told).toBeGreaterThanOrEqual(2000)
    rmSync(folder, { recursive: true })
  })

  it('takes whole seconds only', async () => {
    expect(await hutong(['serve'], { HUTONG_DRAIN_SECONDS: 'long' })).toMatchObject({ code: 2, err: expect.stringContaining('HUTONG_DRAIN_SECONDS') })
  })
})
