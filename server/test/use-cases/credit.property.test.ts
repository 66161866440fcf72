// Whatever bills, payments, credit notes, choices, refunds, returns and set-offs come in whatever order:
// no cent is lost, nothing is given back twice, and nobody is dunned who is owed as much.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { creditOf, neededOn } from '../../src/domain/credit/credit-owed.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { pageOfRefunds, refundsOfClaim } from '../../src/storage/refunds.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { approveRefund, refuseRefund } from '../../src/use-cases/decide-refund.ts'
import { readStepSources } from '../../src/use-cases/read-step-sources.ts'
import { stepFactsOf } from '../../src/use-cases/step-facts-of-claim.ts'
import type { NotifiedPayment } from '../support/camt-notification.ts'
import {
  bookingOf,
  checkConserved,
  choose,
  creditNote,
  exportNow,
  pay,
} from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { workNow } from '../support/lived-journey.ts'
import { checkSums, issueHundred, receive } from '../support/money-world.ts'
import { claimNow, type TestWorld } from '../support/test-world.ts'

const world = await openFileWorld()

const ACTS = [
  ...['bill', 'pay', 'pay', 'pay-too-much', 'credit-note', 'credit-note', 'cancel'],
  ...['refund', 'other-account', 'set-off', 'next-bill', 'approve', 'refuse', 'export', 'export'],
  ...['leaves', 'give-back', 'give-back', 'hand-on', 'hand-on', 'comes-back', 'bounce'],
] as const

type Act = { act: string; pick: number; minor: bigint }

const acts = fc.array(
  fc.record({
    act: fc.constantFrom(...ACTS),
    pick: fc.nat({ max: 9 }),
    minor: fc.bigInt({ min: 1n, max: 9_000n }),
  }),
  { minLength: 6, maxLength: 18 },
)

interface Life {
  claims: Claim[]
  payments: { claim: Claim; payment: NotifiedPayment; minor: bigint }[]
}

const PLAYS: Readonly<Record<string, (life: Life, act: Act) => Promise<unknown>>> = {
  bill: async (life) => life.claims.push(await issueHundred(world, { debtor: 'ann' })),
  pay: (life, act) => paid(life, act),
  'pay-too-much': (life, act) => paid(life, { ...act, minor: 10_000n + act.minor }),
  'credit-note': (life, { pick, minor }) => creditNote(world, of(life.claims, pick), { minor }),
  cancel: async ({ claims }, { pick }) => {
    const named = { ...of(claims, pick), reason: pick % 2 === 0 ? 'AM09' : 'PAID' }
    await cancelPaymentRequest(world.deps, named)
    await workNow(world.deps)
  },
  refund: ({ claims }, { pick }) => choose(world, of(claims, pick), { choice: 'refund-to-origin' }),
  'other-account': ({ claims }, { pick }) =>
    choose(world, of(claims, pick), { choice: 'refund-to-account', iban: 'NL91ABNA0417164300' }),
  'set-off': ({ claims }, { pick }) => choose(world, of(claims, pick), { choice: 'set-off' }),
  'next-bill': ({ claims }, { pick }) => choose(world, of(claims, pick), { choice: 'next-bill' }),
  approve: (_, { pick }) =>
    withRefund('chosen', pick, (it) => approveRefund(world.deps, { ...it, by: 'Eva' })),
  refuse: (_, { pick }) =>
    withRefund(['chosen', 'approved', 'exported'][pick % 3] ?? '', pick, (it) =>
      refuseRefund(world.deps, { ...it, by: 'Eva', reason: 'no' }),
    ),
  export: () => exportNow(world),
  'give-back': async (life, act) => {
    for (const step of ['pay-too-much', 'refund', 'approve', 'export', 'leaves']) {
      await PLAYS[step]?.(life, act)
    }
  },
  'hand-on': async (life, act) => {
    await PLAYS['bill']?.(life, act)
    await PLAYS['pay-too-much']?.(life, act)
    await PLAYS['set-off']?.(life, act)
  },
  leaves: (_, { pick }) => withRefund('exported', pick, (it) => receive(world, bookingOf(it))),
  'comes-back': (_, { pick }) =>
    withRefund('paid', pick, (it) => receive(world, bookingOf(it, 'back'))),
  bounce: async ({ payments }, { pick }) => {
    const [one] = payments.splice(pick % Math.max(1, payments.length), 1)
    if (one !== undefined)
      await pay(world, one.claim, one.minor, { ...one.payment, takesBack: 'AC04' })
  },
}

async function paid(life: Life, { pick, minor }: Act): Promise<void> {
  const claim = of(life.claims, pick)
  life.payments.push({ claim, minor, payment: await pay(world, claim, minor) })
}

type Refund = Awaited<ReturnType<typeof pageOfRefunds>>[number]

async function withRefund(state: string, pick: number, work: (refund: Refund) => unknown) {
  const { creditorId } = world
  const query = { creditorId, state, exportId: undefined, before: undefined, limit: 50 }
  const found = await pageOfRefunds(world.deps.db, query)
  if (found.length > 0) await work(of(found, pick))
  await workNow(world.deps)
}

function of<T>(all: readonly T[], pick: number): T {
  return all[pick % all.length] as T
}

/**
 * What is too much on a claim is not kept beside what the claim owes, and more than there is has gone
 * nowhere but to the bank.
 */
async function checkKept({ deps }: TestWorld, claims: readonly Claim[]): Promise<void> {
  for (const { creditorId, claimId } of claims) {
    const claim = await claimNow(world, claimId)
    const credit = creditOf(claim)
    if (neededOn(claim) > 0n) expect(credit).toBeLessThanOrEqual(0n)
    if (credit >= 0n) continue
    const refunds = await refundsOfClaim(deps.db, { creditorId, claimId })
    const left = refunds.filter(({ state }) => state === 'exported' || state === 'paid')
    const gone = left.reduce((sum, { amount }) => sum + amount, 0n)
    expect(refunds.some(({ state }) => state === 'chosen' || state === 'approved')).toBe(false)
    expect(claim.givenBack).toBe(gone)
  }
}

/** What the debtor owes less what it is owed: at zero or below no claim may be dunned. */
async function checkDunning({ deps }: TestWorld, claims: readonly Claim[]): Promise<boolean> {
  const fresh = await Promise.all(claims.map(({ claimId }) => claimNow(world, claimId)))
  const journey = deps.journeys.get('friendly-default')
  if (journey === undefined) throw new Error('no journey')
  const open = fresh.filter((claim) => claim.state === 'open' && outstandingOf(claim) > 0n)
  const owed = open.reduce((sum, claim) => sum + outstandingOf(claim), 0n)
  const waits = await pageOfRefunds(deps.db, {
    creditorId: world.creditorId,
    state: undefined,
    exportId: undefined,
    before: undefined,
    limit: 200,
  })
  const left = (minor: bigint) => (minor > 0n ? minor : 0n)
  const credit =
    fresh.reduce((sum, { overpaid, givenBack }) => sum + left(overpaid - givenBack), 0n) +
    waits
      .filter(({ state }) => state === 'chosen' || state === 'approved')
      .reduce((sum, { amount }) => sum + amount, 0n)
  for (const claim of open) {
    const sources = await readStepSources(deps.db, claim, deps.clock.now())
    const on = { stepsDone: [], triggerAt: 0, anchorDay: null }
    const { isCovered } = stepFactsOf(sources, { journey, on }, deps)
    if (credit >= owed) expect(isCovered).toBe(true)
    if (credit === 0n) expect(isCovered).toBe(false)
  }
  return open.length > 0 && credit >= owed
}

it('[CRD-03] [CRD-05] money is conserved, refunds leave once, and the net decides on reminders', async () => {
  const seen = { covered: 0, paid: 0, returned: 0, setOff: 0 }
  await fc.assert(
    fc.asyncProperty(acts, async (plan) => {
      await world.reset()
      const life: Life = { claims: [], payments: [] }
      for (const _ of [1, 2]) life.claims.push(await issueHundred(world, { debtor: 'ann' }))
      for (const act of plan) {
        await PLAYS[act.act]?.(life, act)
        await checkConserved(world)
        for (const claim of life.claims) await checkSums(world, claim)
        await checkKept(world, life.claims)
        if (await checkDunning(world, life.claims)) seen.covered += 1
      }
      const { rows } = await world.store.pool.query<Record<string, string>>(
        `select count(*) filter (where state = 'paid') as paid,
          count(*) filter (where state = 'returned') as returned,
          (select count(*) from set_offs) as set_off from refunds`,
      )
      seen.paid += Number(rows[0]?.['paid'])
      seen.returned += Number(rows[0]?.['returned'])
      seen.setOff += Number(rows[0]?.['set_off'])
    }),
    {
      numRuns: Number(process.env['PARLEY_CREDIT_RUNS'] ?? 10),
      seed: Number(process.env['PARLEY_CREDIT_SEED'] ?? 7),
    },
  )
  // Lives in which nothing ever happened would prove nothing.
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
}, 120_000)
