import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { serve } from '../support/hutong'
import type { Served } from '../support/hutong'

describe('the demonstration, in several processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-demo-'))
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve(['--database', `sqlite:${folder}/hutong.db`, '--seed-residents', '8', '--workers', '2', '--token-hours', '2'])
  }, 60_000)
  afterAll(async () => {
    await gateway?.stop()
    rmSync(folder, { recursive: true })
  })

  /** On a connection of its own, so that the processes take turns. */
  const ask = (path: string, headers: Record<string, string>, method = 'GET', body = '') =>
    new Promise<{ status: number | undefined; cookie: string; body: string }>((resolve, reject) => {
      request(`${gateway.url}${path}`, { method, headers, agent: false }, reply => {
        text(reply).then(told => resolve({ status: reply.statusCode, cookie: reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '', body: told }), reject)
      }).once('error', reject).end(body)
    })

  it('refuses whoever comes from elsewhere, in each of them', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('/metrics', { host: 'hutong.example' })))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(403))
    expect((await ask('/healthz', {})).status).toBe(200)
  })

  it('says for how long its tokens are good: no longer than a token may be', () => {
    expect(gateway.output()).toContain('good for 2 hours')
  })

  it('has a page that asks as the first resident, whichever process answers', async () => {
    const { cookie } = await ask('/graphql', { accept: 'text/html' })
    const origin = gateway.url
    for (let turn = 0; turn < 4; turn++) {
      const { token } = JSON.parse((await ask('/graphql/ide/token', { cookie, origin }, 'POST')).body) as { token: string }
      const sent = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
      const question = JSON.stringify({ query: '{ me { role } }' })
      expect(JSON.parse((await ask('/graphql', { ...sent, cookie }, 'POST', question)).body)).toEqual({ data: { me: { role: 'resident' } } })
      expect((await ask('/graphql', sent, 'POST', question)).body).toContain('UNAUTHENTICATED')
    }
  })
})
