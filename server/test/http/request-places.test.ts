import { ok } from '@parley/sdk/protocol'
import type { LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { operationsOf, readApiDocument } from '../../src/http/api-document.ts'
import { buildApp } from '../../src/http/app.ts'
import { type LoopLoad, watchLoop } from '../../src/http/loop-load.ts'
import type { Handler } from '../../src/http/operation.ts'
import { createRequestPlaces, type RequestPlaces } from '../../src/http/request-places.ts'

/** Lets everything run that waits for nothing but a turn. */
const turns = () => new Promise((resolve) => setImmediate(resolve))

const calm: LoopLoad = { isBusy: () => false }

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
    const places = createRequestPlaces({ load: calm, alone: 3, besideOthers: 1, inAll: 9 })
    expect(await enterAll(places, 4)).toHaveLength(3)
    expect(await enterAll(places, 1, 'b')).toHaveLength(1)
  })

  it('has few places beside others, and many again when they are gone', async () => {
    const places = createRequestPlaces({ load: calm, alone: 3, besideOthers: 1, inAll: 9 })
    const [leaveOther] = await enterAll(places, 1, 'b')
    const entered = await enterAll(places, 5)
    expect(entered).toHaveLength(1)
    leaveOther?.()
    await turns()
    expect(entered).toHaveLength(3)
  })

  it('counts agents as others, and lets them never wait', async () => {
    const places = createRequestPlaces({ load: calm, alone: 3, besideOthers: 1, inAll: 4 })
    expect(await enterAll(places, 20, '')).toHaveLength(20)
    expect(await enterAll(places, 2)).toHaveLength(1)
  })

  it('gives a place to who waited longest, and refuses who finds too many', async () => {
    const places = createRequestPlaces({ load: calm, alone: 1, besideOthers: 1, inAll: 3 })
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

  it('on a busy machine lets a flood rest for three times what its last request took', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    for (const [isBusy, isAlone, atOnce] of [
      [false, false, 2],
      [true, true, 2],
      [true, false, 1],
    ] as const) {
      const places = createRequestPlaces({
        alone: 1,
        besideOthers: 1,
        load: { isBusy: () => isBusy },
      })
      if (!isAlone) await enterAll(places, 1, 'b')
      const entered = await enterAll(places, 3)
      vi.advanceTimersByTime(100)
      entered[0]?.()
      await turns()
      expect(entered).toHaveLength(atOnce)
      expect(await enterAll(places, 1, '')).toHaveLength(1)
      vi.advanceTimersByTime(299)
      await turns()
      expect(entered).toHaveLength(atOnce)
      vi.advanceTimersByTime(1)
      await turns()
      expect(entered).toHaveLength(2)
    }
  })
})

describe('the load of the event loop', () => {
  it('is busy when it worked for a quarter of a second, and not when it waited', async () => {
    const load = watchLoop()
    const end = performance.now() + 300
    while (performance.now() < end);
    await turns()
    expect(load.isBusy()).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(load.isBusy()).toBe(false)
  })
})

describe('a flood of one creditor', () => {
  it('is answered with 429 beyond 128 at once, and another creditor is served', async () => {
    const gate = Promise.withResolvers<void>()
    const served: string[] = []
    const document = readApiDocument()
    const handle: Handler = async ({ creditorId }) => {
      served.push(creditorId)
      await gate.promise
      return ok({ status: 204 })
    }
    const app = await buildApp({
      document,
      handlers: Object.fromEntries(operationsOf(document).map(({ id }) => [id, handle])),
      authenticate: async (_scheme, token) => ({ creditorId: token ?? '' }),
      logger: pino({ level: 'silent' }),
      actAs: (_caller, work) => work(),
      isStoreAway: () => false,
    })
    const replies: LightMyRequestResponse[] = []
    const ask = async (creditor: string) => {
      const headers = { authorization: `Bearer ${creditor}` }
      replies.push(await app.inject({ url: '/v1/creditor', headers }))
    }
    const flood = Array.from({ length: 140 }, () => ask('flood'))
    while (replies.length < 12) await turns()
    const other = ask('other')
    while (!served.includes('other')) await turns()
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(12).fill(429))
    expect(replies[0]?.json()).toMatchObject({ code: 'too-many-requests' })
    expect(replies[0]?.headers['retry-after']).toBe('1')
    expect(served.filter((creditor) => creditor === 'flood')).toHaveLength(64)

    gate.resolve()
    await Promise.all([...flood, other])
    expect(replies.slice(12).map(({ statusCode }) => statusCode)).toEqual(Array(129).fill(204))
    await app.close()
  })
})
