// The acknowledgement thread of a conversation, and what it does to claim and journey.
import { describe, expect, it } from 'vitest'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import { claimNow, DAY, eventsOf, HOUR, transcriptOf } from '../support/test-world.ts'
import {
  acksOf,
  addressedClaim,
  expectRefusal,
  hand,
  lastHash,
  type Said,
  say,
  sign,
} from '../support/thread-talk.ts'

const world = await openFileWorld()

async function setting() {
  const { agent, claim } = await addressedClaim(world)
  const thr = await acksOf(claim.thr)
  const ref = await lastHash(world, claim.thr)
  const ack = (status: 'RCVD' | 'PRES', more: Partial<Said> = {}): Said => {
    return { kind: 'ack', thr, body: { requestId: claim.claimId, status, ref }, ...more }
  }
  return { agent, claim, thr, ack, now: () => claimNow(world, claim.claimId) }
}

describe('an acknowledgement', () => {
  it('[DLV-04] moves the conversation forward and is answered noted in its own thread', async () => {
    const { agent, claim, thr, ack, now } = await setting()
    const noted = await say(world, agent, ack('RCVD'))
    expect(noted.typ).toBe('parley-noted+jwt')
    expect(await now()).toMatchObject({ conversation: 'received', presentedAt: null })
    world.pass(60)
    await say(world, agent, ack('PRES'))
    const at = world.deps.clock.now()
    expect(await now()).toMatchObject({ conversation: 'presented', presentedAt: at })
    const said = await transcriptOf(world, thr)
    expect(said.map(({ typ, payload }) => [typ, payload['seq']])).toEqual([
      ['parley-ack+jwt', 0],
      ['parley-noted+jwt', 1],
      ['parley-ack+jwt', 2],
      ['parley-noted+jwt', 3],
    ])
    expect(said[1]?.payload['ref']).toBe(said[0]?.hash)
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.slice(-2)).toEqual(['payment-request.received', 'payment-request.presented'])
  })

  it('never moves it back, nor once it was answered, and is noted all the same', async () => {
    const { agent, claim, ack, now } = await setting()
    await say(world, agent, ack('PRES'))
    const { presentedAt } = await now()
    world.pass(HOUR)
    await say(world, agent, ack('RCVD'))
    await say(world, agent, ack('PRES'))
    expect(await now()).toMatchObject({ conversation: 'presented', presentedAt })
    const menuId = 'v1-0'
    await say(world, agent, {
      kind: 'decline',
      thr: claim.thr,
      body: { requestId: claim.claimId, menuId, nothingAcceptable: true },
    })
    expect((await say(world, agent, ack('PRES'))).typ).toBe('parley-noted+jwt')
    expect((await now()).conversation).toBe('impasse')
  })

  it('[THR-03] gets the same reply byte for byte, also after its term', async () => {
    const { agent, ack } = await setting()
    const jws = await sign(world, agent, ack('RCVD'))
    const first = await hand(world, jws)
    expect(first).toMatchObject({ ok: true })
    world.pass(2 * DAY)
    expect(await hand(world, jws)).toEqual(first)
  })

  it('opens its thread once when two come at the same time', async () => {
    const { agent, thr, ack } = await setting()
    const both = [await sign(world, agent, ack('RCVD')), await sign(world, agent, ack('RCVD'))]
    const replies = await Promise.all(both.map((jws) => hand(world, jws)))
    expect(replies.map((reply) => (reply.ok ? 'ok' : reply.error.code)).sort()).toEqual([
      'equivocation',
      'ok',
    ])
    expect(await transcriptOf(world, thr)).toHaveLength(2)
  })

  it('is refused for a message that the conversation does not have from us', async () => {
    const { agent, claim, ack } = await setting()
    const body = { requestId: claim.claimId, status: 'RCVD', ref: 'A'.repeat(43) }
    await expectRefusal(world, await sign(world, agent, ack('RCVD', { body })), 'message-unknown')
    const query = { kind: 'query' as const, thr: claim.thr, body: { requestId: claim.claimId } }
    await say(world, agent, query)
    const [, own] = await transcriptOf(world, claim.thr)
    const theirs = { ...body, ref: own?.hash }
    await expectRefusal(
      world,
      await sign(world, agent, ack('RCVD', { body: theirs })),
      'message-unknown',
    )
    await say(world, agent, ack('RCVD'))
  })

  it('is refused in the conversation, and an answer in its thread', async () => {
    const { agent, claim, thr, ack } = await setting()
    await expectRefusal(world, await sign(world, agent, ack('RCVD', { thr: claim.thr })), 'thr')
    await say(world, agent, ack('RCVD'))
    const query = { kind: 'query' as const, thr, body: { requestId: claim.claimId } }
    await expectRefusal(world, await sign(world, agent, query), 'thr')
  })

  it('is unknown for the request of another debtor, as for one that nobody has', async () => {
    const { agent, ack } = await setting()
    const other = await addressedClaim(world)
    const ref = await lastHash(world, other.claim.thr)
    const foreign = {
      thr: await acksOf(other.claim.thr),
      body: { requestId: other.claim.claimId, status: 'PRES', ref },
    }
    // The thread exists; the key that speaks is not its agent's.
    const jws = await sign(world, agent, ack('PRES', foreign))
    expect(await hand(world, jws)).toMatchObject({ ok: false })
    const body = { ...foreign.body, requestId: 'pr_00000000000000000000000000' }
    await expectRefusal(
      world,
      await sign(world, agent, ack('PRES', { ...foreign, body })),
      'not-found',
    )
  })
})

describe('[DUN-03] a fresh PRES', () => {
  const sweep = () => takeDueDunningSteps(world.deps, { limit: 10 })
  const mails = () => world.deps.db.selectFrom('human_messages').select('step').execute()

  it('keeps back the first message to the person for 72 hours, that one only', async () => {
    const { agent, claim, ack } = await setting()
    await say(world, agent, ack('PRES'))
    world.pass(24 * HOUR + 60)
    await sweep()
    expect(await mails()).toEqual([])
    const told = (await eventsOf(world, claim.claimId)).at(-1)
    expect(told).toMatchObject({ type: 'reminder.deferred', data: { reason: 'seen-by-person' } })
    world.pass(48 * HOUR)
    await sweep()
    const first = await mails()
    expect(first).toHaveLength(1)
    world.goTo('2026-04-03T09:00:00Z')
    await say(world, agent, ack('PRES'))
    await sweep()
    expect(await mails()).toHaveLength(2)
  })

  it('is needed for that: without it the person is written to at once', async () => {
    const { agent, ack } = await setting()
    await say(world, agent, ack('RCVD'))
    world.pass(24 * HOUR + 60)
    await sweep()
    expect(await mails()).toHaveLength(1)
  })
})
