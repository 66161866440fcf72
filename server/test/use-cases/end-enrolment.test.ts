import { signingInputHash } from '@parley/sdk/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { messagesOfThread } from '../../src/storage/threads.ts'
import { addressOpenClaims } from '../../src/use-cases/address-open-claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { endEnrolmentsOf } from '../../src/use-cases/end-enrolment.ts'
import { readDebtor } from '../../src/use-cases/manage-debtors.ts'
import { proveInbox } from '../../src/use-cases/prove-inbox.ts'
import { pullInbox } from '../../src/use-cases/pull-inbox.ts'
import { type PushDeps, pushToAgent } from '../../src/use-cases/push-to-agent.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import {
  type EnrolledAgent,
  enrolFor,
  enrolWith,
  handIn,
  kindOfJws,
  payloadOf,
  provingInbox,
  say,
  signNext,
} from '../support/enrolled-agent.ts'
import { openFileWorld, startInbox } from '../support/file-world.ts'
import type { Receiver } from '../support/http-receiver.ts'
import {
  claimNow,
  DAY,
  eventsOf,
  HOUR,
  issueClaim,
  requestOf,
  type TestWorld,
  tokenOf,
  transcriptOf,
} from '../support/test-world.ts'

const world = await openFileWorld()
let inbox: Receiver
let deps: PushDeps & TestWorld['deps']
let agent: EnrolledAgent
let claimId: string
let debtorId: string

beforeEach(async () => {
  ;({ inbox, deps } = await startInbox(world))
  inbox.reply = provingInbox(world, () => agent)
  ;({ claimId, debtorId } = await issueClaim(world))
  agent = await enrolFor(world, debtorId, `${inbox.origin}/inbox`)
})

const prove = () =>
  proveInbox(deps, { creditorId: world.creditorId, enrolmentId: agent.enrolmentId })

async function pushAll(): Promise<void> {
  const deliveries = await world.deps.db
    .selectFrom('agent_deliveries')
    .selectAll()
    .where('state', '=', 'waiting')
    .execute()
  for (const { delivery_id: deliveryId } of deliveries) {
    await pushToAgent(deps, { creditorId: world.creditorId, deliveryId })
  }
}

const endByCreditor = () => endEnrolmentsOf(world.deps, { creditorId: world.creditorId, debtorId })
const revoke = () => say(world, agent, { kind: 'revoke', body: {} })

async function decline() {
  const request = await requestOf(world, await claimNow(world, claimId))
  const { thr, menu } = request as typeof request & { thr: string }
  const said = await transcriptOf(world, thr)
  const head = { seq: said.length - 1, hash: said.at(-1)?.hash ?? '' }
  const body = { requestId: claimId, menuId: menu.menuId, nothingAcceptable: true }
  const jws = await signNext(world, { ...agent, thr, head }, { kind: 'decline', body })
  return await receiveMessage(world.deps, jws)
}

async function pull(after?: number) {
  return await pullInbox(world.deps, { pullToken: agent.pullToken, after })
}

describe('[ENR-05] the agent revokes', () => {
  it('and is told that it was noted, the same again for the same message', async () => {
    const jws = await signNext(world, agent, {
      kind: 'revoke',
      body: { reason: { code: 'customer' } },
    })
    const first = await handIn(world, agent, jws)
    const body = first.ok ? first.value.body : ''
    expect(kindOfJws(body)).toBe('noted')
    expect(payloadOf(body)).toMatchObject({ thr: agent.thr, sub: agent.sub, aud: agent.iss })
    world.pass(2 * DAY)
    expect(await receiveMessage(world.deps, jws)).toEqual(first)
    expect(
      (await eventsOf(world, claimId)).filter(({ type }) => type === 'enrolment.ended'),
    ).toEqual([
      { type: 'enrolment.ended', data: { by: 'agent' }, at: world.deps.clock.now() - 2 * DAY },
    ])
  })

  it('and its conversations turn to people at once', async () => {
    const agreed = await issueClaim(world, { debtorId })
    await world.deps.db
      .updateTable('claims')
      .set({ conversation: 'agreed' })
      .where('claim_id', '=', agreed.claimId)
      .execute()
    world.pass(HOUR)
    await revoke()
    const now = world.deps.clock.now()
    expect(await claimNow(world, claimId)).toMatchObject({
      conversation: 'timed-out',
      dunning: 'active',
      respondBy: now,
    })
    const steps = await world.deps.db
      .selectFrom('dunning_cases')
      .select(['claim_id', 'next_action_at'])
      .where('claim_id', '=', claimId)
      .execute()
    expect(steps).toEqual([{ claim_id: claimId, next_action_at: now }])
    expect(await claimNow(world, agreed.claimId)).toMatchObject({ conversation: 'agreed' })
    expect(await eventsOf(world, agreed.claimId)).not.toContainEqual(
      expect.objectContaining({ type: 'enrolment.ended' }),
    )
  })

  it('and its answers are refused from then on', async () => {
    await revoke()
    expect(await decline()).toMatchObject({ ok: false, error: { code: 'enrolment-ended' } })
    expect(await say(world, agent, { kind: 'preference', body: { consent: true } })).toBe(
      'enrolment-ended',
    )
    expect(await say(world, agent, { kind: 'revoke', body: {} })).toBe('enrolment-ended')
  })

  it('and gets nothing more, neither pushed nor pulled', async () => {
    await prove()
    await issueClaim(world, { debtorId })
    const before = inbox.received.length
    await revoke()
    const { deps, creditorId } = world
    await cancelPaymentRequest(deps, { creditorId, claimId, reason: 'AM09' })
    await pushAll()
    expect(inbox.received).toHaveLength(before)
    expect(await pull()).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('and later claims of the debtor go to people', async () => {
    await revoke()
    expect((await issueClaim(world, { debtorId })).conversation).toBe('none')
    const debtor = await readDebtor(world.deps, { creditorId: world.creditorId, debtorId })
    expect(debtor).toMatchObject({ ok: true, value: { enrolled: false } })
  })

  it('and work that was under way addresses nothing to it', async () => {
    const { creditorId, deps } = world
    await deps.db.updateTable('enrolments').set({ ended_at: null }).execute()
    await revoke()
    const key = { creditorId, enrolmentId: agent.enrolmentId }
    expect(await addressOpenClaims(deps, key)).toBe(0)
  })
})

describe('[ENR-05] what is refused of a revoke', () => {
  it('is one out of its place, of another sub or by another key, and nothing ends', async () => {
    const out = { kind: 'revoke', body: {} } as const
    expect(await say(world, agent, { ...out, claims: { seq: 9 } })).toBe('sequence')
    expect(await say(world, agent, { ...out, claims: { seq: 1 } })).toBe('sequence-stale')
    expect(await say(world, agent, { ...out, claims: { sub: 'sub_other' } })).toBe('sub')
    const other = await issueClaim(world)
    const stranger = await enrolFor(world, other.debtorId)
    expect(await say(world, agent, { ...out, key: stranger.key })).toBe('key-unknown')
    expect(await say(world, agent, { ...out, body: { reason: 'no object' } })).toBe('schema')
    expect(await say(world, agent, { ...out, claims: { thr: 'a-thread-of-nobody' } })).toBe(
      'not-found',
    )
    expect(await claimNow(world, claimId)).toMatchObject({ conversation: 'sent' })
    expect(await say(world, agent, out)).toBe('noted')
  })
})

describe('[ENR-05] the creditor revokes', () => {
  it('and the revoke is all that the agent can still pull, until it has stored it', async () => {
    expect(await endByCreditor()).toEqual({ ok: true, value: undefined })
    const page = await pull()
    const messages = page.ok ? page.value.messages : []
    expect(messages.map(({ jws }) => kindOfJws(jws))).toEqual(['revoke'])
    expect(payloadOf(messages[0]?.jws ?? '')).toMatchObject({
      thr: agent.thr,
      seq: agent.head.seq + 1,
      prev: agent.head.hash,
      sub: agent.sub,
    })
    const after = Number(messages[0]?.cursor)
    expect(await pull(after)).toEqual({ ok: true, value: { messages: [], more: false } })
    expect(await pull(after)).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('and the revoke is all that is pushed', async () => {
    await prove()
    const before = inbox.received.length
    await issueClaim(world, { debtorId })
    await endByCreditor()
    await pushAll()
    expect(inbox.received.slice(before).map(({ body }) => kindOfJws(body))).toEqual(['revoke'])
  })

  it('and takes what the agent says to that: noted, in the response or posted, once', async () => {
    await prove()
    const pushed = { creditorId: world.creditorId, debtorId }
    let answered = ''
    inbox.reply = (request, response) =>
      void notedOver(request.body).then((noted) => {
        answered = noted
        response.writeHead(200).end(noted)
      })
    await endEnrolmentsOf(world.deps, pushed)
    await pushAll()
    expect((await threadOf()).slice(-2)).toEqual(['revoke', 'noted'])
    expect(await receiveMessage(world.deps, answered)).toMatchObject({
      ok: true,
      value: { status: 204, body: '' },
    })
    expect(await threadOf()).toHaveLength(6)
  })

  it('and takes it posted by an agent that pulled', async () => {
    await endByCreditor()
    const page = await pull()
    const noted = await notedOver(page.ok ? (page.value.messages[0]?.jws ?? '') : '')
    const first = await receiveMessage(world.deps, noted)
    expect(first).toMatchObject({ ok: true, value: { status: 204 } })
    expect(await receiveMessage(world.deps, noted)).toEqual(first)
    expect((await threadOf()).slice(-2)).toEqual(['revoke', 'noted'])
  })

  it('and refuses noted over what is not there', async () => {
    const body = { ref: 'A'.repeat(43) }
    expect(await say(world, agent, { kind: 'noted', body })).toBe('not-found')
    expect(await say(world, agent, { kind: 'noted', body: {} })).toBe('schema')
  })

  it('and nothing is pushed to an inbox that was never proven', async () => {
    await endByCreditor()
    await pushAll()
    expect(await prove()).toEqual({ kind: 'done' })
    expect(inbox.received).toEqual([])
  })

  it('and answers are refused, and claims turn to people', async () => {
    await endByCreditor()
    expect(await decline()).toMatchObject({ ok: false, error: { code: 'enrolment-ended' } })
    expect(await claimNow(world, claimId)).toMatchObject({ conversation: 'timed-out' })
    expect((await eventsOf(world, claimId)).at(-1)).toMatchObject({
      type: 'enrolment.ended',
      data: { by: 'creditor' },
    })
  })

  it('and enrolments by links end with it', async () => {
    const other = await issueClaim(world)
    const byLink = await enrolWith(world, { link: tokenOf(world, other.claimId) })
    const key = { creditorId: world.creditorId, debtorId: other.debtorId }
    expect(await endEnrolmentsOf(world.deps, key)).toMatchObject({ ok: true })
    expect(await say(world, byLink, { kind: 'revoke', body: {} })).toBe('enrolment-ended')
    expect(await claimNow(world, other.claimId)).toMatchObject({ conversation: 'timed-out' })
  })

  it('is refused without an agent, and for a debtor of another creditor', async () => {
    await endByCreditor()
    expect(await endByCreditor()).toMatchObject({ ok: false, error: { code: 'not-found' } })
    const foreign = { creditorId: 'cr_other', debtorId }
    expect(await endEnrolmentsOf(world.deps, foreign)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })
})

describe('[ENR-05] an agent whose debtor enrolled another one', () => {
  it('is told by a revoke, while the claims go to the next agent', async () => {
    const next = await enrolFor(world, debtorId)
    const page = await pull()
    expect(page.ok && page.value.messages.map(({ jws }) => kindOfJws(jws))).toEqual(['revoke'])
    expect(await requestOf(world, await claimNow(world, claimId))).toMatchObject({ sub: next.sub })
    expect(await eventsOf(world, claimId)).not.toContainEqual(
      expect.objectContaining({ type: 'enrolment.ended' }),
    )
  })
})

async function notedOver(jws: string): Promise<string> {
  const ref = await signingInputHash(jws)
  const { seq } = payloadOf(jws) as { seq: number }
  const said = { kind: 'noted', body: { ref } } as const
  return await signNext(world, { ...agent, head: { seq, hash: ref } }, said)
}

async function threadOf(): Promise<string[]> {
  const { creditorId } = world
  const messages = await messagesOfThread(world.deps.db, { creditorId, thr: agent.thr })
  return messages.map(({ jws }) => kindOfJws(jws ?? ''))
}
