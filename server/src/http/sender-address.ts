// The address of a sender as limits count it.
import { BlockList, isIP } from 'node:net'

const NEARBY = new BlockList()
NEARBY.addSubnet('127.0.0.0', 8)
NEARBY.addSubnet('10.0.0.0', 8)
NEARBY.addSubnet('172.16.0.0', 12)
NEARBY.addSubnet('192.168.0.0', 16)
NEARBY.addSubnet('169.254.0.0', 16)
NEARBY.addAddress('::1', 'ipv6')
NEARBY.addSubnet('fc00::', 7, 'ipv6')
NEARBY.addSubnet('fe80::', 10, 'ipv6')

/** Tells whether an address may be a proxy of ours with everybody behind it, or is none at all. */
export function isNearby(address: string): boolean {
  const kind = isIP(address)
  return kind === 0 || NEARBY.check(address, kind === 6 ? 'ipv6' : 'ipv4')
}

const IPV4_MAPPED = '0:0:0:0:0:ffff'

/**
 * What counts as one address. A household has a whole IPv6 network of 64 bits; an IPv4 address stays
 * itself where a socket for both families writes it as an IPv6 one (RFC 4291 §2.5.5.2).
 */
export function blockOf(address: string): string {
  if (isIP(address) !== 6) return address
  const groups = groupsOf(address)
  if (groups.slice(0, 6).join(':') !== IPV4_MAPPED) return groups.slice(0, 4).join(':')
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16))
  return bytes.flatMap((group) => [group >> 8, group & 255]).join('.')
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [plain = ''] = address.split('%')
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const [left, right] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const missing = 8 - (left?.length ?? 0) - (right?.length ?? 0)
  return [...(left ?? []), ...new Array<string>(missing).fill('0'), ...(right ?? [])]
}
