import { describe, expect, it } from 'vitest'
import { ProblemError, readProblem } from '../../src/creditor/problem-error.ts'

describe('a problem', () => {
  it.each([
    [400, 'input', false],
    [401, 'authentication', false],
    [403, 'authentication', false],
    [404, 'not-found', false],
    [409, 'conflict', false],
    [410, 'not-found', false],
    [422, 'input', false],
    [429, 'busy', true],
    [500, 'server', true],
    [503, 'busy', true],
  ])('of status %i is of the family %s', (status, family, isRetryable) => {
    expect(new ProblemError(status, undefined)).toMatchObject({ family, isRetryable })
  })

  it('is retryable when the server says so', () => {
    const problem = {
      type: 'about:blank',
      title: 'Busy',
      status: 409,
      code: 'busy',
      retryable: true,
    }
    expect(new ProblemError(409, problem).isRetryable).toBe(true)
  })

  it('has the code unknown when the reply was something else', () => {
    for (const body of [null, 'bad gateway', {}, { code: 'x' }]) {
      expect(new ProblemError(502, readProblem(body)).code).toBe('unknown')
    }
  })
})
