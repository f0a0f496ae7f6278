/** Who stands at the door: a gateway with the demonstration's keys asked from elsewhere, what every answer says, and tokens that are none. */
import { SignJWT, generateKeyPair } from 'jose'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createTokens } from '../../src/access'
import { demoTokenKey } from '../../src/model/demoKeys'
import { packageRoot } from '../../src/model/packageRoot'
import { benchKeys, sqliteFile } from '../database'
import { endGateway, freePort, startGateway } from '../gatewayProcess'
import type { Attack, AttackOptions, Finding } from './part'

interface Answer { readonly status: number; readonly head: string; readonly body: string }

const steward = { viewer: { role: 'steward', id: 'door' }, purpose: 'HOPERAT' } as const

export const door: Attack = {
  name: 'door',
  about: 'demonstration keys from elsewhere, headers of every answer, tokens that are none',
  async run({ progress }: AttackOptions) {
    const findings = [...await asked(['--token-key', demoTokenKey], demonstration), ...await asked([], ownKeys), ...await started()]
    progress(`${findings.length} findings`)
    return findings
  },
}

/** A gateway of its own for each part: started, asked, ended. */
async function asked(options: readonly string[], part: (port: number) => Promise<Finding[]>): Promise<Finding[]> {
  const [database, port] = [sqliteFile(), await freePort()]
  const gateway = await startGateway({ database: database.url, port, options: [...options, '--no-seed'] })
  try {
    return await part(port)
  } finally {
    await endGateway(gateway)
    await database.drop()
  }
}

/** One request on a connection of its own, as bytes: no client adds or mends a header. */
async function send(port: number, text: string, host = '127.0.0.1'): Promise<Answer> {
  const socket = connect(port, host)
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk }).on('error', () => undefined).setTimeout(10_000, () => socket.destroy())
  socket.write(text)
  await new Promise(resolve => { socket.once('close', resolve) })
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1] ?? 0), head: head.toLowerCase(), body }
}

function request(line: string, headers: Readonly<Record<string, string>> = {}, body = '', version = 'HTTP/1.1'): string {
  const all = { host: 'localhost', connection: 'close', ...body && { 'content-length': String(Buffer.byteLength(body)) }, ...headers }
  return `${line} ${version}\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}

const question = JSON.stringify({ query: '{ me { role } }' })
const ask = (token: string, headers: Readonly<Record<string, string>> = {}, version?: string): string =>
  request('POST /graphql', { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers }, question, version)

const finding = (what: string, seen: string, promised: string): Finding => ({ what, seen, promised, holds: seen === promised })

/** A steward's token that anybody can sign: good on this machine, and nowhere else. */
async function demonstration(port: number): Promise<Finding[]> {
  const token = await createTokens({ key: demoTokenKey }).sign(steward, { expiresIn: '1h' })
  const foreign: readonly Readonly<Record<string, string>>[] = [
    ...['hutong.example', '127.evil.example', 'localhost.example', '10.0.0.1', '127.0.0.1.example:80'].map(host => ({ host })),
    ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip', 'via'].map(name => ({ [name]: 'a' })),
    { origin: 'https://hutong.example' }, { origin: 'null' },
  ]
  const doors = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /graphql', 'POST /intake/first-hospital', 'GET /nothing']
  const texts = [
    ...foreign.flatMap(headers => [ask(token, headers), ...doors.map(line => request(line, headers))]), ask(token, {}, 'HTTP/1.0'),
  ]
  let refused = 0
  for (const text of texts) {
    const { status, body } = await send(port, text)
    if (status === 403 && body.includes('HUTONG_TOKEN_KEY')) refused += 1
  }
  const own = ['localhost', `localhost:${port}`, '127.0.0.1', '[::1]:4000']
  const answers = await Promise.all(own.map(host => send(port, ask(token, { host }))))
  const others = Object.values(networkInterfaces()).flat().filter(each => each !== undefined && !each.internal && each.family === 'IPv4')
  const elsewhere = await Promise.all(others.map(async each => (await send(port, ask(token), each?.address)).status))
  return [
    finding(`demo key, ${texts.length} requests from elsewhere by their headers`, `${refused} refused`, `${texts.length} refused`),
    finding('demo key, by this machine\'s own names', answers.map(({ status }) => status).join(' '), '200 200 200 200'),
    finding(`demo key, by ${others.length} other addresses of this machine`, `${elsewhere.filter(status => status === 0 || status === 403).length} refused`, `${others.length} refused`),
  ]
}

async function ownKeys(port: number): Promise<Finding[]> {
  return [await guarded(port), ...await tokens(port)]
}

/** Good and bad requests of every kind: each answer says no-store and nosniff. */
async function guarded(port: number): Promise<Finding> {
  const token = await createTokens({ key: benchKeys.tokenKey }).sign(steward, { expiresIn: '1h' })
  const json = { 'content-type': 'application/json' }
  const texts = [
    ...['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /graphql', 'DELETE /graphql', 'GET /nothing', 'OPTIONS /', 'HEAD /healthz', 'GET /%ZZ', `POST /intake/${'a'.repeat(200)}`].map(line => request(line)),
    ask(token), ask('none'), request('POST /graphql', json, '{'), request('POST /graphql', { 'content-type': 'text/plain' }, '{'), request('POST /graphql', json, ' '.repeat(100_000)),
    request('POST /intake/first-hospital', {}, 'x'), request('POST /intake/nowhere', { authorization: `Bearer ${token}` }, 'x'),
    'oops\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', request('GET /', { long: 'a'.repeat(20_000) }), request('GET /healthz', { expect: 'something' }), request('GET /healthz', { host: 'hutong.example' }),
  ]
  const bare: string[] = []
  for (const text of texts) {
    const { status, head } = await send(port, text)
    if (!(head.includes('cache-control: no-store') && head.includes('x-content-type-options: nosniff'))) bare.push(`${status} to ${text.slice(0, 20)}`)
  }
  return finding(`${texts.length} good and bad requests: no-store and nosniff`, bare.join(', ') || 'all', 'all')
}

/** Tokens that name the right viewer and must not be taken. */
async function tokens(port: number): Promise<Finding[]> {
  const key = new TextEncoder().encode(benchKeys.tokenKey)
  const now = Math.floor(Date.now() / 1000)
  const claims = { ...steward, iss: 'hutong', aud: 'hutong', iat: now, exp: now + 3600 }
  const signed = (changed: object, alg = 'HS256') => new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg }).sign(key)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hmacAs = (alg: string) => {
    const text = `${part({ alg })}.${part(claims)}`
    return `${text}.${createHmac('sha256', benchKeys.tokenKey).update(text).digest('base64url')}`
  }
  const { privateKey } = await generateKeyPair('RS256')
  const bad: readonly (readonly [string, string])[] = [
    ['another audience', await signed({ aud: 'elsewhere' })], ['no audience', await signed({ aud: undefined })], ['GraphiQL\'s audience, no page', await signed({ aud: 'hutong:ide' })],
    ['a life of 25 hours', await signed({ exp: now + 90_000 })], ['a life of years', await signed({ exp: 4_000_000_000 })], ['no iat', await signed({ iat: undefined })],
    ['iat in the future', await signed({ iat: now + 600, exp: now + 1200 })], ['no exp', await signed({ exp: undefined })], ['expired', await signed({ iat: now - 7200, exp: now - 3600 })],
    ['algorithm none', `${part({ alg: 'none' })}.${part(claims)}.`], ['"RS256" over the key as text', hmacAs('RS256')], ['"HS512" over HS256', hmacAs('HS512')],
    ['HS512 by the right key', await new SignJWT(claims).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.concat([key, key]))],
    ['RS256 by a key of one\'s own', await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)],
    ['the demonstration\'s key', await createTokens({ key: demoTokenKey }).sign(steward, { expiresIn: '1h' })],
  ]
  const outcomes: Finding[] = []
  for (const [what, token] of bad) {
    const { body } = await send(port, ask(token))
    outcomes.push(finding(`a token: ${what}`, /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? body.slice(0, 60), 'UNAUTHENTICATED'))
  }
  const { body } = await send(port, ask(await signed({})))
  return [...outcomes, finding('a token as it should be', body.trim(), '{"data":{"me":{"role":"steward"}}}')]
}

/** Starts that must fail, before anything listens. */
async function started(): Promise<Finding[]> {
  const main = join(packageRoot(__dirname), 'dist', 'src', 'main.js')
  const starts = [['--host', '0.0.0.0'], ['--host', '::'], ['--mllp-host', '0.0.0.0'], ['--mllp-allow', '10.0.0.0/8'], ['--database', 'mongodb://127.0.0.1/none'], ['--id-key', 'k'.repeat(31)]]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUTONG_')))
  return Promise.all(starts.map(async options => {
    const child = spawn(process.execPath, [main, 'serve', '--no-seed', '--port', '0', '--database', 'sqlite::memory:', ...options], { env, stdio: 'ignore' })
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
    const [code] = await once(child, 'exit') as [number | null]
    clearTimeout(late)
    return finding(`demo key: serve ${options.join(' ').slice(0, 40)}`, `exit ${code}`, 'exit 2')
  }))
}
