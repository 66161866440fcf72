import {
  AGREEMENT_TYP,
  agreementSignature,
  choosePlan,
  deriveAgreement,
  type EvidenceBundle,
  generateSigningKey,
  keyRecordOf,
  type MessageKind,
  parseAmount,
  planHash,
  signMessage,
  toBase64Url,
  typOf,
  verifyEvidence,
} from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { findThread } from '../../src/storage/threads.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { checkPlanChoice, choosePlan as choosePlanOnPage } from '../../src/use-cases/choose-plan.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { paymentThread } from '../../src/use-cases/receive-payment.ts'
import { signedHop } from '../support/bank-hop.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import {
  claimNow,
  DAY,
  enrolTestAgent,
  issueClaim,
  requestOf,
  type TestAgent,
  tokenOf,
  transcriptOf,
} from '../support/test-world.ts'

const world = await openFileWorld({ oneMenu: true })

async function evidenceOf({ claimId }: Claim): Promise<EvidenceBundle> {
  const { deps, creditorId } = world
  const bundle = await exportEvidence(deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.detail)
  return JSON.parse(JSON.stringify(bundle.value)) as EvidenceBundle
}

/** Hands in a message that follows the last one of a thread; refused messages fail the test. */
async function say(
  from: { iss: string; key: TestAgent['key'] },
  message: { kind: MessageKind; thr: string; sub: string; body: object; jti?: string },
) {
  const { deps } = world
  const thread = await findThread(deps.db, message.thr)
  const now = deps.clock.now()
  const claims = {
    ver: '1.0',
    iss: from.iss,
    aud: deps.publicUrl,
    sub: message.sub,
    jti: message.jti ?? toBase64Url(deps.ids.randomBytes(16)),
    iat: now,
    exp: now + 900,
    thr: message.thr,
    seq: (thread?.lastSeq ?? -1) + 1,
    prev: thread?.lastHash ?? null,
  }
  const jws = await signMessage(typOf(message.kind), { ...claims, ...message.body }, from.key)
  const hop = await signedHop(jws, { key: from.key, now })
  const reply = await receiveMessage(deps, jws, hop)
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.detail}`)
  return reply.value
}

/** Lets the agent accept three instalments from the due date on. */
async function accept(claim: Claim, agent: TestAgent, payBy?: { bank: string }): Promise<void> {
  const { deps } = world
  const request = await requestOf(world, claim)
  const thread = await findThread(deps.db, claim.thr)
  const principal = parseAmount(request.amount)
  const plan = choosePlan(request.menu, '3-P1M', claim.dueDate)
  if (!principal.ok || !plan.ok) throw new Error('the menu has no such row')
  const jti = toBase64Url(deps.ids.randomBytes(16))
  const answer = {
    jti,
    iat: deps.clock.now(),
    prev: thread?.lastHash ?? '',
    ...(payBy && { payBy }),
  }
  const facts = { request, principal: principal.value, plan: plan.value, answer }
  const { bytes } = await deriveAgreement(facts)
  await say(agent, {
    kind: 'accept',
    thr: claim.thr,
    sub: agent.sub,
    jti,
    body: {
      requestId: claim.claimId,
      menuId: request.menu.menuId,
      rowId: '3-P1M',
      firstDueDate: claim.dueDate,
      planHash: await planHash(principal.value, plan.value),
      ...(payBy && { payBy }),
      agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, agent.key),
    },
  })
}

async function addressedClaim() {
  const issued = await issueClaim(world)
  const agent = await enrolTestAgent(world, issued.debtorId)
  return { agent, claim: await claimNow(world, issued.claimId) }
}

describe('exportEvidence', () => {
  it('proves a request that nobody answered', async () => {
    const bundle = await evidenceOf(await issueClaim(world))
    expect(await verifyEvidence(bundle)).toEqual({
      ok: true,
      checked: { messages: 1, agreements: 0, signatures: 1, erased: 0 },
      faults: [],
      findings: [],
    })
    expect(bundle.parties.map(({ iss, role }) => [iss, role])).toEqual([
      ['https://pay.example', 'creditor'],
    ])
  })

  it('[EVI-01] [PAY-10] proves a negotiation, its agreement, a payment by a bank and the receipt', async () => {
    const { agent, claim } = await addressedClaim()
    const bank = { iss: 'https://bank.example', key: await generateSigningKey('ES256') }
    const record = keyRecordOf({ ...bank.key.publicJwk, kid: bank.key.kid })
    if (!record.ok) throw new Error('the key of the test is no key')
    world.deps.peerKeys = { resolverFor: () => async () => ({ ok: true, value: record.value }) }
    world.pass(60)
    await say(agent, {
      kind: 'counter',
      thr: claim.thr,
      sub: agent.sub,
      body: await counterBody(claim),
    })
    world.pass(60)
    await accept(claim, agent, { bank: bank.iss })
    const [jws] = (await evidenceOf(claim)).agreements
    const { agreementId, lines } = JSON.parse(
      Buffer.from(jws?.payload ?? '', 'base64url').toString(),
    )
    world.pass(17 * DAY)
    const order = { requestId: claim.claimId, agreementId, ...lines[0] }
    const { dueDate: _, ...payment } = order
    const thr = await paymentThread(agreementId, 1)
    const fromBank = { kind: 'payment', thr, sub: agent.sub } as const
    await say(bank, { ...fromBank, body: { ...payment, status: 'ACCP' } })
    await say(bank, { ...fromBank, body: { ...payment, status: 'ACSC', fencing: 1 } })
    world.pass(DAY)
    await receive(world, { amount: '40.00', bankReference: 'B1', reference: claim.reference })

    const bundle = await evidenceOf(claim)
    const said = await transcriptOf(world, claim.thr)
    expect(said.map(({ typ }) => typ)).toEqual(
      ['request', 'counter', 'menu', 'accept', 'receipt'].map((kind) => `parley-${kind}+jwt`),
    )
    expect(await verifyEvidence(bundle)).toEqual({
      ok: true,
      checked: { messages: 1 + 5 + 4, agreements: 1, signatures: 12, erased: 0 },
      faults: [],
      findings: [],
    })
    expect(bundle.parties.map(({ iss, role }) => [iss, role])).toEqual([
      ['https://pay.example', 'creditor'],
      [agent.iss, 'agent'],
      [bank.iss, 'bank'],
    ])
  })

  it('proves a plan that a person chose on the page', async () => {
    const claim = await issueClaim(world)
    const token = tokenOf(world, claim.claimId)
    const choice = { token, rowId: '3-P1M', firstDueDate: claim.dueDate }
    const checked = await checkPlanChoice(world.deps, choice)
    if (!checked.ok) throw new Error(checked.error.detail)
    const { planHash: hash } = checked.value
    const chosen = await choosePlanOnPage(world.deps, { ...choice, planHash: hash })
    expect(chosen).toMatchObject({ ok: true })
    expect(await verifyEvidence(await evidenceOf(claim))).toMatchObject({
      ok: true,
      checked: { messages: 1, agreements: 1, signatures: 2 },
    })
  })

  it('proves a plan chosen on the page while an agent was asked', async () => {
    const { claim } = await addressedClaim()
    world.pass(2 * DAY)
    const choice = { token: tokenOf(world, claim.claimId), rowId: '1', firstDueDate: '2026-03-30' }
    const checked = await checkPlanChoice(world.deps, choice)
    if (!checked.ok) throw new Error(checked.error.detail)
    await choosePlanOnPage(world.deps, { ...choice, planHash: checked.value.planHash })
    const report = await verifyEvidence(await evidenceOf(claim))
    expect(report).toMatchObject({ ok: true, checked: { agreements: 1 } })
  })

  it('proves a cancelled request, and what every agent of the debtor said', async () => {
    const { claim } = await addressedClaim()
    await enrolTestAgent(world, claim.debtorId, 'Ed25519')
    const { creditorId, deps } = world
    await cancelPaymentRequest(deps, { creditorId, claimId: claim.claimId, reason: 'PAID' })
    const bundle = await evidenceOf(claim)
    expect(await verifyEvidence(bundle)).toMatchObject({ ok: true })
    expect(bundle.parties.map(({ role }) => role)).toEqual(['creditor', 'agent', 'agent'])
    expect(bundle.threads).toHaveLength(3)
  })

  it('shows the times of retired keys, and old messages stay proved', async () => {
    const { claim } = await addressedClaim()
    world.pass(DAY)
    const retiredAt = world.deps.clock.now()
    const { pool } = world.store
    await pool.query('update signing_keys set retired_at = $1', [retiredAt])
    try {
      const bundle = await evidenceOf(claim)
      expect(bundle.parties[0]?.jwks.keys).toMatchObject([{ exp: retiredAt }])
      expect(await verifyEvidence(bundle)).toMatchObject({ ok: true })
    } finally {
      await pool.query('update signing_keys set retired_at = null')
    }
  })

  it('gives out no message that was changed in the store', async () => {
    const { claim } = await addressedClaim()
    await world.store.pool.query(
      `update messages set jws = overlay(jws placing 'AAAA' from 200) where thr = $1`,
      [claim.thr],
    )
    await expect(evidenceOf(claim)).rejects.toThrow('a sealed field does not open')
  })

  it('holds no secret of the enrolment', async () => {
    const { claim } = await addressedClaim()
    const bundle = await evidenceOf(claim)
    const decoded = bundle.threads
      .flatMap(({ messages }) => messages.map((jws) => jws.split('.')[1] ?? ''))
      .map((payload) => Buffer.from(payload, 'base64url').toString())
    const text = [...decoded, JSON.stringify(bundle)].join()
    expect(text).not.toMatch(/activationCode|\/parley\/inbox\/|"d":|encrypted/)
  })

  it('does not know the claims of other creditors', async () => {
    const { claimId } = await issueClaim(world)
    expect(await exportEvidence(world.deps, { creditorId: 'cr_other', claimId })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })
})

/** A plan that the policy does not allow, so that the creditor offers its menu again. */
async function counterBody(claim: Claim) {
  const request = await requestOf(world, claim)
  const principal = parseAmount(request.amount)
  if (!principal.ok) throw new Error('no amount')
  const plan = {
    instalments: 50,
    interval: 'P1M' as const,
    priceBps: 0,
    firstDueDate: claim.dueDate,
  }
  return {
    requestId: claim.claimId,
    plan,
    planHash: await planHash(principal.value, plan),
    agreementSignature: { protected: 'e30', signature: 'A'.repeat(86) },
  }
}
