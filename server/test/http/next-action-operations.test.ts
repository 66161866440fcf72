import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPERIMENT } from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  type TestApp,
  type TestCreditor,
} from '../support/build-test-app.ts'

let test: TestApp
let other: TestCreditor
beforeAll(async () => {
  test = await buildTestApp()
  other = await test.addCreditor()
})
afterAll(() => test?.close())

describe('the policy of a creditor', () => {
  const url = '/v1/action-policy'

  it('is the journey until the creditor says otherwise, and no one else’s', async () => {
    expect((await test.send({ url })).json).toEqual({ mode: 'journey', since: null })
    const put = await test.send({ method: 'PUT', url, body: { mode: 'best-action' } })
    expect(put.json).toMatchObject({ mode: 'best-action', since: expect.any(String) })
    expect((await test.send({ url })).json).toEqual(put.json)
    expect((await test.send({ url, as: other })).json).toEqual({ mode: 'journey', since: null })
  })

  it('shows the choices that were made: none without a claim', async () => {
    const choices = await test.send({ url: '/v1/action-choices' })
    expect(choices.json).toEqual({ data: [], nextCursor: null })
  })
})

describe('an experiment', () => {
  const url = '/v1/experiments'

  it('is begun, read, drawn and stopped, one at a time', async () => {
    const begun = await test.send({ method: 'POST', url, body: EXPERIMENT })
    expect(begun.status).toBe(201)
    expect(begun.json).toMatchObject({ ...EXPERIMENT, endedAt: null, endedBecause: null })
    const own = `${url}/${begun.json['id']}`
    expect((await test.send({ url: own })).json).toMatchObject({
      experiment: begun.json,
      verdict: 'too-few',
      brokenGuardRails: [],
      arms: [{ arm: 'champion', people: 0 }, { arm: 'challenger' }, { arm: 'hold-out' }],
      days: [],
    })
    const chart = await test.send({ url: `${own}/chart` })
    expect([chart.status, chart.headers['content-type']]).toEqual([200, 'image/svg+xml'])
    expect(chart.text).toContain('policy: nothing yet.')
    expect(chart.text).not.toContain('<script')
    expectProblem(
      await test.send({ method: 'POST', url, body: EXPERIMENT }),
      409,
      'experiment-runs',
    )
    const stop = { method: 'POST', url: `${own}/stop` } as const
    expect((await test.send(stop)).json).toMatchObject({ endedBecause: 'stopped' })
    expectProblem(await test.send(stop), 409, 'experiment-over')
    expect((await test.send({ url })).json['data']).toHaveLength(1)
  })

  it('needs shares that leave a champion', async () => {
    const body = { ...EXPERIMENT, challengerPercent: 60, holdOutPercent: 40 }
    expectProblem(await test.send({ method: 'POST', url, body }), 422, 'percent-invalid')
  })
})
