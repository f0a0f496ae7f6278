import { InvalidArgumentError, Option } from 'commander'
import { demoIdKey, demoTokenKey } from '../model/demoKeys'

export interface StoreOptions {
  readonly database: string
  readonly idKey: string
  readonly sources?: string
  readonly logLevel: string
}

export interface ServeOptions extends StoreOptions {
  readonly host: string
  readonly port: number
  readonly workers: number
  readonly leaseSeconds: number
  readonly seed: boolean
  readonly seedResidents: number
  readonly tokenKey: string
  readonly tokenAudience: string
  readonly tokenHours: number
  readonly mllp: readonly { readonly source: string; readonly port: number }[]
  readonly mllpHost: string
  readonly mllpAllow: readonly string[]
  readonly mllpConnections: number
  readonly mllpConnectionsEach: number
  readonly relationDays: number
  readonly maxUploadMb: number
  readonly quotaEntries: number
  readonly quotaMb: number
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxCost: number
  readonly matchPerMinute: number
  readonly matchPerHour: number
  readonly engine: 'auto' | 'jit' | 'js'
  readonly ide: boolean
  readonly openIntrospection?: boolean
  readonly drainSeconds: number
}

const option = (flags: string, description: string, environment: string) => new Option(flags, description).env(environment)

export const databaseOption = () =>
  option('--database <url>', 'where everything is kept: sqlite:./file.db or mongodb://host/name', 'HUTONG_DATABASE').default('sqlite:./data/hutong.db').argParser(databaseUrl)

/** Options of every command that opens the store. Each may come from the environment variable that `--help` names. */
export const storeOptions = () => [
  databaseOption(),
  option('--id-key <key>', 'key of the HMAC that makes ids, 32 bytes or more: never change it', 'HUTONG_ID_KEY').default(demoIdKey, 'a demonstration key').argParser(key),
  option('--sources <folder>', 'folder of sources (default: mappers/sources)', 'HUTONG_SOURCES'),
  option('--log-level <level>', 'how much is logged', 'HUTONG_LOG_LEVEL').default('info').choices(['silent', 'error', 'warn', 'info', 'debug']),
]

/** Options of every command that signs or checks tokens. */
export const tokenOptions = () => [
  option('--token-key <key>', 'key that signs and checks tokens (HS256), 32 bytes or more', 'HUTONG_TOKEN_KEY').default(demoTokenKey, 'a demonstration key').argParser(key),
  option('--token-audience <name>', 'whom tokens are meant for (aud): gateways that share a key and not their askers have different ones', 'HUTONG_TOKEN_AUDIENCE').default('hutong'),
  option('--token-hours <n>', 'longest life of a token', 'HUTONG_TOKEN_HOURS').default(24).argParser(whole(1, 8760)),
]

export const serveOptions = () => [
  option('--host <address>', 'address to listen on', 'HUTONG_HOST').default('127.0.0.1'),
  option('--port <n>', 'port to listen on', 'HUTONG_PORT').default(4000).argParser(whole(0, 65_535)),
  option('--workers <n>', 'processes that answer queries', 'HUTONG_WORKERS').default(1).argParser(whole(1, 64)),
  option('--lease-seconds <n>', 'how long records wait for a gateway that died, before another works them', 'HUTONG_LEASE_SECONDS').default(15).argParser(whole(1, 600)),
  option('--no-seed', 'do not load the synthetic district', 'HUTONG_NO_SEED'),
  option('--seed-residents <n>', 'size of the synthetic district', 'HUTONG_SEED_RESIDENTS').default(60).argParser(whole(8, 10_000_000)),
  ...tokenOptions(),
  option('--mllp <source=port,…>', 'MLLP listeners, one for each source', 'HUTONG_MLLP').default([], 'none').argParser(listeners),
  option('--mllp-host <address>', 'address that MLLP listens on', 'HUTONG_MLLP_HOST').default('127.0.0.1'),
  option('--mllp-allow <addresses>', 'addresses that may connect, comma-separated, CIDR allowed', 'HUTONG_MLLP_ALLOW').default(['127.0.0.1', '::1'], '127.0.0.1,::1').argParser(list),
  option('--mllp-connections <n>', 'connections of one MLLP listener', 'HUTONG_MLLP_CONNECTIONS').default(64).argParser(whole(1, 10_000)),
  option('--mllp-connections-each <n>', 'those of one address; behind a balancer: as many as of all', 'HUTONG_MLLP_CONNECTIONS_EACH').default(16).argParser(whole(1, 10_000)),
  option('--relation-days <n>', 'days for which an encounter lets its institution see the resident', 'HUTONG_RELATION_DAYS').default(90).argParser(whole(1, 3650)),
  option('--max-upload-mb <n>', 'largest upload over HTTP', 'HUTONG_MAX_UPLOAD_MB').default(256).argParser(whole(1, 4096)),
  option('--quota-entries <n>', 'new records that a source may send in an hour, where its source.json does not say', 'HUTONG_QUOTA_ENTRIES').default(1_000_000).argParser(whole(1, 1_000_000_000)),
  option('--quota-mb <n>', 'megabytes that a source may send in an hour, where its source.json does not say', 'HUTONG_QUOTA_MB').default(4000).argParser(whole(1, 1_000_000)),
  option('--max-tokens <n>', 'longest GraphQL document', 'HUTONG_MAX_TOKENS').default(1000).argParser(whole(10, 100_000)),
  option('--max-depth <n>', 'deepest GraphQL document', 'HUTONG_MAX_DEPTH').default(15).argParser(whole(3, 100)),
  option('--max-cost <n>', 'most costly GraphQL document', 'HUTONG_MAX_COST').default(50_000).argParser(whole(100, 1_000_000_000)),
  option('--match-per-minute <n>', 'how often each source may ask each process who somebody is (crossReference, match)', 'HUTONG_MATCH_PER_MINUTE').default(60).argParser(whole(1, 1_000_000)),
  option('--match-per-hour <n>', 'the same for an hour', 'HUTONG_MATCH_PER_HOUR').default(1000).argParser(whole(1, 1_000_000)),
  option('--engine <name>', 'GraphQL execution: compiled (jit), graphql-js, or compiled from the second run on (auto)', 'HUTONG_ENGINE').default('auto').choices(['auto', 'jit', 'js']),
  option('--no-ide', 'do not serve GraphiQL', 'HUTONG_NO_IDE'),
  option('--open-introspection', 'tell the schema without a token (default: where tokens are signed by the demonstration\'s key)', 'HUTONG_OPEN_INTROSPECTION'),
  option('--drain-seconds <n>', 'on SIGTERM: not ready at once, but taking requests for so long, until a balancer has seen it', 'HUTONG_DRAIN_SECONDS').default(0).argParser(whole(0, 600)),
]

function whole(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < from || value > to) throw new InvalidArgumentError(`a whole number from ${from} to ${to} is wanted`)
    return value
  }
}

function databaseUrl(text: string): string {
  if (!/^(sqlite:.+|mongodb(\+srv)?:\/\/.+)/.test(text)) throw new InvalidArgumentError('sqlite:./file.db or mongodb://… is wanted')
  return text
}

/** As many bytes as HS256 asks of its key (RFC 7518 §3.2). */
const leastKey = 32

function key(text: string): string {
  if (Buffer.byteLength(text) < leastKey) throw new InvalidArgumentError(`a key is ${leastKey} or more random characters: openssl rand -base64 32 makes one`)
  return text
}

const list = (text: string): string[] => text.split(',').map(part => part.trim()).filter(Boolean)

function listeners(text: string): { source: string; port: number }[] {
  return list(text).map(part => {
    const [source, port] = part.split('=')
    if (!source || !port) throw new InvalidArgumentError('source=port is wanted, e.g. first-hospital=2575')
    return { source, port: whole(0, 65_535)(port) }
  })
}
