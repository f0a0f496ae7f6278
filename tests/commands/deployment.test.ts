import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { foreignSign } from '../../src/operation/demonstration'
import { serveOptions, storeOptions } from '../../src/operation/options'

const root = join(__dirname, '..', '..')
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

interface Service {
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly depends_on?: object
  readonly stop_grace_period?: string
}
const compose = load(read('compose.yaml')) as { services: Readonly<Record<string, Service>>; networks: object; volumes: object }
const services = Object.entries(compose.services)
const dockerfile = read('Dockerfile')

describe('compose.yaml', () => {
  it('sets only variables that hutong serve reads', () => {
    const known = [...serveOptions(), ...storeOptions()].map(option => option.envVar)
    const set = services.flatMap(([, { environment = {} }]) => Object.keys(environment)).filter(name => name.startsWith('HUTONG_'))
    expect(set.length).toBeGreaterThan(5)
    expect(set.filter(name => !known.includes(name))).toEqual([])
  })

  it('has two gateways that are alike, and that a rolling restart gives time to drain', () => {
    const { 'gateway-1': one, 'gateway-2': two } = compose.services
    expect(one).toEqual(two)
    expect(Number.parseInt(one?.stop_grace_period ?? '', 10)).toBeGreaterThan(Number(one?.environment?.['HUTONG_DRAIN_SECONDS']))
  })

  it('has no secret in it, and a default for none', () => {
    const secrets = services.flatMap(([, { environment = {} }]) => Object.entries(environment)).filter(([name]) => /KEY|PASSWORD|DATABASE/.test(name))
    expect(secrets.length).toBeGreaterThan(5)
    for (const [, value] of secrets) expect(value).toMatch(/\$\{[A-Z_]+:\?[^}]+\}/)
  })

  it('mounts files that are there, and depends on services that it has', () => {
    const files = services.flatMap(([, { volumes = [] }]) => volumes).filter(volume => volume.startsWith('./')).map(volume => volume.split(':')[0] ?? '')
    expect(files.filter(file => !existsSync(join(root, file)))).toEqual([])
    const wanted = services.flatMap(([, { depends_on: on = [] }]) => Array.isArray(on) ? on : Object.keys(on))
    expect(wanted.filter(name => !(name in compose.services))).toEqual([])
  })

  it('is balanced over its gateways, by whether they say that they are ready, sooner than they close', () => {
    const balancer = read('deploy/haproxy.cfg')
    const gateways = Object.keys(compose.services).filter(name => name.startsWith('gateway-'))
    for (const name of gateways) expect(balancer).toContain(`server ${name} ${name}:${compose.services[name]?.environment?.['HUTONG_PORT']}`)
    expect(balancer).toContain('/readyz')
    const [, inter, fall] = /check inter (\d+)s fall (\d+)/.exec(balancer) ?? []
    expect(Number(compose.services['gateway-1']?.environment?.['HUTONG_DRAIN_SECONDS'])).toBeGreaterThan(2 * Number(inter) * Number(fall))
  })
})

describe('deploy/haproxy.cfg', () => {
  it('tells the gateways that a proxy stands before them: those with the demonstration\'s keys refuse by it', () => {
    expect(read('deploy/haproxy.cfg')).toMatch(/^ {2}option forwardfor$/m)
    expect(foreignSign({ peer: '127.0.0.1', headers: { host: 'localhost', 'x-forwarded-for': '203.0.113.7' }, httpVersion: '1.1' })).toBeDefined()
  })
})

describe('Dockerfile', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = '']) => words.split(' ').slice(0, -1))

  it('copies what is there and what .dockerignore lets through', () => {
    const passed = read('.dockerignore').split('\n').filter(line => line.startsWith('!')).map(line => line.slice(1))
    expect(copied.length).toBeGreaterThan(8)
    expect(copied.filter(path => !existsSync(join(root, path)))).toEqual([])
    expect(copied.filter(path => !passed.some(allowed => path === allowed || path.startsWith(`${allowed}/`)))).toEqual([])
  })

  it('runs as nobody special, without development dependencies, and says whether it is ready', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'))
    expect(last).toMatch(/^USER node$/m)
    expect(last).toMatch(/HEALTHCHECK[^]*\/readyz/)
    expect(last).not.toContain('npm')
    expect(dockerfile).toContain('npm ci --omit=dev')
  })
})

describe('docs/deployment.md', () => {
  it('names every secret of compose.yaml, and no option that serve lacks', () => {
    const text = read('docs/deployment.md')
    const secrets = new Set([...read('compose.yaml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name ?? ''))
    expect([...secrets].filter(name => !text.includes(name))).toEqual([])
    const known = [...serveOptions(), ...storeOptions()].map(option => option.envVar)
    expect([...new Set(text.match(/(?<![A-Z_])HUTONG_[A-Z_]+/g))].filter(name => !known.includes(name))).toEqual([])
  })
})
