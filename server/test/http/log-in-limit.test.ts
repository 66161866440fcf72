import { describe, expect, it } from 'vitest'
import { createLogInLimit } from '../../src/http/desk/log-in-limit.ts'

describe('the limit of log-ins', () => {
  const heard = (addresses: readonly string[]) => {
    const limit = createLogInLimit(() => 0)
    return addresses.filter((address) => limit(address) === 0).length
  }

  it('holds for an IPv6 network of 64 bits as for one address', () => {
    const network = Array.from({ length: 200 }, (_, i) => `2001:db8:0:7::${(i + 1).toString(16)}`)
    expect(heard(network)).toBe(10)
    expect(heard([...network, '2001:db8:0:8::1', '::ffff:203.0.113.8'])).toBe(12)
  })

  it('is used up by nobody for others, however many addresses somebody has', () => {
    const networks = Array.from({ length: 5_000 }, (_, i) => `2001:db8:0:${i.toString(16)}::1`)
    expect(heard(networks)).toBe(5_000)
  })
})
