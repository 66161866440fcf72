// Tells public internet addresses from all others. Pure: no name is resolved here.
// Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and later).
import { BlockList, isIP } from 'node:net'

const NOT_PUBLIC_V4 = subnets('ipv4', [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers (CGNAT)
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // the platform services of one large cloud, reachable from its guests only
  '169.254.0.0/16', // link-local, and the metadata services of most clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // former 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the broadcast address
])

/** Only this block is handed out for the public internet; everything beside it is special. */
const GLOBAL_V6 = subnets('ipv6', ['2000::/3'])

const NOT_PUBLIC_V6 = subnets('ipv6', [
  '2001::/23', // protocol assignments, with Teredo, ORCHID and benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries any IPv4 address, and is no longer routed
  '3fff::/20', // documentation
])

const LOOPBACK_V4 = subnets('ipv4', ['127.0.0.0/8'])
const LOOPBACK_V6 = '::1'

/** The first six groups of the blocks that carry an IPv4 address in the last two. */
const MAPPED = '0:0:0:0:0:ffff'
const NAT64 = '64:ff9b:0:0:0:0'

/**
 * Tells whether an address is one of the public internet. IPv4-mapped addresses (RFC 4291 §2.5.5.2)
 * and those of NAT64 (RFC 6052) are judged by the IPv4 address that they carry; text that is no
 * address, and an address with a zone, are not public.
 */
export function isPublicAddress(address: string): boolean {
  const plain = withoutIpv4Wrapping(address)
  if (plain === undefined) return false
  if (isIP(plain) === 4) return !NOT_PUBLIC_V4.check(plain, 'ipv4')
  return GLOBAL_V6.check(plain, 'ipv6') && !NOT_PUBLIC_V6.check(plain, 'ipv6')
}

/** Tells whether an address is 127.0.0.0/8 or ::1, also as an IPv4-mapped address. */
export function isLoopbackAddress(address: string): boolean {
  const plain = withoutIpv4Wrapping(address)
  if (plain === undefined) return false
  return isIP(plain) === 4 ? LOOPBACK_V4.check(plain, 'ipv4') : plain === LOOPBACK_V6
}

/** The address in canonical form, unwrapped when it carries an IPv4 address. */
function withoutIpv4Wrapping(address: string): string | undefined {
  const family = isIP(address)
  if (family === 4) return address
  if (family === 0 || address.includes('%')) return undefined
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const groups = groupsOf(canonical)
  const prefix = groups.slice(0, 6).join(':')
  if (prefix !== MAPPED && prefix !== NAT64) return canonical
  const tail = groups.slice(6).map((group) => Number.parseInt(group, 16))
  return tail.flatMap((group) => [group >> 8, group & 255]).join('.')
}

/** The eight groups of a canonical IPv6 address, without leading zeros. */
function groupsOf(canonical: string): string[] {
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return left
  const right = tail === '' ? [] : tail.split(':')
  return [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right]
}

function subnets(family: 'ipv4' | 'ipv6', blocks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', bits] = block.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
