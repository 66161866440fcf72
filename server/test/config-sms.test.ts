import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.ts'

const TWILIO = {
  name: 'one',
  kind: 'twilio',
  url: 'https://api.twilio.com',
  account: 'AC1',
  from: '+3225550123',
  secret: 'token',
}
const WEBHOOK = {
  name: 'two',
  kind: 'webhook',
  url: 'https://sms.example/send',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}

const load = (text: string) => loadConfig({ PARLEY_SMS_PROVIDERS: text }).smsProviders

describe('PARLEY_SMS_PROVIDERS', () => {
  it('names providers in the order in which they are asked', () => {
    const priced = {
      ...WEBHOOK,
      perSecond: 2,
      burst: 5,
      pricePerSegment: { value: '0.05', currency: 'EUR' },
    }
    expect(load(JSON.stringify([TWILIO, priced]))).toEqual([
      { ...TWILIO, rate: { perSecond: 10, burst: 10 } },
      {
        ...WEBHOOK,
        rate: { perSecond: 2, burst: 5 },
        pricePerSegment: { value: '0.05', currency: 'EUR' },
      },
    ])
    expect(loadConfig({}).smsProviders).toEqual([])
  })

  it('may be the path of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-sms-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'providers.json')
    writeFileSync(file, JSON.stringify([WEBHOOK]))
    expect(load(file)).toMatchObject([{ name: 'two' }])
  })

  it.each([
    ['{}', 'array'],
    ['[', 'array'],
    ['/no/such/file', 'path'],
    [JSON.stringify([{ ...TWILIO, account: undefined }]), 'needs account'],
    [JSON.stringify([{ ...TWILIO, name: 'A b' }]), 'name'],
    [JSON.stringify([{ ...TWILIO, kind: 'pigeon' }]), 'kind'],
    [JSON.stringify([{ ...WEBHOOK, secret: 'plain' }]), 'whsec_'],
    [JSON.stringify([{ ...WEBHOOK, url: 'ftp://x' }]), 'url'],
    [JSON.stringify([{ ...WEBHOOK, perSecond: 0 }]), 'rate'],
    [JSON.stringify([{ ...WEBHOOK, pricePerSegment: { value: 'x' } }]), 'pricePerSegment'],
    [JSON.stringify([WEBHOOK, WEBHOOK]), 'one name'],
  ])('%s is refused', (text, fault) => {
    expect(() => load(text)).toThrow(ConfigError)
    expect(() => load(text)).toThrow(fault)
  })
})

describe('PARLEY_INCOMING_SECRET', () => {
  it('is a token of some length', () => {
    expect(loadConfig({ PARLEY_INCOMING_SECRET: 'x'.repeat(16) }).incomingSecret).toHaveLength(16)
    expect(() => loadConfig({ PARLEY_INCOMING_SECRET: 'short' })).toThrow('PARLEY_INCOMING_SECRET')
  })
})
