import { describe, expect, it } from 'vitest'
import { judgePush, judgeWebhook } from '../../../src/domain/delivery/judge-reply.ts'

describe('what the reply of an inbox says', () => {
  it.each([200, 201, 202, 204])('takes %i as an acknowledgement', (status) => {
    expect(judgePush(status)).toBe('delivered')
  })

  it.each([408, 409, 425, 429, 500, 502, 503, 504, 301, 307, 101])('tries again after %i', (s) => {
    expect(judgePush(s)).toBe('try-again')
  })

  it.each([400, 401, 403, 404, 405, 410, 413, 415, 422])('takes %i as a refusal', (status) => {
    expect(judgePush(status)).toBe('refused')
  })
})

describe('what the reply of a webhook endpoint says', () => {
  it.each([200, 202, 204])('takes %i as received', (status) => {
    expect(judgeWebhook(status)).toBe('delivered')
  })

  it('takes 410 as the end of the endpoint', () => {
    expect(judgeWebhook(410)).toBe('gone')
  })

  it.each([302, 400, 401, 404, 409, 429, 500, 503])('tries again after %i', (status) => {
    expect(judgeWebhook(status)).toBe('try-again')
  })
})
