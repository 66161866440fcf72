// A table of bodies that are well-formed and refused with 422, each with its code and the member at
// fault.
import { expect, it } from 'vitest'
import { expectProblem, type TestApp } from './build-test-app.ts'

export type RefusedBody = readonly [what: string, body: object, code: string, pointer: string]

/** Declares a test for each row. The app and the path are read when the tests run. */
export function refuseEach(
  target: { app: () => TestApp; method: 'POST' | 'PATCH' | 'PUT'; url: () => string },
  rows: readonly RefusedBody[],
): void {
  it.each(rows)('refuses %s', async (_what, body, code, pointer) => {
    const reply = await target.app().send({ method: target.method, url: target.url(), body })
    const { errors } = expectProblem(reply, 422, code)
    expect(errors).toMatchObject([{ pointer, code }])
  })
}
