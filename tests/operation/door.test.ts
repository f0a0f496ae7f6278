import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { demoKeysOf, foreignSign, isLoopback, refuseAddresses, refuseDemoKeys } from '../../src/operation/demonstration'
import { demoIdKey, demoTokenKey } from '../../src/model/demoKeys'
import { openPipeline, type Pipeline } from '../support/pipeline'

const own = { tokenKey: 'a key that only this gateway has, and long', idKey: 'another key that only this gateway has' }

describe('the demonstration\'s keys', () => {
  const demo = { tokenKey: demoTokenKey, idKey: demoIdKey }
  const here = { database: 'sqlite:./x.db', host: '127.0.0.1', mllpHost: '127.0.0.1', mllpAllow: ['127.0.0.1', '::1'] }
  const names: Readonly<Record<string, readonly string[]>> = {
    localhost: ['127.0.0.1', '::1'], 'my-machine': ['127.0.1.1'], '127.evil.example': ['203.0.113.7'], 'localhost.example': ['203.0.113.7'],
    'half.example': ['127.0.0.1', '203.0.113.7'], 'nothing.example': [],
  }
  const resolve = async (name: string) => names[name] ?? [name]

  it('are known one by one', () => {
    expect(demoKeysOf(demo)).toEqual(['HUTONG_TOKEN_KEY', 'HUTONG_ID_KEY'])
    expect(demoKeysOf({ ...own, idKey: demoIdKey })).toEqual(['HUTONG_ID_KEY'])
    expect(demoKeysOf(own)).toEqual([])
  })

  it.each([
    {}, { host: 'localhost' }, { host: '::1' }, { host: 'my-machine' }, { mllpHost: '127.8.9.10' }, { mllpAllow: ['127.0.0.0/8', '::1/128'] },
  ])('are good on this machine: %j', async changed => {
    await expect(refuseDemoKeys({ ...here, ...demo, ...changed }, resolve)).resolves.toBeUndefined()
  })

  it.each([
    { host: '0.0.0.0' }, { host: '::' }, { host: '' }, { host: '127.evil.example' }, { host: 'localhost.example' }, { host: 'half.example' }, { host: 'nothing.example' },
    { mllpHost: '127.evil.example' }, { mllpHost: '10.0.0.1' }, { mllpAllow: ['127.0.0.1', '10.0.0.0/8'] }, { mllpAllow: ['127.0.0.0/7'] }, { mllpAllow: ['::1/0'] },
    { database: 'mongodb://localhost/hutong' }, { database: 'mongodb+srv://x/hutong' },
  ])('are refused where others reach the gateway, and its own are not: %j', async changed => {
    const told = { code: 'CONFIGURATION', place: 'HUTONG_TOKEN_KEY', message: expect.stringContaining('openssl rand -base64 32') }
    await expect(refuseDemoKeys({ ...here, ...own, tokenKey: demoTokenKey, ...changed }, resolve)).rejects.toMatchObject(told)
    await expect(refuseDemoKeys({ ...here, ...own, ...changed }, resolve)).resolves.toBeUndefined()
  })

  it('are refused once more when the gateway listens and the address is another', () => {
    expect(() => refuseAddresses(['127.0.0.1', '192.0.2.9'], ['HUTONG_ID_KEY'])).toThrow('HUTONG_ID_KEY')
    expect(() => refuseAddresses(['127.0.0.1', '::1'], ['HUTONG_ID_KEY'])).not.toThrow()
    expect(() => refuseAddresses(['192.0.2.9'], [])).not.toThrow()
  })

  it.each([['127.0.0.1', true], ['127.200.0.9', true], ['::1', true], ['::ffff:127.0.0.1', true], ['::ffff:10.0.0.1', false], ['128.0.0.1', false], ['', false], ['localhost', false]])(
    'know this machine\'s addresses: %s is one: %s', (address, is) => expect(isLoopback(address)).toBe(is))
})

describe('a gateway with the demonstration\'s keys', () => {
  let pipeline: Pipeline
  beforeAll(async () => { pipeline = await openPipeline({ http: { demoKeys: ['HUTONG_TOKEN_KEY'] } }) })
  afterAll(() => pipeline.close())

  it.each(['localhost', 'localhost:4000', 'LOCALHOST:80', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000', '[::1]'])('answers whoever calls it %s', async host => {
    expect((await pipeline.inject({ url: '/healthz', headers: { host } })).statusCode).toBe(200)
  })

  const routes = [
    ['GET', '/healthz'], ['GET', '/readyz'], ['GET', '/metrics'], ['GET', '/graphql'], ['POST', '/graphql'], ['POST', '/graphql/ide/token'], ['POST', '/intake/first-hospital'], ['GET', '/nothing'],
  ] as const
  it.each(routes)('refuses one who comes by a proxy at every door: %s %s', async (method, url) => {
    const reply = await pipeline.inject({ method, url, headers: { 'x-forwarded-for': '203.0.113.7' } })
    const body = reply.json() as { error?: { code: string; message: string }; errors?: { message: string; extensions: { code: string } }[] }
    const [graphql] = body.errors ?? []
    expect([reply.statusCode, graphql?.extensions.code ?? body.error?.code]).toEqual([403, 'CONFIGURATION'])
    expect(graphql?.message ?? body.error?.message).toContain('set HUTONG_TOKEN_KEY')
    expect(Boolean(graphql)).toBe(url.startsWith('/graphql'))
  })

  it.each<Record<string, string>>([
    { host: 'hutong.example' }, { host: 'hutong.example:4000' }, { host: '127.evil.example' }, { host: 'localhost.example' }, { host: '127.0.0.1.example' }, { host: '10.0.0.1' },
    { host: 'localhost@evil.example' }, { host: '[::2]' },
    { forwarded: 'for=203.0.113.7' }, { 'x-forwarded-host': 'a' }, { 'X-Forwarded-Proto': 'https' }, { 'x-forwarded': 'a' }, { 'x-real-ip': '203.0.113.7' }, { via: '1.1 a' },
    { origin: 'https://hutong.example' }, { origin: 'null' }, { origin: 'https://localhost' },
  ])('refuses a request with %j', async headers => {
    const sent = { ...headers, ...await pipeline.bearer({ role: 'steward', id: 's' }) }
    expect((await pipeline.inject({ method: 'POST', url: '/graphql', headers: sent, payload: { query: '{ me { role } }' } })).statusCode).toBe(403)
  })

  it('refuses a peer that is not on this machine, and HTTP/1.0, which proxies speak', async () => {
    expect((await pipeline.inject({ url: '/healthz', remoteAddress: '192.0.2.9' })).statusCode).toBe(403)
    expect((await pipeline.inject({ url: '/healthz', remoteAddress: '::ffff:127.0.0.1' })).statusCode).toBe(200)
    expect(foreignSign({ peer: '127.0.0.1', headers: { host: 'localhost' }, httpVersion: '1.0' })).toContain('HTTP/1.0')
  })

  it('takes the same requests with keys of its own', async () => {
    const other = await openPipeline({ http: { demoKeys: [] } })
    const reply = await other.inject({ url: '/healthz', remoteAddress: '192.0.2.9', headers: { host: 'hutong.example', 'x-forwarded-for': '203.0.113.7', origin: 'https://hutong.example' } })
    expect(reply.statusCode).toBe(200)
    await other.close()
  })
})

describe('every answer', () => {
  let pipeline: Pipeline
  let url: string
  beforeAll(async () => {
    pipeline = await openPipeline({ http: { demoKeys: ['HUTONG_TOKEN_KEY'], ide: {} } })
    url = await pipeline.listen()
  })
  afterAll(() => pipeline.close())

  /** All that comes back on one connection for these bytes. */
  async function send(text: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk })
    socket.write(text)
    await once(socket, 'close')
    return answer.toLowerCase()
  }

  const request = (line: string, headers: Record<string, string | number> = {}, body = '') =>
    `${line} HTTP/1.1\r\n${Object.entries({ host: 'localhost', connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`

  it.each<[number | string, string, string]>([
    [200, 'of health', request('GET /healthz')], [200, 'of readiness', request('GET /readyz')], [200, 'of metrics', request('GET /metrics')],
    [200, 'with the page', request('GET /graphql', { accept: 'text/html' })], [200, 'to HEAD', request('HEAD /healthz')],
    ['(200|401)', 'to nobody', request('POST /graphql', { 'content-type': 'application/json', 'content-length': 23 }, '{"query":"{me{role}}"}\n')],
    [401, 'to an upload of nobody', request('POST /intake/first-hospital', { 'content-length': 1 }, 'x')],
    [400, 'to what is no JSON', request('POST /graphql', { 'content-type': 'application/json', 'content-length': 1 }, '{')],
    [415, 'to another type', request('POST /graphql', { 'content-type': 'text/plain', 'content-length': 1 }, '{')],
    [405, 'to another method', request('DELETE /graphql')], [404, 'where nothing is', request('GET /nothing')], [404, 'to OPTIONS', request('OPTIONS /nothing')],
    [400, 'to a malformed address', request('GET /%ZZ')], [414, 'to a long address', request(`POST /intake/${'a'.repeat(200)}`)],
    [403, 'to a foreign Host', request('GET /healthz', { host: 'hutong.example' })],
    [403, 'to an upgrade from elsewhere', request('GET /graphql', { host: 'hutong.example', connection: 'close, upgrade', upgrade: 'websocket' })],
    [400, 'to what is no HTTP', 'oops\r\n\r\n'], [400, 'to a request without Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    [431, 'to headers without end', request('GET /healthz', { long: 'a'.repeat(20_000) })],
    [417, 'to an expectation', request('GET /healthz', { expect: 'the-spanish-inquisition' })],
  ])('says no-store and nosniff: %s %s', async (status, _, text) => {
    const answer = await send(text)
    expect(answer).toMatch(new RegExp(`^http/1.1 ${status} `))
    expect(answer).toContain('\r\ncache-control: no-store\r\n')
    expect(answer).toContain('\r\nx-content-type-options: nosniff\r\n')
  })
})

describe('one of several processes that answer', () => {
  it('ends a connection with its last answer, so that those that stay open spread over all; nobody is refused', async () => {
    const pipeline = await openPipeline({ http: { requestsPerConnection: 2 } })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const port = Number(new URL(await pipeline.listen()).port)
    const ask = () => new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      get({ port, path: '/healthz', agent }, answer => answer.resume().once('end', () => resolve([answer.statusCode, answer.headers.connection]))).once('error', reject)
    })
    const answers = []
    for (let n = 0; n < 4; n += 1) answers.push(await ask())
    agent.destroy()
    await pipeline.close()
    expect(answers).toEqual([[200, 'keep-alive'], [200, 'close'], [200, 'keep-alive'], [200, 'close']])
  })
})
