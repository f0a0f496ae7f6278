import { lookup } from 'node:dns/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { demoIdKey, demoTokenKey } from '../model/demoKeys'
import { HutongError } from '../model/errors'

/** Where a gateway listens, and whom it lets in. */
interface Doors {
  readonly database: string
  readonly host: string
  readonly mllpHost: string
  readonly mllpAllow: readonly string[]
}

interface Keys { readonly tokenKey: string; readonly idKey: string }

/** Addresses of a name, as the gateway will listen on them. */
type Resolve = (name: string) => Promise<readonly string[]>

/** The variables that still hold a key of the demonstration: with such a key anybody can sign a token or guess an id. */
export const demoKeysOf = ({ tokenKey, idKey }: Keys): string[] =>
  [tokenKey === demoTokenKey && 'HUTONG_TOKEN_KEY', idKey === demoIdKey && 'HUTONG_ID_KEY'].filter(name => name !== false)

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an address is of this machine alone; an IPv4 address mapped to IPv6 counts as itself. */
export function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '') ?? ''
  const version = isIP(plain)
  return version !== 0 && loopback.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Throws CONFIGURATION where a gateway with the demonstration's keys would be reached from beyond this machine: by an address
 * that a host's name resolves to (all of them count), by MLLP's allowed addresses, or by a database that others share.
 */
export async function refuseDemoKeys({ database, host, mllpHost, mllpAllow, ...keys }: Doors & Keys, resolve: Resolve = addressesOf): Promise<void> {
  const named = demoKeysOf(keys)
  if (!named.length) return
  if (database.startsWith('mongodb') || !mllpAllow.every(isLoopbackNetwork)) throw refusal(named)
  for (const name of new Set([host, mllpHost])) refuseAddresses(await resolve(name), named)
}

/** Throws CONFIGURATION unless every address is this machine's own; `named`: what `demoKeysOf` said. */
export function refuseAddresses(addresses: readonly string[], named: readonly string[]): void {
  if (named.length && !(addresses.length && addresses.every(isLoopback))) throw refusal(named)
}

const refusal = (named: readonly string[]) => new HutongError('CONFIGURATION',
  `the demonstration's key is refused beyond this machine: set ${named.join(' and ')} to 32 or more random characters (openssl rand -base64 32)`, named.join(', '))

async function addressesOf(name: string): Promise<string[]> {
  if (isIP(name) || !name) return [name]
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new HutongError('CONFIGURATION', 'the name of the host has no address', '--host')
  }
}

/** An address or a network (`127.0.0.0/8`) of which all is loopback. */
function isLoopbackNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/')
  return isLoopback(address) && (bits === undefined || Number(bits) >= (isIP(address) === 4 ? 8 : 128))
}

/** What a proxy adds to a request that it passes on. */
const forwarded = /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/

/** A browser's or a program's own word for this machine, with any port. */
const ownHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

/**
 * What shows that a request comes, or may come, from beyond this machine; undefined: nothing does. A proxy on this machine is
 * known by the headers that it adds, by the Host that it passes on, or by speaking HTTP/1.0; another site's page in a browser,
 * and a name that was turned to this address (DNS rebinding), by Host and Origin. A proxy that hides all of that is not known.
 */
export function foreignSign({ peer, headers, httpVersion }: {
  readonly peer: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly httpVersion: string
}): string | undefined {
  if (!isLoopback(peer)) return 'the peer is not on this machine'
  if (!ownHost.test(headers.host ?? '')) return 'Host is not localhost'
  const { origin } = headers
  if (origin !== undefined && !ownHost.test(origin.replace(/^http:\/\//, ''))) return 'Origin is not localhost'
  const passedOn = Object.keys(headers).find(name => forwarded.test(name))
  if (passedOn !== undefined) return `${passedOn} is a proxy's header`
  return httpVersion === '1.1' ? undefined : `HTTP/${httpVersion} is spoken by proxies`
}
