import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRequestPlaces, type RequestPlaces } from '../../src/http/request-places.ts'
import { invoiceWithDebtor } from '../support/api-samples.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'

/** Lets everything run that waits for nothing but a turn. */
const turns = () => new Promise((resolve) => setImmediate(resolve))

describe('places for requests', () => {
  const enterAll = async (places: RequestPlaces, count: number, creditorId = 'a') => {
    const entered: (() => void)[] = []
    for (let n = 0; n < count; n++) {
      void places.enter(creditorId).then((leave) => leave && entered.push(leave))
    }
    await turns()
    return entered
  }

  it('lets a creditor in while it has a place, and another one at any time', async () => {
    const places = createRequestPlaces({ alone: 3, besideOthers: 1, inAll: 9 })
    expect(await enterAll(places, 4)).toHaveLength(3)
    expect(await enterAll(places, 1, 'b')).toHaveLength(1)
  })

  it('has few places beside others, and many again when they are gone', async () => {
    const places = createRequestPlaces({ alone: 3, besideOthers: 1, inAll: 9 })
    const [leaveOther] = await enterAll(places, 1, 'b')
    const entered = await enterAll(places, 5)
    expect(entered).toHaveLength(1)
    leaveOther?.()
    await turns()
    expect(entered).toHaveLength(3)
  })

  it('counts agents as others, and lets them never wait', async () => {
    const places = createRequestPlaces({ alone: 3, besideOthers: 1, inAll: 4 })
    expect(await enterAll(places, 20, '')).toHaveLength(20)
    expect(await enterAll(places, 2)).toHaveLength(1)
  })

  it('gives a place to who waited longest, and refuses who finds too many', async () => {
    const places = createRequestPlaces({ alone: 1, besideOthers: 1, inAll: 3 })
    const first = await places.enter('a')
    const order: string[] = []
    const enter = async (name: string) => {
      const leave = await places.enter('a')
      order.push(name)
      return leave
    }
    const [second, third] = [enter('second'), enter('third')]
    expect(await places.enter('a')).toBeUndefined()
    first?.()
    const leaveSecond = await second
    await turns()
    expect(order).toEqual(['second'])
    leaveSecond?.()
    const leaveThird = await third
    expect(order).toEqual(['second', 'third'])
    leaveThird?.()
    expect(await places.enter('a')).toBeDefined()
  })
})

describe('a flood of one creditor', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await buildTestApp()
  })
  afterAll(() => test.close())

  it('is answered with 429 beyond 128 at once, and another creditor is not', async () => {
    const other = await test.addCreditor()
    const issue = () =>
      test.send({ method: 'POST', url: '/v1/payment-requests', body: invoiceWithDebtor() })
    const flood = Array.from({ length: 140 }, issue)
    const lists = Array.from({ length: 5 }, () =>
      test.send({ url: '/v1/payment-requests', as: other }),
    )
    const replies = await Promise.all(flood)
    const counts = Map.groupBy(replies, ({ status }) => status)
    expect(counts.get(201)).toHaveLength(128)
    const refused = counts.get(429) ?? []
    expect(refused).toHaveLength(12)
    expect(refused[0]?.json).toMatchObject({ code: 'too-many-requests' })
    expect(refused[0]?.headers['retry-after']).toBe('1')
    const statuses = (await Promise.all(lists)).map(({ status }) => status)
    expect(statuses).toEqual(lists.map(() => 200))
    expect((await issue()).status).toBe(201)
  })
})
