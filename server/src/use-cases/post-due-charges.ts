// Before a step that adds interest or a fee is taken, what the law allows on that day is added to the
// claim: the message of the step then asks for what is owed.
import { type ChargeItem, type ItemChange, postCharges } from '../domain/compliance/charge-items.ts'
import type { LawInForce } from '../domain/compliance/law-in-force.ts'
import { actOf, type StepDefinition } from '../domain/dunning/journey-definition.ts'
import { type DunningCase, dueBeforeCharges, markCharged } from '../storage/dunning-cases.ts'
import { type CaseMove, type DecideDeps, decideDueCase } from './decide-due-case.ts'
import { type ClaimQuote, quoteClaim } from './quote-claim.ts'
import { type DueCase, readCases } from './read-due-cases.ts'
import { Outrun } from './retry-when-outrun.ts'
import { type ChargeDeps, writeCharges } from './write-charges.ts'

type PostDeps = ChargeDeps & DecideDeps

/** Adds the charges of due steps, each claim in a transaction of its own. */
export async function postDueCharges(deps: PostDeps, { limit }: { limit: number }): Promise<void> {
  const steps = [...deps.journeys.values()].flatMap((journey) =>
    journey.steps
      .filter((step) => actOf(step, 'charge') !== undefined)
      .map((step) => ({ journeyId: journey.id, stepId: step.id })),
  )
  const now = deps.clock.now()
  for (const dunningCase of await dueBeforeCharges(deps.db, steps, { now, limit })) {
    try {
      await postCharge(deps, dunningCase, now)
    } catch (error) {
      // Somebody changed the claim: it stays due, and the next sweep looks again.
      if (!(error instanceof Outrun)) throw error
    }
  }
}

async function postCharge(deps: PostDeps, dunningCase: DunningCase, now: number): Promise<void> {
  const [due] = await deps.db.transaction().execute((tx) => readCases(deps, tx, [dunningCase], now))
  if (due === undefined) return
  const ready = readyToCharge(deps, due)
  if (ready === undefined) return
  const changes = await changesOf(deps, due, ready)
  const { claim } = due
  if (changes.length > 0) {
    await writeCharges(deps, { claim, changes, stepId: ready.step.id })
    return
  }
  await deps.db.transaction().execute((tx) => markCharged(tx, claim, ready.step.id))
}

export interface Ready {
  step: StepDefinition
  law: LawInForce
}

/** The step, if it would be taken now but for its charges. */
export function readyToCharge(deps: DecideDeps, due: DueCase): Ready | undefined {
  const { nextStep } = due.dunningCase
  // As if the charges were there: what remains is whether the step is taken at all.
  const asCharged = { ...due, dunningCase: { ...due.dunningCase, chargedStep: nextStep } }
  const move: CaseMove | undefined = decideDueCase(deps, asCharged)
  const law = move?.facts?.law
  if (move?.advance.kind !== 'take' || law === null || law === undefined) return undefined
  return { step: move.advance.step, law }
}

async function changesOf(deps: PostDeps, due: DueCase, ready: Ready) {
  const { claim, records, creditor, now } = due
  const { chargesAgreed, timeZone } = creditor
  const quoted = { claim, records, chargesAgreed, timeZone, law: ready.law, now }
  return changesFor(due, ready, await quoteClaim(deps.db, quoted))
}

/** What a step changes in the charges of its claim, as they are quoted. */
export function changesFor(
  { claim }: Pick<DueCase, 'claim'>,
  { step, law }: Ready,
  { quote, items }: ClaimQuote,
): readonly ItemChange[] {
  const rules = rulesOf(step, law, items)
  const charges = quote.lines.filter(({ rule }) => rules.has(rule))
  return postCharges(items, charges, { claimId: claim.claimId, day: quote.asOf }).changes
}

/** The rules that the step names, and those by which something was added before. */
function rulesOf(step: StepDefinition, law: LawInForce, items: readonly ChargeItem[]): Set<string> {
  const { interest, fees } = law.version
  const all = interest === null ? fees : [interest, ...fees]
  const named = (step.acts ?? []).flatMap((act) => (act.do === 'charge' ? [act.rule] : []))
  const ruled = all.filter((rule) => {
    const kind = 'kind' in rule ? `fee-${rule.kind}` : 'interest'
    return named.includes(rule.rule) || named.includes(kind)
  })
  return new Set([...ruled.map(({ rule }) => rule), ...items.map(({ rule }) => rule)])
}
