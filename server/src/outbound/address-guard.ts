// Decides which addresses the server may call for somebody else. Three gates, because each alone
// can be passed: the URL as given, every answer of the resolver, and the address of the connected
// socket (a literal in a URL is never resolved, and a name may answer differently the second time).
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { AddressPolicy } from '../use-cases/deps.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

export interface AddressGuard extends AddressPolicy {
  /** Tells whether a connection made for `host` may end at `address`. */
  allowsAddress(address: string, host: string): boolean
  /** A `dns.lookup` that fails with `AddressBlocked` when one answer is not allowed. */
  readonly lookup: LookupFunction
}

export interface AddressGuardOptions {
  /** Opens 127.0.0.0/8 and ::1 by literal or as `localhost`, over http too, at any port. */
  readonly allowLoopback: boolean
  /** Resolves names instead of the system's resolver; its answers are checked all the same. */
  readonly lookup?: LookupFunction
}

/** Thrown inside the connector; the client turns it into the refusal `address-blocked`. */
export class AddressBlocked extends Error {
  readonly code = 'address-blocked'
}

const MAX_URL_LENGTH = 2_048

/** Names that never leave a machine or a private network (RFC 6761, 6762, 8375 and custom). */
const PRIVATE_SUFFIXES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'home.arpa',
  'home',
  'lan',
  'corp',
  'onion',
]

/** Builds the three gates over one policy. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { allowLoopback, lookup = systemLookup as LookupFunction } = options
  const allowsAddress = (address: string, host: string) =>
    isPublicAddress(address) ||
    (allowLoopback && isLoopbackHost(host) && isLoopbackAddress(address))
  return {
    allows: (url) => allowsUrl(url, allowLoopback),
    allowsAddress,
    lookup: guardedLookup(lookup, allowsAddress),
  }
}

/**
 * The cheap gate: an absolute https URL on port 443, without credentials, whose host is a public
 * name or a public literal. Loopback hosts, when they are open, may use http and any port.
 */
function allowsUrl(text: string, allowLoopback: boolean): boolean {
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  const host = bareHost(url.hostname)
  if (isLoopbackHost(host)) {
    return allowLoopback && (url.protocol === 'https:' || url.protocol === 'http:')
  }
  if (url.protocol !== 'https:' || url.port !== '') return false
  return isIP(host) === 0 ? isPublicName(host) : isPublicAddress(host)
}

/** The host of a URL without the brackets of IPv6 and without the dot of the root. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host)
  return bare === 'localhost' || bare.endsWith('.localhost') || isLoopbackAddress(bare)
}

function isPublicName(host: string): boolean {
  if (!host.includes('.')) return false
  return !PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))
}

function guardedLookup(
  lookup: LookupFunction,
  allowsAddress: AddressGuard['allowsAddress'],
): LookupFunction {
  return (hostname, options, callback) => {
    const all: LookupOptions = { ...options, all: true }
    lookup(hostname, all, (error, answer) => {
      if (error !== null) return callback(error, [])
      const addresses = answer as LookupAddress[]
      const [first] = addresses
      // One private answer among public ones is an attack or a fault; neither is called.
      if (first === undefined || !addresses.every((a) => allowsAddress(a.address, hostname))) {
        return callback(
          new AddressBlocked('a name answered with an address that is not public'),
          [],
        )
      }
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
