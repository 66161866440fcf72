import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import {
  readGenericCallback,
  readTwilioCallback,
} from '../../../src/domain/sms/read-sms-callback.ts'
import { TWILIO_CODES } from '../../../src/domain/sms/twilio-codes.ts'
import { isSignedCallback, isTwilioCallback } from '../../../src/use-cases/verify-sms-callback.ts'

const SID = 'SM0123456789abcdef0123456789abcdef'

function twilio(parameters: Record<string, string>, reference?: string) {
  return readTwilioCallback(new Map(Object.entries(parameters)), reference)
}

describe('reports of a Twilio-shaped provider', () => {
  it.each([
    ['queued', 'under-way'],
    ['sending', 'under-way'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
  ] as const)('reads %s as %s', (status, state) => {
    expect(twilio({ MessageSid: SID, MessageStatus: status }, 'hm_1')).toEqual({
      ok: true,
      value: { kind: 'report', providerId: SID, state, reference: 'hm_1' },
    })
  })

  it.each([
    ['30003', TWILIO_CODES[30003]],
    ['30005', TWILIO_CODES[30005]],
    ['21610', { kind: 'permanent', blames: 'recipient', code: 'opted-out' }],
    ['39999', { kind: 'permanent', blames: 'network', code: 'provider-39999' }],
    ['<script>', { kind: 'permanent', blames: 'network', code: 'provider-unexplained' }],
  ])('reads why a message failed: %s', (ErrorCode, failure) => {
    const report = twilio({ MessageSid: SID, MessageStatus: 'undelivered', ErrorCode })
    expect(report).toMatchObject({ ok: true, value: { state: 'failed', failure } })
  })

  it('reads what a person answered, cut at ten segments', () => {
    const answer = {
      MessageSid: SID,
      SmsStatus: 'received',
      From: '+31612345678',
      To: '+3197010280000',
      Body: `PAID${'!'.repeat(5_000)}`,
    }
    const read = twilio(answer)
    expect(read).toMatchObject({ ok: true, value: { kind: 'reply', from: '+31612345678' } })
    if (read.ok && read.value.kind === 'reply') expect(read.value.text).toHaveLength(1_600)
  })

  it.each([
    [{ MessageStatus: 'sent' }, 'MessageSid'],
    [{ MessageSid: 'a b', MessageStatus: 'sent' }, 'MessageSid'],
    [{ MessageSid: SID, MessageStatus: 'flying' }, 'MessageStatus'],
    [{ MessageSid: SID, From: '0612345678', To: '1', Body: 'x' }, 'From'],
    [{ MessageSid: SID, From: '+31612345678', Body: 'x' }, 'To'],
    [{ MessageSid: SID, From: '+31612345678', To: 'Shop' }, 'Body'],
  ])('refuses %j and names %s', (parameters, member) => {
    expect(twilio(parameters as Record<string, string>)).toEqual({
      ok: false,
      error: { code: 'callback-invalid', member },
    })
  })
})

describe('callbacks of the generic provider', () => {
  const failure = { kind: 'permanent', blames: 'recipient', code: 'number-unknown' }

  it.each([
    [{ type: 'sms.report', id: 'p1', state: 'delivered', reference: 'hm_1' }],
    [{ type: 'sms.report', id: 'p1', state: 'failed', failure }],
    [{ type: 'sms.reply', id: 'p1', from: '+31612345678', to: 'Shop', text: 'STOP' }],
  ])('reads %j', (content) => {
    expect(readGenericCallback(content)).toMatchObject({ ok: true, value: { providerId: 'p1' } })
  })

  it.each([
    [null, 'body'],
    [[], 'body'],
    [{ type: 'sms.report', id: 7 }, 'id'],
    [{ type: 'sms.other', id: 'p1' }, 'type'],
    [{ type: 'sms.report', id: 'p1', state: 'gone' }, 'state'],
    [{ type: 'sms.report', id: 'p1', state: 'sent', reference: 'a b' }, 'reference'],
    [{ type: 'sms.report', id: 'p1', state: 'failed' }, 'failure'],
    [
      { type: 'sms.report', id: 'p1', state: 'failed', failure: { ...failure, kind: 'x' } },
      'failure',
    ],
    [{ type: 'sms.reply', id: 'p1', from: '31612345678', to: 'Shop', text: 'x' }, 'from'],
    [{ type: 'sms.reply', id: 'p1', from: '+31612345678', to: 'Shop', text: 7 }, 'text'],
  ])('refuses %j and names %s', (content, member) => {
    expect(readGenericCallback(content)).toEqual({
      ok: false,
      error: { code: 'callback-invalid', member },
    })
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (content) => {
        readGenericCallback(content)
      }),
    )
  })
})

describe('whose callback it is', () => {
  // The example of the provider's own documentation.
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const parameters = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  })
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='

  it('accepts the example of the provider, with the port written or not', () => {
    expect(isTwilioCallback({ url, parameters, signature }, '12345')).toBe(true)
    const withPort = url.replace('.com/', '.com:443/')
    expect(isTwilioCallback({ url: withPort, parameters, signature }, '12345')).toBe(true)
  })

  it.each([
    ['another address', { url: `${url}0` }],
    ['another port', { url: url.replace('.com/', '.com:8443/') }],
    ['http', { url: url.replace('https', 'http') }],
    ['a changed parameter', { parameters: new URLSearchParams({ To: '+1' }) }],
    ['an empty signature', { signature: '' }],
    ['a short signature', { signature: 'RSOY' }],
    ['no base64', { signature: '%%%' }],
  ])('refuses %s', (_title, change) => {
    expect(isTwilioCallback({ url, parameters, signature, ...change }, '12345')).toBe(false)
  })

  it('refuses another account', () => {
    expect(isTwilioCallback({ url, parameters, signature }, '12346')).toBe(false)
  })

  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const body = '{"type":"sms.reply"}'

  function signed(at: Date, text = body) {
    return {
      'webhook-id': 'm1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('m1', at, text),
    }
  }

  it('accepts a signed webhook and refuses a changed, an old and an unsigned one', () => {
    const now = new Date()
    expect(isSignedCallback({ headers: signed(now), body }, secret)).toBe(true)
    expect(isSignedCallback({ headers: signed(now), body: `${body} ` }, secret)).toBe(false)
    const old = new Date(now.getTime() - 600_000)
    expect(isSignedCallback({ headers: signed(old), body }, secret)).toBe(false)
    expect(isSignedCallback({ headers: {}, body }, secret)).toBe(false)
  })
})
