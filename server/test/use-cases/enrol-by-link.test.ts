import { ANYONE, generateSigningKey, verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { enrolAgent } from '../../src/use-cases/enrol-agent.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { readLinkedRequest } from '../../src/use-cases/read-linked-request.ts'
import { codeFor, enrolFor, enrolWith, payloadOf, signEnrol } from '../support/enrolled-agent.ts'
import { openFileWorld } from '../support/file-world.ts'
import { claimNow, DAY, issueClaim, requestOf, tokenOf } from '../support/test-world.ts'

const world = await openFileWorld()

async function tryLink(link: string) {
  const key = await generateSigningKey('ES256')
  return await enrolAgent(world.deps, await signEnrol(world, key, { link }))
}

const refusedWith = (code: string) => ({ ok: false, error: { code } })

async function linked(claimId: string): Promise<string> {
  const read = await readLinkedRequest(world.deps, tokenOf(world, claimId))
  if (!read.ok) throw new Error(read.error.code)
  return read.value
}

describe('[LNK-01] the request behind a link', () => {
  it('is the unaddressed one, the same at every call', async () => {
    const { claimId } = await issueClaim(world)
    const first = await linked(claimId)
    expect(payloadOf(first)).toMatchObject({ requestId: claimId, aud: ANYONE, sub: ANYONE })
    expect(await linked(claimId)).toBe(first)
  })

  it('is made once for a claim whose request went to an agent', async () => {
    const { debtorId } = await issueClaim(world)
    await enrolFor(world, debtorId)
    const { claimId, thr } = await issueClaim(world, { debtorId })
    const [first, second] = await Promise.all([linked(claimId), linked(claimId)])
    expect(payloadOf(first)).toMatchObject({ requestId: claimId, aud: ANYONE, sub: ANYONE })
    expect(second).toBe(first)
    expect(await claimNow(world, claimId)).toMatchObject({ thr, conversation: 'sent' })
    const bundle = await exportEvidence(world.deps, { creditorId: world.creditorId, claimId })
    expect(bundle.ok && (await verifyEvidence(bundle.value))).toMatchObject({ ok: true })
  })

  it('is signed anew once the old one has expired', async () => {
    const { claimId } = await issueClaim(world)
    const first = await linked(claimId)
    world.pass(31 * DAY)
    const second = await linked(claimId)
    expect(second).not.toBe(first)
    expect(Number(payloadOf(second)['exp'])).toBeGreaterThan(world.deps.clock.now())
  })

  it('is not there behind a link that we did not make', async () => {
    expect(await readLinkedRequest(world.deps, 'nothing')).toMatchObject(refusedWith('not-found'))
  })
})

describe('[ENR-01] [LNK-02] enrolling with a link', () => {
  it('brings the one claim, addressed to the agent in a new thread', async () => {
    const claim = await issueClaim(world)
    const other = await issueClaim(world, { debtorId: claim.debtorId })
    const agent = await enrolWith(world, { link: tokenOf(world, claim.claimId) })
    const now = await claimNow(world, claim.claimId)
    expect(now.thr).not.toBe(claim.thr)
    expect(now.conversation).toBe('sent')
    expect(await requestOf(world, now)).toMatchObject({
      requestId: claim.claimId,
      aud: agent.iss,
      sub: agent.sub,
    })
    expect(await claimNow(world, other.claimId)).toMatchObject({ conversation: 'none' })
  })

  it('does not bring later claims of the debtor', async () => {
    const { claimId, debtorId } = await issueClaim(world)
    await enrolWith(world, { link: tokenOf(world, claimId) })
    const later = await issueClaim(world, { debtorId })
    expect(later.conversation).toBe('none')
    const { enrolled } = await debtorOf(debtorId)
    expect(enrolled).toBe(false)
  })

  it('gives the same reply to the same message', async () => {
    const { claimId } = await issueClaim(world)
    const jws = await signEnrol(world, await generateSigningKey('Ed25519'), {
      link: tokenOf(world, claimId),
    })
    const first = await enrolAgent(world.deps, jws)
    world.pass(2 * DAY)
    expect(first).toMatchObject({ ok: true })
    expect(await enrolAgent(world.deps, jws)).toEqual(first)
  })

  it('is refused where an agent acts for the debtor already', async () => {
    const { claimId, debtorId } = await issueClaim(world)
    await enrolFor(world, debtorId)
    expect(await tryLink(tokenOf(world, claimId))).toMatchObject(refusedWith('enrolment-exists'))
  })

  it('is refused for a claim that another agent enrolled for', async () => {
    const { claimId, debtorId } = await issueClaim(world)
    const other = await issueClaim(world, { debtorId })
    await enrolWith(world, { link: tokenOf(world, claimId) })
    expect(await tryLink(tokenOf(world, claimId))).toMatchObject(refusedWith('enrolment-exists'))
    expect(await tryLink(tokenOf(world, other.claimId))).toMatchObject({ ok: true })
  })

  it('lets one of two agents in that come at the same time', async () => {
    const { claimId } = await issueClaim(world)
    const link = tokenOf(world, claimId)
    const both = await Promise.all([tryLink(link), tryLink(link)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject(refusedWith('enrolment-exists'))
  })

  it('is refused for a cancelled and for a settled claim', async () => {
    const { claimId } = await issueClaim(world)
    const { deps, creditorId } = world
    await cancelPaymentRequest(deps, { creditorId, claimId, reason: 'AM09' })
    expect(await tryLink(tokenOf(world, claimId))).toMatchObject(refusedWith('claim-not-open'))
    const paid = await issueClaim(world)
    await deps.db
      .updateTable('claims')
      .set({ claim_state: 'settled', paid: paid.principal })
      .where('claim_id', '=', paid.claimId)
      .execute()
    expect(await tryLink(tokenOf(world, paid.claimId))).toMatchObject(refusedWith('claim-not-open'))
  })

  it('is refused after an agreement', async () => {
    const { claimId } = await issueClaim(world)
    await world.deps.db.updateTable('claims').set({ conversation: 'agreed' }).execute()
    expect(await tryLink(tokenOf(world, claimId))).toMatchObject(refusedWith('agreement-exists'))
  })

  it('is refused for a link that we did not make', async () => {
    const { claimId } = await issueClaim(world)
    const forged = `${tokenOf(world, claimId).slice(0, 26)}${'A'.repeat(22)}`
    expect(await tryLink(forged)).toMatchObject(refusedWith('not-found'))
  })

  it('gives way to the code of the debtor, who then has one agent for all claims', async () => {
    const { claimId, debtorId } = await issueClaim(world)
    const byLink = await enrolWith(world, { link: tokenOf(world, claimId) })
    const whole = await enrolFor(world, debtorId)
    expect(await requestOf(world, await claimNow(world, claimId))).toMatchObject({ sub: whole.sub })
    const ended = await world.deps.db
      .selectFrom('enrolments')
      .select(['ended_at', 'ended_by'])
      .where('enrolment_id', '=', byLink.enrolmentId)
      .executeTakeFirstOrThrow()
    expect(ended).toEqual({ ended_at: world.deps.clock.now(), ended_by: 'replaced' })
  })
})

describe('[ENR-01] [THR-02] enrolling with a code', () => {
  it('works once', async () => {
    const { debtorId } = await issueClaim(world)
    const activationCode = await codeFor(world, debtorId)
    await enrolWith(world, { activationCode })
    const key = await generateSigningKey('ES256')
    const again = await signEnrol(world, key, { activationCode })
    expect(await enrolAgent(world.deps, again)).toMatchObject(refusedWith('activation-code-used'))
  })

  it('refuses a thread that exists', async () => {
    const { debtorId, thr } = await issueClaim(world)
    const key = await generateSigningKey('ES256')
    const activationCode = await codeFor(world, debtorId)
    const body = { activationCode, thr } as { activationCode: string }
    const taken = await signEnrol(world, key, body)
    expect(await enrolAgent(world.deps, taken)).toMatchObject(refusedWith('sequence-stale'))
  })
})

async function debtorOf(debtorId: string) {
  const { readDebtor } = await import('../../src/use-cases/manage-debtors.ts')
  const read = await readDebtor(world.deps, { creditorId: world.creditorId, debtorId })
  if (!read.ok) throw new Error(read.error.code)
  return read.value
}
