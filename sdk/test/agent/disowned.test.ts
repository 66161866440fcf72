// A creditor's server refuses with `enrolment-ended`, and no `revoke` has come. Nobody has signed that
// code, so it ends nothing by itself.
import { describe, expect, it } from 'vitest'
import type { AgentOptions } from '../../src/index.ts'
import { type AgentWorld, createAgentWorld } from '../support/agent-world.ts'
import { POLICY } from '../support/fixtures.ts'

const ENDED = { status: 403, code: 'enrolment-ended' }
const ASKING = { ...POLICY, askAbove: 0n }

type Way = [string, Partial<AgentOptions>, (world: AgentWorld) => Promise<unknown>]

/** Everything that an agent says, and to which it may hear the code. */
const WAYS: Way[] = [
  ['an answer', {}, async ({ push, peer }) => push(await peer.request())],
  [
    'a question',
    { policy: ASKING },
    async ({ agent, push, peer }) => {
      await push(await peer.request())
      const [thread] = await agent.threads()
      await agent.query(thread?.request.requestId ?? '')
    },
  ],
  [
    'an acknowledgement',
    { policy: ASKING, acknowledge: true },
    async ({ push, peer }) => push(await peer.request()),
  ],
  [
    'a wish',
    {},
    async ({ agent, store }) => {
      const [enrolment] = await store.enrolments()
      await agent.setPreferences(enrolment?.id ?? '', { payDay: 25 })
    },
  ],
]

async function hear(options: Partial<AgentOptions>, act: Way[2], prepare?: Way[2]) {
  const world = await createAgentWorld(options)
  world.peer.behaviour.problem = ENDED
  await prepare?.(world)
  await act(world)
  await world.agent.idle()
  return world
}

/** The inbox answers as to a token that nobody has. */
async function forgetInbox({ network, peer }: AgentWorld): Promise<void> {
  const unknown = { type: 'urn:parley:problem:not-found', code: 'not-found', status: 404 }
  network.serve(peer.origin, async (request) =>
    isPull(request) ? Response.json(unknown, { status: 404 }) : peer.serve(request),
  )
}

const isPull = ({ url }: { readonly url: string }) => url.includes('/parley/inbox/')
const pullsOf = ({ network }: AgentWorld) => network.log.filter(isPull).length

async function endOf({ store }: AgentWorld) {
  const [enrolment] = await store.enrolments()
  return enrolment?.state === 'ended' ? enrolment.endedBy : enrolment?.state
}

describe('[ENR-05] an agent that hears enrolment-ended', () => {
  it.each(WAYS)(
    'to %s ends the enrolment when its inbox is unknown, too',
    async (_, options, act) => {
      const world = await hear(options, act, forgetInbox)
      expect(await endOf(world)).toBe('creditor')
      const ended = world.events.filter(({ type }) => type === 'enrolment-ended')
      expect(ended).toMatchObject([{ endedBy: 'creditor' }])
      expect((await world.agent.threads()).map(({ stage }) => stage)).not.toContain('asking')

      const before = pullsOf(world)
      expect((await world.agent.pull()).inboxes).toEqual([])
      await world.agent.resume()
      expect(pullsOf(world)).toBe(before)
    },
  )

  it.each(WAYS)('to %s keeps the enrolment while its inbox goes on', async (_, options, act) => {
    const world = await hear(options, act)
    expect(pullsOf(world)).toBeGreaterThan(0)
    expect(await endOf(world)).toBe('active')
    world.peer.behaviour.problem = null
    await world.push(await world.peer.request())
    await world.agent.idle()
    expect((await world.agent.threads()).at(-1)?.stage).not.toBe('ended')
  })

  it('ends it by the revoke that waits in the inbox', async () => {
    const world = await hear({}, async ({ push, peer }) => {
      peer.inbox.push(await peer.next(peer.enrolmentThread(), 'revoke', {}))
      await push(await peer.request())
    })
    expect(await endOf(world)).toBe('creditor')
    const [enrolment] = await world.store.enrolments()
    const lane = enrolment?.state === 'ended' ? enrolment.lane.messages : []
    expect(lane.map(({ kind }) => kind)).toContain('revoke')
    expect(world.events.filter(({ type }) => type === 'enrolment-ended')).toHaveLength(1)
  })

  it('keeps it while the inbox cannot be reached', async () => {
    const world = await hear(
      {},
      async ({ push, peer }) => push(await peer.request()),
      async ({ network }) => {
        network.faultOf = (exchange) => (isPull(exchange) ? 'unreachable' : 'none')
      },
    )
    expect(await endOf(world)).toBe('active')
  })

  it('does not end it because its inbox alone is unknown', async () => {
    const world = await createAgentWorld()
    await forgetInbox(world)
    expect((await world.agent.pull()).inboxes).toMatchObject([
      { refusals: [{ code: 'peer-refused' }] },
    ])
    expect(await endOf(world)).toBe('active')
  })

  it('does not end it by another refusal', async () => {
    const world = await createAgentWorld()
    await forgetInbox(world)
    world.peer.behaviour.problem = { status: 403, code: 'peer-not-party' }
    await world.push(await world.peer.request())
    await world.agent.idle()
    expect(await endOf(world)).toBe('active')
    expect(pullsOf(world)).toBe(0)
  })
})
