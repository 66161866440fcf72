import {
  AGREEMENT_TYP,
  decodeUtf8,
  fromBase64Url,
  menuOffers,
  parseAgreement,
  signMessage,
  toBase64Url,
  typOf,
  verifyEvidence,
  verifyGeneralJws,
} from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { agreementOf } from '../../src/storage/agreements.ts'
import { type Claim, changeClaim, planLinesOf } from '../../src/storage/claims.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { checkPlanChoice, choosePlan } from '../../src/use-cases/choose-plan.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { setNegotiationPolicy } from '../../src/use-cases/manage-creditor.ts'
import { readJwks } from '../../src/use-cases/read-metadata.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  claimNow,
  DAY,
  enrolTestAgent,
  eventsOf,
  HOUR,
  issueClaim,
  requestOf,
  tokenOf,
  transcriptOf,
} from '../support/test-world.ts'

const world = await openFileWorld({ oneMenu: true })

const THREE = { rowId: '3-P1M', firstDueDate: '2026-03-20' }

async function confirmed(claim: Claim, choice = THREE) {
  const token = tokenOf(world, claim.claimId)
  const checked = await checkPlanChoice(world.deps, { token, ...choice })
  if (!checked.ok) throw new Error(checked.error.code)
  return { token, ...choice, planHash: checked.value.planHash }
}

/** Chooses and confirms; the claim as it is then. */
async function agreed(claim: Claim, choice = THREE): Promise<Claim> {
  const made = await choosePlan(world.deps, await confirmed(claim, choice))
  expect(made).toMatchObject({ ok: true })
  return await claimNow(world, claim.claimId)
}

async function agreementPayload(claim: Claim) {
  const stored = await agreementOf(world.deps.db, claim)
  if (stored?.jws == null) throw new Error('no agreement')
  const bytes = fromBase64Url(stored.jws.payload) ?? new Uint8Array()
  const parsed = parseAgreement(JSON.parse(decodeUtf8(bytes) ?? ''))
  if (!parsed.ok) throw new Error(`${parsed.error.pointer} ${parsed.error.detail}`)
  return { stored, agreement: parsed.value }
}

async function payPart(claim: Claim, paid: bigint): Promise<Claim> {
  await world.deps.db.transaction().execute((tx) => changeClaim(tx, claim, { paid }))
  return await claimNow(world, claim.claimId)
}

describe('a plan chosen on the page', () => {
  it('is agreed with the lines that the row and the day stand for', async () => {
    const claim = await agreed(await issueClaim(world))
    expect(claim).toMatchObject({ conversation: 'agreed', dunning: 'idle', price: 0n })
    const lines = await planLinesOf(world.deps.db, claim)
    expect(lines.map(({ dueDate, amount, paid }) => [dueDate, amount, paid])).toEqual([
      ['2026-03-20', 4_000n, 0n],
      ['2026-04-20', 4_000n, 0n],
      ['2026-05-20', 4_000n, 0n],
    ])
    expect(await dunningCaseOf(world.deps.db, claim)).toBeUndefined()
  })

  it('is signed by the creditor alone, over bytes that name the offer', async () => {
    const claim = await agreed(await issueClaim(world))
    const { stored, agreement } = await agreementPayload(claim)
    expect(stored.acceptedBy).toBe('portal')
    expect(agreement.answer).toMatch(/^portal-[A-Za-z0-9_-]{22}$/)
    expect(agreement.offer).toBe((await transcriptOf(world, claim.thr))[0]?.hash)
    const verified = await verifyGeneralJws(stored.jws, {
      typ: AGREEMENT_TYP,
      parties: [{ name: world.deps.publicUrl, keys: await readJwks(world.deps) }],
      now: world.deps.clock.now(),
    })
    expect(verified).toMatchObject({ ok: true })
  })

  it('stands in the timeline once', async () => {
    const claim = await agreed(await issueClaim(world))
    const events = await eventsOf(world, claim.claimId)
    expect(events.filter(({ type }) => type === 'negotiation.agreed')).toMatchObject([
      { data: { acceptedBy: 'portal', instalments: 3, firstDueDate: '2026-03-20' } },
    ])
  })

  it('proves itself offline, whether or not an agent was asked', async () => {
    const alone = await agreed(await issueClaim(world))
    const issued = await issueClaim(world)
    await enrolTestAgent(world, issued.debtorId)
    const asked = await agreed(await claimNow(world, issued.claimId))
    for (const claim of [alone, asked]) {
      const bundle = await exportEvidence(world.deps, claim)
      if (!bundle.ok) throw new Error(bundle.error.code)
      const report = await verifyEvidence(bundle.value)
      expect(report.faults).toEqual([])
      expect(report.checked.agreements).toBe(1)
    }
  })

  it('has no second effect when it is confirmed twice, even at once', async () => {
    const claim = await issueClaim(world)
    const choice = await confirmed(claim)
    const made = await Promise.all([1, 2, 3].map(() => choosePlan(world.deps, choice)))
    expect(new Set(made.map((it) => (it.ok ? it.value.agreementId : it.error.code))).size).toBe(1)
    expect(await choosePlan(world.deps, choice)).toMatchObject({ ok: true })
    const events = await eventsOf(world, claim.claimId)
    expect(events.filter(({ type }) => type === 'negotiation.agreed')).toHaveLength(1)
  })
})

describe('the rows of the page', () => {
  it('are those that the bot is offered, row for row', async () => {
    const claim = await issueClaim(world)
    const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
    const { menu } = await requestOf(world, claim)
    if (!page.ok) throw new Error(page.error.code)
    const rows = page.value.choices.map(({ lines: _, startsOn: __, ...row }) => row)
    expect(rows).toEqual(
      menu.rows.map(({ rowId, interval, firstDueFrom, firstDueTo }) => ({
        rowId,
        interval,
        firstDueFrom,
        firstDueTo,
      })),
    )
  })

  it('start from the due day, or from today once that has passed', async () => {
    const token = tokenOf(world, (await issueClaim(world)).claimId)
    const startOf = async () => {
      const page = await showClaimPage(world.deps, token)
      return page.ok ? page.value.choices.map(({ startsOn }) => startsOn) : []
    }
    expect(new Set(await startOf())).toEqual(new Set(['2026-03-27']))
    world.goTo('2026-04-20T08:00:00Z')
    expect(new Set(await startOf())).toEqual(new Set(['2026-04-20']))
  })

  it('[NEG-04] [NEG-05] follow the creditor’s newest policy, and the transcript shows the offer that was taken', async () => {
    const claim = await issueClaim(world)
    const widened = await setNegotiationPolicy(world.deps, {
      creditorId: world.creditorId,
      segment: 'default',
      terms: {
        tiers: [0],
        maxDeferralDays: 60,
        maxInstalments: 6,
        maxDurationDays: 300,
        minInstalment: '10.00',
        intervals: ['P2W'],
      },
    })
    expect(widened.ok).toBe(true)
    const choice = { rowId: '4-P2W', firstDueDate: '2026-05-20' }
    const after = await agreed(claim, choice)
    const [, offered] = await transcriptOf(world, claim.thr)
    expect(offered?.typ).toBe('parley-menu+jwt')
    const { agreement } = await agreementPayload(after)
    expect(agreement.offer).toBe(offered?.hash)
    expect(menuOffers(offered?.payload['menu'] as never, agreement.plan)).toBe(true)
    const bundle = await exportEvidence(world.deps, after)
    expect(bundle.ok && (await verifyEvidence(bundle.value)).faults).toEqual([])
  })

  it('move on with the days once the claim is overdue', async () => {
    const claim = await issueClaim(world)
    world.goTo('2026-04-20T08:00:00Z')
    const after = await agreed(claim, { rowId: '1', firstDueDate: '2026-05-20' })
    expect((await planLinesOf(world.deps.db, after))[0]?.dueDate).toBe('2026-05-20')
    const bundle = await exportEvidence(world.deps, after)
    expect(bundle.ok && (await verifyEvidence(bundle.value)).faults).toEqual([])
  })
})

describe('money that came in before', () => {
  it('counts for the first lines of the plan', async () => {
    const claim = await payPart(await issueClaim(world), 5_000n)
    const choice = await confirmed(claim)
    const checked = await checkPlanChoice(world.deps, choice)
    expect(checked.ok && checked.value.lines.map(({ amount }) => amount.value)).toEqual([
      '30.00',
      '40.00',
    ])
    const after = await agreed(claim)
    const lines = await planLinesOf(world.deps.db, after)
    expect(lines.map(({ amount, paid }) => [amount, paid])).toEqual([
      [4_000n, 4_000n],
      [4_000n, 1_000n],
      [4_000n, 0n],
    ])
    expect(outstandingOf(after)).toBe(7_000n)
    const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
    expect(page.ok && page.value.transfer.amount.minor).toBe(3_000n)
  })

  it('counts once when the agent was asked for the rest alone', async () => {
    const issued = await payPart(await issueClaim(world), 3_000n)
    await enrolTestAgent(world, issued.debtorId)
    const asked = await claimNow(world, issued.claimId)
    expect((await requestOf(world, asked)).amount.value).toBe('90.00')
    const after = await agreed(asked)
    expect(outstandingOf(after)).toBe(9_000n)
    const lines = await planLinesOf(world.deps.db, after)
    expect(lines.map(({ amount, paid }) => [amount, paid])).toEqual([
      [3_000n, 0n],
      [3_000n, 0n],
      [3_000n, 0n],
    ])
  })
})

describe('an agent that was asked', () => {
  async function asked() {
    const issued = await issueClaim(world)
    const agent = await enrolTestAgent(world, issued.debtorId)
    return { agent, claim: await claimNow(world, issued.claimId) }
  }

  it('is told by a signed status that the person has agreed', async () => {
    const { claim, agent } = await asked()
    const after = await agreed(claim)
    const { stored } = await agreementPayload(after)
    const transcript = await transcriptOf(world, claim.thr)
    expect(transcript.map(({ typ }) => typ)).toEqual(['parley-request+jwt', 'parley-status+jwt'])
    expect(transcript[1]?.payload).toMatchObject({
      aud: agent.iss,
      conversation: 'agreed',
      claim: 'open',
      outstanding: { value: '120.00', currency: 'EUR' },
      agreementId: stored.agreementId,
      nextStep: 'none',
    })
    const deliveries = await world.deps.db.selectFrom('agent_deliveries').select('seq').execute()
    expect(deliveries.map(({ seq }) => seq)).toEqual([0, 1])
  })

  it('cannot agree to another plan any more', async () => {
    const { claim, agent } = await asked()
    await agreed(claim)
    const transcript = await transcriptOf(world, claim.thr)
    const last = transcript.at(-1)
    const { menu } = await requestOf(world, claim)
    const now = world.deps.clock.now()
    const decline = await signMessage(
      typOf('decline'),
      {
        ver: '1.0',
        iss: agent.iss,
        aud: world.deps.publicUrl,
        sub: agent.sub,
        jti: toBase64Url(world.deps.ids.randomBytes(16)),
        iat: now,
        exp: now + HOUR,
        thr: claim.thr,
        seq: transcript.length,
        prev: last?.hash,
        requestId: claim.claimId,
        menuId: menu.menuId,
        nothingAcceptable: true,
      },
      agent.key,
    )
    expect(await receiveMessage(world.deps, decline)).toMatchObject({
      ok: false,
      error: { code: 'agreement-exists' },
    })
  })

  it('may have let its time pass: the person still agrees, and the proof holds', async () => {
    const { claim } = await asked()
    world.pass(24 * HOUR)
    await takeDueDunningSteps(world.deps, { limit: 10 })
    const after = await agreed(await claimNow(world, claim.claimId))
    const typs = (await transcriptOf(world, claim.thr)).map(({ typ }) => typ)
    expect(typs).toEqual(['parley-request+jwt', 'parley-status+jwt', 'parley-status+jwt'])
    const bundle = await exportEvidence(world.deps, after)
    expect(bundle.ok && (await verifyEvidence(bundle.value)).faults).toEqual([])
  })
})

describe('a choice that is refused', () => {
  async function refusalOf(claim: Claim, choice = THREE, planHash = 'x'.repeat(43)) {
    const token = tokenOf(world, claim.claimId)
    const checked = await checkPlanChoice(world.deps, { token, ...choice })
    const made = await choosePlan(world.deps, { token, ...choice, planHash })
    const stored = await agreementOf(world.deps.db, claim)
    const codes: string[] = [checked, made].map((it) => (it.ok ? 'ok' : it.error.code))
    return stored === undefined ? codes : [...codes, 'agreed']
  }

  it('refuses a token that is not ours with not-found', async () => {
    const token = 'x'.repeat(48)
    const made = await choosePlan(world.deps, { token, ...THREE, planHash: '' })
    expect(made).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('refuses a row that the menu does not have', async () => {
    const codes = await refusalOf(await issueClaim(world), { ...THREE, rowId: '9-P1W' })
    expect(codes).toEqual(['row-unknown', 'row-unknown'])
  })

  it('refuses a day before today and one after the window', async () => {
    const claim = await issueClaim(world)
    for (const firstDueDate of ['2026-03-09', '2026-09-01', 'tomorrow']) {
      const codes = await refusalOf(claim, { ...THREE, firstDueDate })
      expect(codes).toEqual(['date-outside-window', 'date-outside-window'])
    }
  })

  it('refuses a plan that is not the one that was shown', async () => {
    expect(await refusalOf(await issueClaim(world))).toEqual(['ok', 'plan-hash-mismatch'])
  })

  it('refuses a settled and a cancelled claim', async () => {
    const settled = await issueClaim(world)
    await world.deps.db
      .transaction()
      .execute((tx) => changeClaim(tx, settled, { state: 'settled', paid: settled.principal }))
    expect(await refusalOf(settled)).toEqual(['claim-settled', 'claim-settled'])
    const cancelled = await issueClaim(world)
    await cancelPaymentRequest(world.deps, { ...cancelled, reason: 'MODT' })
    expect(await refusalOf(cancelled)).toEqual(['claim-not-open', 'claim-not-open'])
  })

  it('refuses a second, other plan', async () => {
    const claim = await issueClaim(world)
    const other = await confirmed(claim, { rowId: '2-P1M', firstDueDate: '2026-03-20' })
    await agreed(claim)
    expect(await choosePlan(world.deps, other)).toMatchObject({
      ok: false,
      error: { code: 'agreement-exists' },
    })
  })

  it('takes the last day of the window, and the day after is refused', async () => {
    const claim = await issueClaim(world)
    const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
    const last = page.ok
      ? page.value.choices.find(({ rowId }) => rowId === '3-P1M')?.firstDueTo
      : ''
    expect(last).toBe('2026-04-26')
    const tooLate = { rowId: '3-P1M', firstDueDate: '2026-04-27' }
    expect(await refusalOf(claim, tooLate)).toContain('date-outside-window')
    await agreed(claim, { rowId: '3-P1M', firstDueDate: '2026-04-26' })
  })
})

describe('the page of a claim', () => {
  it('has a QR code for euros and none for another currency', async () => {
    const euro = await issueClaim(world)
    const pound = await issueClaim(world, { amount: { value: '120.00', currency: 'GBP' } })
    const [first, second] = await Promise.all(
      [euro, pound].map(({ claimId }) => showClaimPage(world.deps, tokenOf(world, claimId))),
    )
    expect(first?.ok && first.value.transfer.code?.payload).toContain(
      `EUR120.00\n\n${euro.reference}`,
    )
    expect(second?.ok && second.value.transfer.code).toBeNull()
  })

  it('counts days in the person’s zone', async () => {
    const claim = await issueClaim(world)
    world.goTo('2026-03-10T23:30:00Z')
    const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
    expect(page.ok && page.value.today).toBe('2026-03-11')
    world.pass(DAY)
  })
})
