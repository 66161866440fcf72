// The customer's own copy through the customer's agent, and a contest that comes from there.
import { type ProfileMessage, parsePayload, peekClaims, verifyMessage } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { publishedKeys } from '../../src/domain/claim/published-keys.ts'
import { allSigningKeys } from '../../src/storage/signing-keys.ts'
import { endEnrolmentsOf } from '../../src/use-cases/end-enrolment.ts'
import { signCustomerProfile } from '../../src/use-cases/sign-customer-profile.ts'
import { enrolFor, enrolWith } from '../support/enrolled-agent.ts'
import { openFileWorld } from '../support/file-world.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'
import { tasksOf } from '../support/reply-world.ts'
import { eventsOf, issueClaim, tokenOf } from '../support/test-world.ts'
import { addressedClaim, expectRefusal, say, sign } from '../support/thread-talk.ts'

const world = await openFileWorld()

const PAID = paidBills(
  'ann',
  Array.from({ length: 6 }, (_, month) => {
    const day = `2025-0${month + 1}-15`
    return { dueOn: day, paidOn: day }
  }),
)

async function fetched(pullToken: string): Promise<ProfileMessage> {
  const signed = await signCustomerProfile(world.deps, pullToken)
  const peeked = signed.ok ? peekClaims(signed.value) : undefined
  const parsed = peeked?.ok ? parsePayload('profile', peeked.value.payload) : undefined
  if (parsed?.ok !== true) throw new Error(`no profile: ${JSON.stringify({ signed, parsed })}`)
  return parsed.value
}

describe('[PRF-01] the copy of an agent', () => {
  it('is what the customer reads on the page, signed for this agent', async () => {
    await liveBills(world, PAID)
    const { claimId } = await issueClaim(world, { debtorId: 'ann' })
    const agent = await enrolFor(world, 'ann')
    const signed = await signCustomerProfile(world.deps, agent.pullToken)
    const verified = await verifyMessage(signed.ok && signed.value, {
      typ: 'parley-profile+jwt',
      keys: publishedKeys(await allSigningKeys(world.deps.db)),
      now: world.deps.clock.now(),
      audience: agent.iss,
      issuer: world.deps.publicUrl,
    })
    expect(verified).toMatchObject({ ok: true, value: { payload: { sub: agent.sub } } })
    const { facts, unknown, file, wrote } = await fetched(agent.pullToken)
    expect(facts.find(({ kind }) => kind === 'usual-delay')).toMatchObject({
      sentence: 'You mostly pay on the due date, as seen in 6 paid bills.',
      basis: 6,
      used: true,
    })
    expect(facts.find(({ about }) => about === claimId)).toBeDefined()
    expect(unknown).toContain('At what time you answer')
    expect(file[0]).toBe('Bills: 7, of them 6 paid and 1 open.')
    expect(wrote).toEqual([])
  })

  it('is refused to an agent that holds a link alone, whose link may have been forwarded', async () => {
    const { claimId } = await issueClaim(world)
    const agent = await enrolWith(world, { link: tokenOf(world, claimId) })
    expect(await signCustomerProfile(world.deps, agent.pullToken)).toMatchObject({
      ok: false,
      error: { code: 'peer-not-party' },
    })
  })

  it('is not there for nobody’s token, and after the enrolment', async () => {
    const { debtorId } = await issueClaim(world)
    const agent = await enrolFor(world, debtorId)
    const { creditorId } = world
    const notFound = { ok: false, error: { code: 'not-found' } }
    expect(await signCustomerProfile(world.deps, 'A'.repeat(43))).toMatchObject(notFound)
    await endEnrolmentsOf(world.deps, { creditorId, debtorId })
    expect(await signCustomerProfile(world.deps, agent.pullToken)).toMatchObject(notFound)
  })
})

describe('[PRF-02] a contest of an agent', () => {
  async function setting() {
    const { agent, claim } = await addressedClaim(world)
    const { creditorId, debtorId, claimId, thr } = claim
    await world.deps.db
      .insertInto('human_messages')
      .values({
        ...{ creditor_id: creditorId, message_id: 'hm_1', debtor_id: debtorId, claim_id: claimId },
        ...{ step: 'first-notice', channel: 'email', state: 'sent', created_at: 1, sent_at: 1 },
        template: 'payment-request-t1',
      })
      .execute()
    const contest = (body: object) => ({
      kind: 'contest' as const,
      thr,
      body: { requestId: claimId, ...body },
    })
    return { agent, claim, contest }
  }

  it('is answered with a status, and a person is asked', async () => {
    const { agent, claim, contest } = await setting()
    const said = contest({ step: 'first-notice', text: 'I had paid.' })
    const { typ, payload } = await say(world, agent, said)
    expect(typ).toBe('parley-status+jwt')
    expect(payload).toMatchObject({ requestId: claim.claimId, claim: 'open' })
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'review-contest', details: { channel: 'agent', text: 'I had paid.' } },
    ])
    const events = await eventsOf(world, claim.claimId)
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'profile.contested',
        data: expect.objectContaining({ kind: 'step', channel: 'agent' }),
      }),
    )
  })

  it('is refused for what is not the debtor’s', async () => {
    const { agent, contest } = await setting()
    await expectRefusal(
      world,
      await sign(world, agent, contest({ step: 'never-taken' })),
      'not-found',
    )
    await expectRefusal(world, await sign(world, agent, contest({ factId: 'lf_1' })), 'not-found')
    await expectRefusal(world, await sign(world, agent, contest({})), 'schema')
  })
})
