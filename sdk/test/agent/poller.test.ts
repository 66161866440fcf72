import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPoller, type PollerOptions, type PullResult } from '../../src/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'

type Inbox = PullResult['inboxes'][number]

const READ: Inbox = {
  ...{ enrolmentId: 'e', stored: 0, known: 0, refusals: [], threads: [], complete: true },
}
const DOWN: Inbox = { ...READ, complete: false, refusals: [{ code: 'unreachable' }] }

/** A poller whose time is moved by hand: `next` ends the pause that was asked for. */
function createBench(
  answers: Array<readonly Inbox[] | Error>,
  options: Partial<PollerOptions> = {},
) {
  const pauses: number[] = []
  const errors: unknown[] = []
  let task: (() => void) | null = null
  let rounds = 0
  const poller = createPoller(
    {
      resume: async () => undefined,
      async pull() {
        rounds++
        const answer = answers.shift() ?? [READ]
        if (answer instanceof Error) throw answer
        return { inboxes: answer }
      },
    },
    {
      intervalSeconds: 60,
      jitter: 0,
      schedule(later, milliseconds) {
        pauses.push(milliseconds / 1000)
        task = later
        return () => {
          task = null
        }
      },
      onError: (error) => void errors.push(error),
      ...options,
    },
  )
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    ...{ poller, pauses, errors, settle },
    roundsMade: () => rounds,
    async next() {
      const due = task
      task = null
      due?.()
      await settle()
    },
  }
}

describe('a poller', () => {
  it('pulls at once and then at its interval', async () => {
    const bench = createBench([])
    bench.poller.start()
    bench.poller.start()
    await bench.settle()
    await bench.next()
    await bench.next()
    expect(bench.roundsMade()).toBe(3)
    expect(bench.pauses).toEqual([60, 60, 60])
  })

  it('doubles its pause while nobody can be reached, up to the longest, and starts over', async () => {
    const bench = createBench([[DOWN], [DOWN, DOWN], new Error('the store'), [DOWN], [READ]], {
      maxPauseSeconds: 500,
    })
    bench.poller.start()
    await bench.settle()
    for (let round = 0; round < 4; round++) await bench.next()
    expect(bench.pauses).toEqual([120, 240, 480, 500, 60])
    expect(bench.errors).toEqual([new Error('the store')])
  })

  it('keeps its pace while one creditor of several can be reached', async () => {
    const bench = createBench([[DOWN, READ]])
    bench.poller.start()
    await bench.settle()
    expect(bench.pauses).toEqual([60])
  })

  it('waits as long as the creditor asks', async () => {
    const bench = createBench([
      [{ ...DOWN, retryAfterSeconds: 900 }],
      [
        { ...DOWN, retryAfterSeconds: 900 },
        { ...DOWN, retryAfterSeconds: 300 },
      ],
      [{ ...DOWN, retryAfterSeconds: 1 }],
    ])
    bench.poller.start()
    await bench.settle()
    await bench.next()
    await bench.next()
    expect(bench.pauses).toEqual([900, 300, 480])
  })

  it('stops, and goes on when it is started again', async () => {
    const bench = createBench([])
    bench.poller.start()
    await bench.poller.stop()
    await bench.next()
    expect(bench.roundsMade()).toBe(1)
    expect(bench.pauses).toEqual([])
    bench.poller.start()
    await bench.settle()
    expect(bench.roundsMade()).toBe(2)
  })

  it('varies its pause by no more than its jitter', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(share, share, async (jitter, random) => {
        const bench = createBench([], { jitter, random: () => random })
        bench.poller.start()
        await bench.settle()
        expect(bench.pauses[0]).toBeGreaterThanOrEqual(60 * (1 - jitter) - 0.001)
        expect(bench.pauses[0]).toBeLessThanOrEqual(60 * (1 + jitter) + 0.001)
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    [{ intervalSeconds: 0 }],
    [{ intervalSeconds: Number.NaN }],
    [{ intervalSeconds: 1, jitter: 2 }],
  ])('refuses %j', (options) => {
    const agent = { resume: async () => undefined, pull: async () => ({ inboxes: [] }) }
    expect(() => createPoller(agent, options)).toThrow(RangeError)
  })

  it('lets an agent leave a creditor alone that asks for it', async () => {
    const { agent, network, peer, clock } = await createAgentWorld()
    let asked = 0
    network.serve(peer.origin, async (request) => {
      if (!request.url.includes('/parley/inbox/')) return peer.serve(request)
      asked++
      return new Response('', { status: 429, headers: { 'retry-after': '120' } })
    })
    expect((await agent.pull()).inboxes).toMatchObject([{ retryAfterSeconds: 120 }])
    clock.advance(119)
    expect((await agent.pull()).inboxes).toMatchObject([{ retryAfterSeconds: 1, complete: false }])
    expect(asked).toBe(1)
    clock.advance(1)
    await agent.pull()
    expect(asked).toBe(2)
  })

  it('is not kept from asking by a clock that was set back', async () => {
    const { agent, network, peer, clock } = await createAgentWorld()
    let asked = 0
    network.serve(peer.origin, (request) => {
      if (request.url.includes('/parley/inbox/')) asked++
      return peer.serve(request)
    })
    await agent.pull()
    clock.advance(-3_600)
    expect((await agent.pull()).inboxes).toMatchObject([{ complete: true }])
    expect(asked).toBe(2)
  })
})
