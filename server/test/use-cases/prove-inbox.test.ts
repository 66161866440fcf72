import { generateSigningKey, verifyHop, verifyMessage } from '@parley/sdk/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { proveInbox } from '../../src/use-cases/prove-inbox.ts'
import { pullInbox } from '../../src/use-cases/pull-inbox.ts'
import { type PushDeps, pushToAgent } from '../../src/use-cases/push-to-agent.ts'
import { readJwks } from '../../src/use-cases/read-metadata.ts'
import type { WorkOutcome } from '../../src/use-cases/work-outcome.ts'
import {
  type EnrolledAgent,
  enrolFor,
  hopOf,
  kindOfJws,
  payloadOf,
  provingInbox,
  say,
} from '../support/enrolled-agent.ts'
import { openFileWorld, startInbox } from '../support/file-world.ts'
import { answer, type Receiver } from '../support/http-receiver.ts'
import { issueClaim, outboxOf, type TestWorld } from '../support/test-world.ts'

const world = await openFileWorld()
let inbox: Receiver
let agent: EnrolledAgent
let debtorId: string
let deps: PushDeps & TestWorld['deps']

beforeEach(async () => {
  ;({ inbox, deps } = await startInbox(world))
  debtorId = (await issueClaim(world)).debtorId
  agent = await enrolFor(world, debtorId, `${inbox.origin}/inbox`)
  inbox.reply = provingInbox(world, () => agent)
})

const prove = (): Promise<WorkOutcome> =>
  proveInbox(deps, { creditorId: world.creditorId, enrolmentId: agent.enrolmentId })

const kinds = () => inbox.received.map(({ body }) => kindOfJws(body))

async function pulledKinds(): Promise<string[]> {
  const page = await pullInbox(world.deps, { pullToken: agent.pullToken })
  return page.ok ? page.value.messages.map(({ jws }) => kindOfJws(jws)) : []
}

async function pushAll(): Promise<void> {
  const deliveries = await world.deps.db.selectFrom('agent_deliveries').selectAll().execute()
  for (const { delivery_id: deliveryId } of deliveries) {
    await pushToAgent(deps, { creditorId: world.creditorId, deliveryId })
  }
}

async function provenAt(): Promise<number | null> {
  const row = await world.deps.db
    .selectFrom('enrolments')
    .select('inbox_proven_at')
    .where('enrolment_id', '=', agent.enrolmentId)
    .executeTakeFirstOrThrow()
  return row.inbox_proven_at
}

describe('[ENR-04] an inbox that was not proven', () => {
  it('is asked for its proof by a job, and gets nothing else', async () => {
    expect(await outboxOf(world, 'prove-inbox')).toEqual([{ enrolmentId: agent.enrolmentId }])
    await pushAll()
    expect(inbox.received).toEqual([])
    expect(await pulledKinds()).toEqual(['challenge', 'request'])
  })

  it('gets a challenge with no data of the debtor', async () => {
    inbox.reply = answer(500)
    await prove()
    const [jws] = inbox.received.map(({ body }) => body)
    const { nonce, ...claims } = payloadOf(jws ?? '')
    expect(Object.keys(claims).toSorted()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'prev', 'seq', 'sub', 'thr', 'ver'].toSorted(),
    )
    expect(claims).toMatchObject({ sub: agent.sub, thr: agent.thr, seq: 2 })
    expect(String(nonce).length).toBeGreaterThanOrEqual(22)
  })
})

describe('[ENR-04] the proof', () => {
  it('releases what waited, oldest first, and happens once', async () => {
    await issueClaim(world, { debtorId })
    expect(await prove()).toEqual({ kind: 'done' })
    expect(kinds()).toEqual(['challenge', 'request', 'request'])
    expect(await provenAt()).toBe(world.deps.clock.now())
    expect(await prove()).toEqual({ kind: 'done' })
    expect(kinds()).toHaveLength(3)
    expect(await pulledKinds()).toEqual([])
  })

  it('takes its place in the thread, so that the agent goes on after it', async () => {
    await prove()
    expect(agent.head.seq).toBe(3)
    expect(await say(world, agent, { kind: 'preference', body: { consent: true } })).toBe('noted')
  })

  it('lets later messages be pushed at once', async () => {
    await prove()
    await issueClaim(world, { debtorId })
    await pushAll()
    expect(kinds()).toEqual(['challenge', 'request', 'request'])
  })

  it('comes through when the first answer was lost', async () => {
    const proper = inbox.reply
    let noted = ''
    inbox.reply = (request, response) => {
      const write = response.end.bind(response)
      response.end = ((body: string) => {
        noted ||= body
        return write(inbox.received.length === 1 ? 'lost' : noted)
      }) as never
      proper(request, response)
    }
    expect(await prove()).toMatchObject({ kind: 'again' })
    expect(await prove()).toEqual({ kind: 'done' })
    expect(inbox.received[0]?.body).toBe(inbox.received[1]?.body)
  })
})

describe('[ENR-04] an inbox that answers anything else', () => {
  const stays = async (outcome: object) => {
    expect(await prove()).toMatchObject(outcome)
    expect(await provenAt()).toBeNull()
    await pushAll()
    expect(new Set(kinds())).toEqual(new Set(kinds().length === 0 ? [] : ['challenge']))
    inbox.reply = provingInbox(world, () => agent)
  }

  it.each([
    ['is silent', answer(200), 'the inbox answered no proof: serialization'],
    ['takes it without an answer', answer(202), 'the inbox answered 202'],
    ['does not know it', answer(404), 'the inbox answered 404'],
    ['fails', answer(503), 'the inbox answered 503'],
    [
      'redirects',
      answer(302, '', { location: 'https://elsewhere.example/' }),
      'the inbox: redirect',
    ],
  ])('is tried again when it %s', async (_what, reply, reason) => {
    inbox.reply = reply
    await stays({ kind: 'again', reason })
    expect(await prove()).toEqual({ kind: 'done' })
  })

  it('is tried again when it is slow', async () => {
    inbox.reply = () => {}
    await stays({ kind: 'again', reason: 'the inbox: timeout' })
    expect(await prove()).toEqual({ kind: 'done' })
  })

  it('is not proven by another key', async () => {
    const key = await generateSigningKey('ES256')
    inbox.reply = provingInbox(world, () => agent, { key })
    await stays({ kind: 'again', reason: 'the inbox answered no proof: key-unknown' })
    expect(await prove()).toEqual({ kind: 'done' })
  })

  it('is not proven by noted over another message', async () => {
    inbox.reply = provingInbox(world, () => agent, { body: { ref: 'A'.repeat(43) } })
    await stays({ kind: 'again', reason: 'the inbox answered no proof: ref' })
    expect(await prove()).toEqual({ kind: 'done' })
  })

  it('is not proven by noted in another thread, or of another sub', async () => {
    inbox.reply = provingInbox(world, () => agent, { claims: { thr: 'another-thread-of-mine' } })
    await stays({ kind: 'again', reason: 'the inbox answered no proof: thr' })
    inbox.reply = provingInbox(world, () => agent, { claims: { sub: 'sub_other' } })
    await stays({ kind: 'again', reason: 'the inbox answered no proof: thr' })
  })

  it('is not called where it may not be called', async () => {
    await world.deps.db
      .updateTable('enrolments')
      .set({ inbox: 'https://169.254.169.254/latest' })
      .execute()
    await stays({ kind: 'never', reason: 'address-blocked' })
  })
})

describe('[HOP-01] [HOP-02] [HOP-03] what is pushed', () => {
  it('carries a signature of the hop by a published key, with a nonce of its own', async () => {
    await issueClaim(world, { debtorId })
    await prove()
    const keys = await readJwks(world.deps)
    const { publicUrl: issuer, clock } = world.deps
    const nonces: string[] = []
    for (const received of inbox.received) {
      const policy = { issuer, keys, now: clock.now() }
      const verified = await verifyHop(hopOf(inbox.origin, received), policy)
      if (!verified.ok) throw new Error(verified.error.code)
      nonces.push(verified.value.nonce)
      expect(await verifyMessage(received.body, messagePolicy(keys))).toMatchObject({ ok: true })
      const tampered = { ...received, body: `${received.body} ` }
      expect(await verifyHop(hopOf(inbox.origin, tampered), policy)).toMatchObject({
        ok: false,
        error: { code: 'hop-digest' },
      })
    }
    expect(new Set(nonces).size).toBe(3)
  })

  const messagePolicy = (keys: Awaited<ReturnType<typeof readJwks>>) => ({
    typ: ['parley-challenge+jwt', 'parley-request+jwt'],
    keys,
    now: world.deps.clock.now(),
    audience: agent.iss,
    issuer: world.deps.publicUrl,
  })
})
