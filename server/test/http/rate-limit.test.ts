import { describe, expect, it } from 'vitest'
import { createPortalLimits, createRateLimit } from '../../src/http/rate-limit.ts'

describe('a rate limit', () => {
  it('lets a burst through, then one at a time', () => {
    let now = 0
    const limit = createRateLimit({ perSecond: 1, burst: 2 }, { capacity: 10, now: () => now })
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([
      0, 0, 1, 0,
    ])
    now = 1
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 1])
  })

  it('knows so many keys at most, and forgets what was quiet longest', () => {
    const limit = createRateLimit({ perSecond: 0.01, burst: 1 }, { capacity: 2, now: () => 0 })
    expect(['a', 'b', 'a', 'c'].map((key) => limit.take(key) > 0)).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect([limit.take('a') > 0, limit.take('b') > 0]).toEqual([true, false])
  })
})

describe('the limits of the portal', () => {
  const waits = (addresses: readonly string[]) => {
    const limits = createPortalLimits(() => 0)
    return addresses.filter(
      (address, i) => limits.wait({ token: `${i}`, address, isAct: false }) > 0,
    )
  }

  it('hold for an IPv6 network of 64 bits as for one address', () => {
    const hosts = Array.from({ length: 301 }, (_, i) => `2001:db8:0:7::${(i + 1).toString(16)}`)
    expect(waits(hosts)).toHaveLength(1)
    expect(waits([...hosts.slice(1), '2001:db8:0:8::1'])).toEqual([])
  })

  it('tell IPv4 addresses apart behind a socket that listens on both families', () => {
    const flood = Array<string>(301).fill('::ffff:203.0.113.7')
    expect(waits([...flood, '::ffff:203.0.113.8'])).toEqual(['::ffff:203.0.113.7'])
    expect(waits([...flood.slice(1), '203.0.113.7', '::ffff:cb00:7107'])).toHaveLength(2)
  })

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.1.2.3',
    'unknown',
  ])('do not count %s, which may be a proxy with everybody behind it', (address) => {
    expect(waits(Array(400).fill(address))).toEqual([])
  })
})
