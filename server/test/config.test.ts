// What a server does not start with in production.
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.ts'

const production = {
  NODE_ENV: 'production',
  PARLEY_PUBLIC_URL: 'https://pay.example',
  PARLEY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
}

describe('the settings of production', () => {
  it('are taken with a master key, and call no address of this machine', () => {
    const config = loadConfig(production)
    expect([config.masterKeyIsDefault, config.allowLoopback]).toEqual([false, false])
  })

  it.each([
    ['no master key', { PARLEY_MASTER_KEY: undefined }, 'PARLEY_MASTER_KEY is needed'],
    [
      'the development key, spelled out',
      { PARLEY_MASTER_KEY: Buffer.from('parley-development-key-unsafe-32').toString('base64') },
      'PARLEY_MASTER_KEY is the development key',
    ],
    ['a clock that is moved', { PARLEY_CLOCK_FILE: '/tmp/clock' }, 'PARLEY_CLOCK_FILE'],
    ['faults that are put in', { PARLEY_FAULTS: '1' }, 'PARLEY_FAULTS'],
    ['a public address without TLS', { PARLEY_PUBLIC_URL: 'http://pay.example' }, 'https'],
  ])('are refused with %s', (_what, change, words) => {
    const load = () => loadConfig({ ...production, ...change })
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(words)
  })

  it('are asked of production alone', () => {
    expect(loadConfig({ PARLEY_CLOCK_FILE: '/tmp/clock' }).masterKeyIsDefault).toBe(true)
  })
})
