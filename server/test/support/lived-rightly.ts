// What must be so in every life, stated from the rules and not from the code that decides: each step
// once and in its place, nothing forgotten, nobody written to wrongly, every cent accounted for.
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { type ItemChange, owedFor } from '../../src/domain/compliance/charge-items.ts'
import type { LawInForce } from '../../src/domain/compliance/law-in-force.ts'
import type { Channel } from '../../src/domain/compliance/profile.ts'
import {
  actOf,
  type JourneyDefinition,
  type StepDefinition,
} from '../../src/domain/dunning/journey-definition.ts'
import { stepIdOf } from '../../src/domain/dunning/step-key.ts'
import type { CaseMove } from '../../src/use-cases/decide-due-case.ts'
import { lawOfClaim, stepFactsOf } from '../../src/use-cases/step-facts-of-claim.ts'
import { wall } from '../domain/dunning/support-clocks.ts'
import { DAY, HOUR } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'
import { expectRightlyTaken, must } from '../domain/dunning/support-rightly-taken.ts'
import { DECIDE_DEPS } from './due-cases.ts'
import {
  booksOf,
  type KeptClaim,
  type Leaving,
  type Person,
  sourcesOf,
  standing,
} from './simulated-store.ts'

/** What the moves of a claim have shown so far. */
export interface Witness {
  /** `round journey step`: taken or left out. */
  readonly decided: Set<string>
  /** `round step`: charges were looked at. */
  readonly charged: Set<string>
  readonly count: Record<string, number>
}

export function newWitness(count: Record<string, number>): Witness {
  return { decided: new Set(), charged: new Set(), count }
}

export function expectRightMove(_kept: KeptClaim, move: CaseMove, witness: Witness): void {
  const { advance, due, facts, standing } = move
  const { journey, dunningCase } = due
  must(advance.kind !== 'wait' || advance.reason !== 'decision-failed', 'a decision failed')
  if (standing !== undefined) expectInOrder(move)
  note(witness, advance.kind)
  if (advance.kind !== 'take' && advance.kind !== 'skip') return
  const key = `${dunningCase.round} ${dunningCase.journeyId} ${advance.step.id}`
  must(!witness.decided.has(key), `${key} is decided twice`)
  witness.decided.add(key)
  if (advance.kind !== 'take' || facts === undefined || journey === undefined) return
  const { step, channels } = advance
  expectRightlyTaken({ journey, step, channels, facts })
  if (actOf(step, 'charge') === undefined) return
  const charging = `${dunningCase.round} ${dunningCase.journeyId} ${step.id}`
  must(witness.charged.has(charging), `${charging} is taken without its charges`)
}

export function note({ count }: Witness, what: string): void {
  count[what] = (count[what] ?? 0) + 1
}

/** The planned step is the one after the last that was done: none is jumped over, none comes back. */
function expectInOrder({ standing, due, advance }: CaseMove): void {
  const journey = JOURNEYS.journeys.get(standing?.journeyId ?? '')
  if (standing === undefined || journey === undefined) return
  const { id, steps } = journey
  const done = standing.stepsDone
    .map(({ stepId }) => steps.findIndex((step) => step.id === stepId))
    .filter((index) => index >= 0)
  const last = done.at(-1) ?? -1
  const isRising = done.every((index, i) => i === 0 || index > (done[i - 1] ?? -1))
  must(isRising, `${id} went back in its steps`)
  const next = steps[last + 1]
  if (next !== undefined) must(standing.nextStep === next.id, `${id} jumped over ${next.id}`)
  // Looked at again later, or at once for a next step that is due: never twice at the same place.
  const isWait = advance.kind === 'defer' || advance.kind === 'wait'
  if (isWait) must(standing.nextActionAt > due.now, `${id} waits for what has passed`)
}

/** A message that leaves: the claim, the person, the hours and the budget at that instant. */
export function expectRightlySent(person: Person, leaving: Leaving, witness: Witness): void {
  const { kept, message } = leaving
  note(witness, `by ${message.channel}`)
  if (message.channel === 'app') return
  const { journey, step } = stepOf(message)
  const sources = sourcesOf(person, kept, [])
  const facts = stepFactsOf(
    sources,
    { journey, on: { stepsDone: [], triggerAt: message.createdAt, anchorDay: null } },
    DECIDE_DEPS,
  )
  const channels = [message.channel as Channel]
  expectRightlyTaken({ journey, step: { ...step, reach: 'first' }, channels, facts })
  if (message.isContact) expectWithinBudget(person, leaving)
  const { notice } = message
  const isOwed = notice === null || BigInt(notice.total) === outstandingOf(kept.claim)
  must(isOwed, `a notice over ${notice?.total} of ${outstandingOf(kept.claim)}`)
}

function stepOf({ journeyId, step: key }: Leaving['message']): {
  journey: JourneyDefinition
  step: StepDefinition
} {
  const journey = JOURNEYS.journeys.get(journeyId ?? '')
  const step = journey?.steps.find(({ id }) => id === stepIdOf(key))
  if (journey === undefined || step === undefined) throw new Error(`no step ${key}`)
  return { journey, step }
}

/** Two in seven days and 48 hours apart, over all claims; one step is one contact. */
function expectWithinBudget({ claims }: Person, { message, at }: Leaving): void {
  const others = new Map<string, number>()
  for (const { messages } of claims) {
    for (const it of messages) {
      const isOwn = it.claimId === message.claimId && it.step === message.step
      if (isOwn || it.sentAt === null || !it.isContact) continue
      const key = `${it.claimId} ${it.step}`
      others.set(key, Math.max(others.get(key) ?? 0, it.sentAt))
    }
  }
  const times = [...others.values()]
  const isFar = times.every((other) => at - other >= 48 * HOUR)
  must(isFar, 'two messages too close together')
  must(times.filter((other) => other > at - 7 * DAY).length < 2, 'too many messages')
}

/** What is added: by a rule of the law in force, within its cap, and not before its term. */
export function expectLawfulCharges(
  person: Person,
  kept: KeptClaim,
  changes: readonly ItemChange[],
): void {
  const sources = sourcesOf(person, kept, [])
  const law = lawOfClaim(DECIDE_DEPS.laws, sources)
  if (law === null) throw new Error('charges without a law')
  const today = wall(person.now, person.creditor.timeZone).day
  const { notices } = booksOf(kept)
  for (const { item, after } of changes.filter((it) => it.after > it.before)) {
    const rule = ruleOf(law, item.rule)
    must(today > kept.claim.dueDate, `${item.rule} before the due day`)
    const isAgreed = person.creditor.chargesAgreed || !rule.needs.includes('agreed')
    must(isAgreed && !rule.needs.includes('fourth-missed-date'), `${item.rule} without its ground`)
    if (rule.startsFrom === 'free-notice-term') {
      const ends = notices.flatMap(({ terms }) => terms.announced?.lastDay ?? [])
      must(
        ends.some((day) => day < today),
        `${item.rule} before its term`,
      )
    }
    must(!('bands' in rule) || after <= mostUnder(rule, kept.invoice), `${item.rule} over its cap`)
  }
}

function ruleOf({ version: { interest, fees } }: LawInForce, id: string) {
  const found = [...(interest === null ? [] : [interest]), ...fees].find(({ rule }) => rule === id)
  if (found === undefined) throw new Error(`no rule ${id}`)
  return found
}

/** The most that a fee may be: its highest band up to the invoice, its floor and its cap. */
function mostUnder(
  { bands, min, max }: Extract<ReturnType<typeof ruleOf>, { bands: unknown }>,
  invoice: bigint,
): bigint {
  const cents = (text: string) => BigInt(Math.round(Number(text) * 100))
  const of = bands.map(({ from, flat, percent, over }) => {
    const [base, beyond] = [cents(flat), invoice - cents(over)]
    if (invoice < cents(from)) return 0n
    return base + (beyond > 0n ? (beyond * cents(percent)) / 10_000n + 1n : 0n)
  })
  const most = of.reduce((a, b) => (a > b ? a : b), min === null ? 0n : cents(min))
  return max !== null && cents(max) < most ? cents(max) : most
}

/** At every instant of a life. */
export function expectSound(person: Person): void {
  for (const kept of person.claims) {
    const { claim, charges, planned, payments } = kept
    const sum = charges.reduce((total, item) => total + owedFor(item), 0n)
    must(claim.charges === sum, 'charges are not the sum of their items')
    must(claim.principal - claim.charges === kept.invoice, 'principal less charges is no invoice')
    const paid = payments.reduce(
      (total, it) => total + (it.reversedAt === null ? it.amount : 0n),
      0n,
    )
    must(claim.paid + claim.overpaid === paid, 'money is lost')
    must(claim.state !== 'settled' || outstandingOf(claim) <= 0n, 'settled, and money is owed')
    if (planned === undefined) continue
    must(claim.state === 'open', `a step is planned for a claim that is ${claim.state}`)
    must(planned.nextActionAt > person.now, `${planned.nextStep} is stuck`)
  }
}

/** Long after the last event, with every way open: no queue holds anything, nobody is forgotten. */
export function expectAllDone({ claims, now }: Person): void {
  for (const { claim, messages, planned, holds } of claims) {
    const left = messages.filter(({ state }) => state === 'queued')
    const isHeld = standing(holds, now).length > 0
    if (!isHeld) must(left.length === 0, `${left[0]?.step} never leaves`)
    const isOwed = claim.state === 'open' && claim.conversation !== 'agreed'
    if (!isOwed) continue
    must(planned !== undefined || claim.dunning === 'exhausted', 'an open claim is forgotten')
    must(planned === undefined || isHeld || planned.nextActionAt < now + 90 * DAY, 'too far away')
  }
}
