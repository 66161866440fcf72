// A negotiation as a conversation: menu after menu to the last, what stays firm meanwhile, how it ends,
// and what the creditor is told of it.
import {
  type Menu,
  type MenuMessage,
  menuOffers,
  type PlanTerms,
  peekClaims,
  planOf,
  type RequestMessage,
  verifyEvidence,
} from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { setNegotiationPolicy } from '../../src/use-cases/manage-creditor.ts'
import { enrolFor, say as sayAsEnrolled } from '../support/enrolled-agent.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  claimNow,
  DAY,
  debtorNamed,
  eventsOf,
  HOUR,
  issueClaim,
  requestOf,
  type TestAgent,
  transcriptOf,
} from '../support/test-world.ts'
import {
  addressedClaim,
  expectRefusal,
  hand,
  newestRequest,
  say,
  sign,
  signAccept,
  signCounter,
} from '../support/thread-talk.ts'

const world = await openFileWorld()

interface Talk {
  agent: TestAgent
  claim: Claim
}

const decline = ({ claim }: Talk, menu: Menu, nothingAcceptable = false) => ({
  kind: 'decline' as const,
  thr: claim.thr,
  body: { requestId: claim.claimId, menuId: menu.menuId, nothingAcceptable },
})

/** What came back on an answer: the next menu, or undefined at the end. */
function menuOf(payload: object): Menu | undefined {
  return (payload as Partial<MenuMessage>).menu
}

async function declined(talk: Talk, menu: Menu): Promise<Menu | undefined> {
  const { payload } = await say(world, talk.agent, decline(talk, menu))
  return menuOf(payload)
}

/** Declines until nothing more is offered; every menu in order. */
async function declineAll(talk: Talk): Promise<Menu[]> {
  const menus = [(await newestRequest(world, talk.claim.thr)).menu]
  for (;;) {
    const next = await declined(talk, menus.at(-1) as Menu)
    if (next === undefined) return menus
    menus.push(next)
  }
}

async function countered(talk: Talk, plan: PlanTerms): Promise<Menu | undefined> {
  const reply = await hand(world, await signCounter(world, talk.agent, talk.claim, plan))
  if (!reply.ok) throw new Error(reply.error.code)
  const peeked = peekClaims(reply.value.body)
  return peeked.ok ? menuOf(peeked.value.payload) : undefined
}

async function changePolicy(): Promise<void> {
  const made = await setNegotiationPolicy(world.deps, {
    creditorId: world.creditorId,
    segment: 'default',
    terms: {
      maxDeferralDays: 0,
      maxInstalments: 1,
      maxDurationDays: 0,
      minInstalment: '20.00',
      intervals: ['P1M'],
    },
  })
  expect(made.ok).toBe(true)
}

const FAR: PlanTerms = {
  instalments: 1,
  interval: null,
  priceBps: 0,
  firstDueDate: '2027-01-01',
}

/** The latest plan of the last menu that the first does not show. */
function onlyInTheLast(menus: readonly Menu[]): PlanTerms {
  const [first, last] = [menus[0] as Menu, menus.at(-1) as Menu]
  const plans = last.rows.map((row) => planOf(row, row.firstDueTo))
  const plan = plans.find((one) => !menuOffers(first, one))
  if (plan === undefined) throw new Error('the first menu is the last')
  return plan
}

/** What the timeline says of the answers. */
async function timeline({ claim }: Talk) {
  const events = await eventsOf(world, claim.claimId)
  const answers = ['countered', 'declined', 'impasse'].map((name) => `negotiation.${name}`)
  return events.filter(({ type }) => answers.includes(type))
}

describe('[NEG-08] declining', () => {
  it('gets menu after menu to the final one, and then the end', async () => {
    const talk = await addressedClaim(world)
    const menus = await declineAll(talk)
    expect(menus.map(({ tier, final }) => [tier, final])).toEqual([
      [0, false],
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ])
    for (const [index, { rows }] of menus.slice(0, -1).entries()) {
      const next = menus[index + 1] as Menu
      const ends = rows.flatMap((row) => [
        planOf(row, row.firstDueFrom),
        planOf(row, row.firstDueTo),
      ])
      expect(ends.filter((plan) => !menuOffers(next, plan))).toEqual([])
    }
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({ conversation: 'refused' })
  })

  it('[NEG-04] gets the menus of the policy that the request was made by, whatever changed since', async () => {
    const [talk, control] = [await addressedClaim(world), await addressedClaim(world)]
    const before = await declineAll(control)
    await changePolicy()
    world.pass(6 * HOUR)
    const menus = [(await newestRequest(world, talk.claim.thr)).menu]
    // A day passes between two of the answers, and midnight with it.
    const second = await declined(talk, menus[0] as Menu)
    world.pass(DAY - 6 * HOUR)
    const third = await declined(talk, second as Menu)
    expect([second, third]).toEqual(before.slice(1, 3))
    const named = [second, third].map((menu) => [menu?.policyVersion, menu?.policyHash])
    expect(new Set(named.map(String))).toEqual(
      new Set([`${menus[0]?.policyVersion},${menus[0]?.policyHash}`]),
    )
    // The control: a new request follows the new policy.
    const { claim } = await addressedClaim(world)
    expect((await requestOf(world, claim)).menu).toMatchObject({ policyVersion: 2 })
  })

  it('with nothing acceptable ends at once', async () => {
    const talk = await addressedClaim(world)
    const { menu } = await requestOf(world, talk.claim)
    const { payload } = await say(world, talk.agent, decline(talk, menu, true))
    expect(payload).toMatchObject({ conversation: 'impasse' })
  })
})

describe('[NEG-07] a counter', () => {
  it('outside of the policy gets the next menu, and the same one again counts as a decline', async () => {
    const talk = await addressedClaim(world)
    const tiers: (number | undefined)[] = []
    for (let round = 0; round < 4; round += 1) tiers.push((await countered(talk, FAR))?.tier)
    expect(tiers).toEqual([1, 2, 3, 4])
    expect(await countered(talk, FAR)).toBeUndefined()
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({ conversation: 'impasse' })
  })

  it('after the last menu gets it once more when it is the first', async () => {
    const talk = await addressedClaim(world)
    let menu: Menu | undefined = (await requestOf(world, talk.claim)).menu
    while (menu !== undefined && !menu.final) menu = await declined(talk, menu)
    expect(await countered(talk, FAR)).toEqual(menu)
    expect(await countered(talk, FAR)).toBeUndefined()
  })

  it('inside the policy is agreed to at once, though no menu showed it yet', async () => {
    const plan = onlyInTheLast(await declineAll(await addressedClaim(world)))
    const talk = await addressedClaim(world)
    expect(await countered(talk, plan)).toBeUndefined()
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({ conversation: 'agreed' })
    const { creditorId, claimId } = talk.claim
    const bundle = await exportEvidence(world.deps, { creditorId, claimId })
    const report = bundle.ok && (await verifyEvidence(JSON.parse(JSON.stringify(bundle.value))))
    expect(report).toMatchObject({ faults: [], checked: { agreements: 1 } })
  })

  it('inside the policy of the request is agreed to though the creditor has another now', async () => {
    const plan = onlyInTheLast(await declineAll(await addressedClaim(world)))
    const talk = await addressedClaim(world)
    await changePolicy()
    await countered(talk, plan)
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({ conversation: 'agreed' })
  })
})

describe('[NEG-06] [NEG-01] an accept', () => {
  const from = async (
    talk: Talk,
    menu: Menu,
    choice: { rowId?: string; firstDueDate?: string },
  ) => {
    const request: RequestMessage = { ...(await requestOf(world, talk.claim)), menu }
    return await signAccept(world, talk.agent, talk.claim, { request, ...choice })
  }

  it('may take a row of an earlier menu as long as that is firm', async () => {
    const talk = await addressedClaim(world)
    const request = await requestOf(world, talk.claim)
    await declined(talk, request.menu)
    const [row] = request.menu.rows
    const choice = { rowId: row?.rowId ?? '', firstDueDate: '2026-03-27' }
    expect(await hand(world, await from(talk, request.menu, choice))).toMatchObject({ ok: true })
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({ conversation: 'agreed' })
  })

  it('[NEG-10] of an earlier menu is refused after its end, and of the newest one not', async () => {
    const talk = await addressedClaim(world)
    const request = await requestOf(world, talk.claim)
    world.pass(HOUR)
    const second = (await declined(talk, request.menu)) as Menu
    world.pass(request.exp - world.deps.clock.now())
    const choice = { rowId: '1', firstDueDate: '2026-04-20' }
    await expectRefusal(world, await from(talk, request.menu, choice), 'offer-expired')
    expect(await hand(world, await from(talk, second, choice))).toMatchObject({ ok: true })
  })

  it('of a row that only the next menu has changes nothing, and the row there is taken', async () => {
    const talk = await addressedClaim(world)
    const request = await requestOf(world, talk.claim)
    const menus = await declineAll(await addressedClaim(world))
    const plan = onlyInTheLast([request.menu, menus.at(-1) as Menu])
    const row = menus.at(-1)?.rows.find(({ rowId }) => rowId === '6-P1M')
    const choice = { rowId: '6-P1M', firstDueDate: row?.firstDueTo ?? plan.firstDueDate }
    const early = await from(
      talk,
      { ...(menus.at(-1) as Menu), menuId: request.menu.menuId },
      choice,
    )
    const isShown = request.menu.rows.some(({ rowId }) => rowId === '6-P1M')
    await expectRefusal(world, early, isShown ? 'date-outside-window' : 'row-unknown')
    let menu: Menu | undefined = request.menu
    while (menu !== undefined && !menu.final) menu = await declined(talk, menu)
    expect(await hand(world, await from(talk, menu as Menu, choice))).toMatchObject({ ok: true })
  })
})

describe('the timeline', () => {
  it('tells which menu it was and why, step by step', async () => {
    const talk = await addressedClaim(world)
    await countered(talk, FAR)
    await declined(talk, { ...(await requestOf(world, talk.claim)).menu, menuId: 'v1-1' })
    expect(await timeline(talk)).toMatchObject([
      {
        type: 'negotiation.countered',
        data: {
          menu: 2,
          of: 5,
          why: 'The agent proposed a plan outside your policy, so it was offered menu 2 of 5: the plans worth at least 68 % to you, on a scale from your worst plan to your best.',
        },
      },
      {
        type: 'negotiation.declined',
        data: {
          menu: 3,
          of: 5,
          why: 'The agent declined the menu before, so it was offered menu 3 of 5: the plans worth at least 54 % to you, on a scale from your worst plan to your best.',
        },
      },
    ])
  })

  it('tells how far it came at the end, and a person is turned to at once', async () => {
    const talk = await addressedClaim(world)
    await declineAll(talk)
    expect((await timeline(talk)).at(-1)).toMatchObject({
      type: 'negotiation.declined',
      data: {
        after: 'decline',
        menu: 5,
        of: 5,
        why: 'The agent declined your last offer, after menu 5 of 5.',
      },
    })
    const now = world.deps.clock.now()
    expect(await claimNow(world, talk.claim.claimId)).toMatchObject({
      conversation: 'refused',
      dunning: 'active',
      respondBy: now,
    })
    expect(await dunningCaseOf(world.deps.db, talk.claim)).toMatchObject({ nextActionAt: now })
    const last = (await transcriptOf(world, talk.claim.thr)).at(-1)
    expect(last?.payload).toMatchObject({ conversation: 'refused', nextStep: 'human-channel' })
  })

  it('[NEG-12] holds nothing of the debtor: not what was proposed, no name, no day', async () => {
    const talk = await addressedClaim(world)
    await countered(talk, FAR)
    const { menu } = await requestOf(world, talk.claim)
    await say(world, talk.agent, decline(talk, menu, true))
    const events = await timeline(talk)
    expect(events).toHaveLength(2)
    for (const { data } of events) {
      expect(
        Object.keys(data as object).filter((key) => !['after', 'menu', 'of', 'why'].includes(key)),
      ).toEqual([])
      expect(JSON.stringify(data)).not.toMatch(/2027|Ann|Peeters|@|BE71|\d{4}-\d{2}/)
    }
  })
})

describe('two answers at once', () => {
  it('have one effect: the other is refused and proven', async () => {
    for (let round = 0; round < 6; round += 1) {
      const talk = await addressedClaim(world)
      const { menu } = await requestOf(world, talk.claim)
      const answers = [
        await signAccept(world, talk.agent, talk.claim, { rowId: '1' }),
        await sign(world, talk.agent, decline(talk, menu)),
        await signCounter(world, talk.agent, talk.claim, FAR),
      ]
      const turned = [...answers.slice(round % 3), ...answers.slice(0, round % 3)]
      const replies = await Promise.all(turned.map((jws) => hand(world, jws)))
      const codes = replies.map((reply) => (reply.ok ? 'taken' : reply.error.code))
      expect(codes.toSorted()).toEqual(['equivocation', 'equivocation', 'taken'])
      const said = await transcriptOf(world, talk.claim.thr)
      const { conversation } = await claimNow(world, talk.claim.claimId)
      expect([conversation, said.length]).toEqual(
        conversation === 'agreed' ? ['agreed', 2] : ['negotiating', 3],
      )
    }
  })
})

describe('[ENR-08] a pay day that was told', () => {
  it('brings rows on that day into the next request, and none before', async () => {
    const first = await issueClaim(world, { debtor: debtorNamed('pay-day') })
    const agent = await enrolFor(world, first.debtorId)
    const wish = { kind: 'preference' as const, body: { consent: true, payDay: 25 } }
    expect(await sayAsEnrolled(world, agent, wish)).toBe('noted')
    const second = await issueClaim(world, { debtorId: first.debtorId })
    const rowsOf = async (claim: Claim) => (await requestOf(world, claim)).menu.rows
    expect((await rowsOf(first)).filter(({ payDay }) => payDay !== undefined)).toEqual([])
    const { menu } = await requestOf(world, second)
    expect(menu.envelope?.payDay).toBe(25)
    const onPayDay = menu.rows.filter(({ payDay }) => payDay === 25)
    expect(onPayDay.length).toBeGreaterThan(0)
    expect(onPayDay.every(({ interval }) => interval === 'P1M')).toBe(true)
  })
})
