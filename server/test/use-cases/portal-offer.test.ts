// A person on the page never gets a worse deal than a bot: what can be chosen there is every plan that a
// bot can reach by declining to the end, and each is agreed to at the same price.
import { type Menu, type MenuMessage, parseAmount, planOf, planTotal } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { sumOfPayments } from '../../src/domain/wording/describe-plan.ts'
import { groupChoices } from '../../src/http/portal/group-choices.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { checkPlanChoice, choosePlan } from '../../src/use-cases/choose-plan.ts'
import { setNegotiationPolicy } from '../../src/use-cases/manage-creditor.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { openFileWorld } from '../support/file-world.ts'
import { linesOf } from '../support/money-world.ts'
import {
  claimNow,
  debtorNamed,
  enrolTestAgent,
  issueClaim,
  requestOf,
  tokenOf,
} from '../support/test-world.ts'
import { say } from '../support/thread-talk.ts'

const world = await openFileWorld()

/** Prices, down payments, two rhythms, and a debtor who told a pay day. */
async function richClaim(): Promise<Claim> {
  const made = await setNegotiationPolicy(world.deps, {
    creditorId: world.creditorId,
    segment: 'default',
    terms: {
      maxDeferralDays: 30,
      maxInstalments: 6,
      maxDurationDays: 180,
      minInstalment: '10.00',
      intervals: ['P1M', 'P2W'],
      prices: [
        { priceBps: 0 },
        { priceBps: -200, lastDueWithinDays: 14 },
        { priceBps: 100, lastDueAfterDays: 90 },
      ],
      downPaymentsBps: [2_000],
      law: { freeOfChargeOnly: false, maxAprBps: 1_000, maxFee: '10.00' },
    },
  })
  expect(made.ok).toBe(true)
  const debtor = { ...debtorNamed('rich'), preferences: { payDay: 25 } }
  return await issueClaim(world, { debtor })
}

async function choicesOf(claim: Claim) {
  const page = await showClaimPage(world.deps, tokenOf(world, claim.claimId))
  if (!page.ok) throw new Error(page.error.code)
  return page.value.choices
}

/** The menus that a bot gets by declining to the end. */
async function menusOfBot(claim: Claim): Promise<Menu[]> {
  const agent = await enrolTestAgent(world, claim.debtorId)
  const { thr } = await claimNow(world, claim.claimId)
  const menus = [(await requestOf(world, { thr })).menu]
  while (menus.at(-1)?.final !== true) {
    const body = {
      requestId: claim.claimId,
      menuId: menus.at(-1)?.menuId,
      nothingAcceptable: false,
    }
    const { payload } = await say(world, agent, { kind: 'decline', thr, body })
    menus.push((payload as unknown as MenuMessage).menu)
  }
  return menus
}

describe('[NEG-05] the page of a claim', () => {
  it('offers at once every row of the last menu, and with it of all before', async () => {
    const claim = await richClaim()
    const shown = await choicesOf(claim)
    const menus = await menusOfBot(claim)
    const last = menus.at(-1)?.rows ?? []
    const windowOf = ({ rowId, firstDueFrom, firstDueTo }: (typeof last)[number]) =>
      [rowId, firstDueFrom, firstDueTo].join(' ')
    expect(menus.length).toBeGreaterThan(1)
    expect(shown.map((choice) => windowOf(choice as never))).toEqual(last.map(windowOf))
    const before = menus.flatMap(({ rows }) => rows)
    for (const row of before) {
      const choice = shown.find(({ rowId }) => rowId === row.rowId)
      expect(choice && choice.firstDueFrom <= row.firstDueFrom).toBe(true)
      expect(choice && choice.firstDueTo >= row.firstDueTo).toBe(true)
    }
    const inForm = groupChoices(shown).flatMap(({ lead, others }) => [lead, ...others])
    expect(inForm.map(({ rowId }) => rowId).toSorted()).toEqual(
      last.map(({ rowId }) => rowId).toSorted(),
    )
  })

  it('asks for each row what the bot would pay, to the cent', async () => {
    const claim = await richClaim()
    const shown = await choicesOf(claim)
    const { rows } = (await menusOfBot(claim)).at(-1) as Menu
    const principal = parseAmount({ value: '120.00', currency: 'EUR' })
    for (const row of rows) {
      const choice = shown.find(({ rowId }) => rowId === row.rowId)
      const total = principal.ok && planTotal(principal.value, planOf(row, row.firstDueFrom))
      expect(choice && sumOfPayments(choice.lines)).toEqual(total)
    }
  })

  it.each([
    ['5-P1M-d2000-p25', '2026-03-20', ['2026-03-20', '2026-04-25', '2026-05-25'], 2_400n],
    ['2-P2W-r200', '2026-03-20', ['2026-03-20', '2026-04-03'], 5_880n],
  ])('agrees to %s as it was shown', async (rowId, firstDueDate, days, first) => {
    const claim = await richClaim()
    const choice = { token: tokenOf(world, claim.claimId), rowId, firstDueDate }
    const checked = await checkPlanChoice(world.deps, choice)
    if (!checked.ok) throw new Error(checked.error.detail)
    const { planHash } = checked.value
    expect(await choosePlan(world.deps, { ...choice, planHash })).toMatchObject({ ok: true })
    const lines = await linesOf(world, claim)
    expect(lines.map(({ dueDate }) => dueDate).slice(0, 3)).toEqual(days)
    expect(lines[0]?.amount).toBe(first)
    expect(lines.map(({ dueDate }) => dueDate)).toEqual(
      checked.value.lines.map(({ dueDate }) => dueDate),
    )
  })
})
