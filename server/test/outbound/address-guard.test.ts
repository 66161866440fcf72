import type { LookupFunction } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressGuard } from '../../src/outbound/address-guard.ts'
import { isLoopbackAddress, isPublicAddress } from '../../src/outbound/public-address.ts'

const strict = createAddressGuard({ allowLoopback: false })
const development = createAddressGuard({ allowLoopback: true })

describe('which addresses are public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '192.0.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['0.0.0.0', 'this network'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'CGNAT'],
    ['100.100.100.200', 'metadata inside CGNAT'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['168.63.129.16', 'cloud platform'],
    ['169.254.169.254', 'metadata'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.192', 'metadata inside protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmarks'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'mapped loopback'],
    ['::ffff:7f00:1', 'mapped loopback in hex'],
    ['::ffff:a9fe:a9fe', 'mapped metadata'],
    ['64:ff9b::7f00:1', 'NAT64 of loopback'],
    ['64:ff9b::10.0.0.1', 'NAT64 of a private address'],
    ['64:ff9b:1::808:808', 'local NAT64'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:10::1', 'ORCHID'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4 of loopback'],
    ['2002:808:808::', '6to4 of a public address'],
    ['3fff::1', 'documentation'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'ULA'],
    ['fd00:ec2::254', 'metadata inside ULA'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['2606:4700::1%eth0', 'a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['example.org', 'a name'],
    ['', 'nothing'],
  ])('refuses %s: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it('judges a mapped and a NAT64 address exactly like the IPv4 address inside', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const isPublic = isPublicAddress(address)
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublic)
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(isPublic)
        expect(isLoopbackAddress(`::ffff:${address}`)).toBe(isLoopbackAddress(address))
      }),
    )
  })

  it('never calls an address public that is not inside 2000::/3, unless it carries an IPv4 one', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
        if (/^[23][0-9a-f]{3}:/.test(canonical)) return
        if (canonical.startsWith('::ffff:') || canonical.startsWith('64:ff9b::')) return
        expect(isPublicAddress(address)).toBe(false)
      }),
    )
  })
})

describe('which URLs may be called', () => {
  it.each([
    'https://inbox.agent.org/parley',
    'https://inbox.agent.org:443/parley?x=1',
    'https://INBOX.agent.org/',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook',
    'https://münze.org/',
  ])('takes %s', (url) => {
    expect(strict.allows(url)).toBe(true)
    expect(development.allows(url)).toBe(true)
  })

  it.each([
    ['http://inbox.agent.org/', 'no TLS'],
    ['https://user@inbox.agent.org/', 'a user'],
    ['https://:secret@inbox.agent.org/', 'a password'],
    ['https://inbox.agent.org:8443/', 'another port'],
    ['https://inbox.agent.org:22/', 'another port'],
    ['https://intranet/', 'a name without a dot'],
    ['https://printer.local/', 'mDNS'],
    ['https://metadata.google.internal/', 'a private zone'],
    ['https://nas.home.arpa/', 'a home network'],
    ['https://router.lan./', 'a private zone with the dot of the root'],
    ['https://10.0.0.1/', 'a private literal'],
    ['https://[fd00:ec2::254]/', 'a private literal'],
    ['https://[::ffff:169.254.169.254]/', 'a mapped private literal'],
    [`https://a.org/${'x'.repeat(2_048)}`, 'too long'],
    ['//inbox.agent.org/', 'no scheme'],
    ['not a url', 'no URL'],
  ])('refuses %s: %s', (url) => {
    expect(strict.allows(url)).toBe(false)
    expect(development.allows(url)).toBe(false)
  })

  it.each([
    'http://127.0.0.1:8080/inbox',
    'http://127.9.9.9/inbox',
    'http://localhost:3000/',
    'http://shop.localhost:3000/',
    'https://localhost/',
    'http://[::1]:8080/',
  ])('takes %s only when loopback is open', (url) => {
    expect(development.allows(url)).toBe(true)
    expect(strict.allows(url)).toBe(false)
  })

  it('keeps everything but loopback closed when loopback is open', () => {
    expect(development.allows('http://10.0.0.1/')).toBe(false)
    expect(development.allows('http://0.0.0.0/')).toBe(false)
    expect(development.allows('ftp://127.0.0.1/')).toBe(false)
    expect(development.allows('http://user@127.0.0.1/')).toBe(false)
  })
})

describe('where a connection may end', () => {
  it('lets only a loopback host end at a loopback address', () => {
    expect(development.allowsAddress('127.0.0.1', 'localhost')).toBe(true)
    expect(development.allowsAddress('::ffff:127.0.0.1', '127.0.0.1')).toBe(true)
    expect(development.allowsAddress('127.0.0.1', 'inbox.agent.org')).toBe(false)
    expect(strict.allowsAddress('127.0.0.1', 'localhost')).toBe(false)
    expect(strict.allowsAddress('8.8.8.8', 'inbox.agent.org')).toBe(true)
  })

  it('refuses a name when one of its addresses is private', async () => {
    const mixed = answering([['8.8.8.8', '10.0.0.1']])
    await expect(resolve(mixed, 'mixed.org')).rejects.toMatchObject({ code: 'address-blocked' })
    await expect(resolve(answering([['8.8.8.8', '1.1.1.1']]), 'fine.org')).resolves.toEqual([
      '8.8.8.8',
      '1.1.1.1',
    ])
  })

  it('refuses a name that answers public at first and private later', async () => {
    const rebinding = answering([['8.8.8.8'], ['127.0.0.1']])
    await expect(resolve(rebinding, 'rebind.org')).resolves.toEqual(['8.8.8.8'])
    await expect(resolve(rebinding, 'rebind.org')).rejects.toMatchObject({
      code: 'address-blocked',
    })
  })

  it('refuses a name without any address, and passes the errors of the resolver on', async () => {
    await expect(resolve(answering([[]]), 'empty.org')).rejects.toMatchObject({
      code: 'address-blocked',
    })
    const failing: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    await expect(resolve(failing, 'missing.org')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  it('gives one address to a caller that asks for one', async () => {
    const guard = createAddressGuard({ allowLoopback: false, lookup: answering([['8.8.8.8']]) })
    const one = await new Promise((done) =>
      guard.lookup('one.org', {}, (_error, address, family) => done([address, family])),
    )
    expect(one).toEqual(['8.8.8.8', 4])
  })
})

/** A resolver that gives its answers one after another. */
function answering(answers: string[][]): LookupFunction {
  let turn = 0
  return (_name, _options, callback) => {
    const addresses = answers[Math.min(turn, answers.length - 1)] ?? []
    turn += 1
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    )
  }
}

const guards = new WeakMap<LookupFunction, LookupFunction>()

function resolve(lookup: LookupFunction, name: string): Promise<string[]> {
  const guarded = guards.get(lookup) ?? createAddressGuard({ allowLoopback: true, lookup }).lookup
  guards.set(lookup, guarded)
  return new Promise((done, fail) => {
    guarded(name, { all: true }, (error, answer) => {
      if (error !== null) return fail(error)
      done((answer as { address: string }[]).map(({ address }) => address))
    })
  })
}
