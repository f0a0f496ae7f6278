import { BlockList, isIP } from 'node:net'
import { HutongError } from '../model/errors'

/**
 * Who may connect: addresses and networks (`10.1.2.3`, `10.1.0.0/16`, `::1`). An IPv4 address that arrives mapped to IPv6
 * counts as itself. Throws CONFIGURATION for what is no address.
 */
export function allowList(allowed: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList()
  for (const each of allowed) {
    const [address = '', bits] = each.split('/')
    const version = isIP(address)
    const prefix = bits === undefined ? undefined : Number(bits)
    const longest = version === 4 ? 32 : 128
    if (!version || (prefix !== undefined && !(/^\d+$/.test(bits ?? '') && prefix <= longest))) {
      throw new HutongError('CONFIGURATION', 'An address or a network like 10.1.0.0/16 is wanted.', each)
    }
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, prefix, family)
  }
  return address => {
    const plain = address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '') ?? ''
    const version = isIP(plain)
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
  }
}
