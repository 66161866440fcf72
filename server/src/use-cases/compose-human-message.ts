// Composes one queued message to a person from the facts of this moment, or says why it must not
// leave now or at all. Reads only; send-human-message.ts sends.
import { dayInZone } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { languageOfDebtor } from '../domain/claim/debtor.ts'
import {
  messageClaim,
  messageCreditor,
  outcomeOfAgent,
  payByDay,
} from '../domain/content/claim-facts.ts'
import { composeClaimMessage } from '../domain/content/claim-message.ts'
import type { ClaimMessageFacts, ClaimMessageInput } from '../domain/content/claim-message-input.ts'
import type { RenderedMessage } from '../domain/content/message-content.ts'
import { CLOSED_DAYS } from '../domain/dunning/closed-days.ts'
import { DEFAULT_CONTACT_BUDGET } from '../domain/dunning/contact-budget.ts'
import { type DeferReason, decideStep, type SkipReason } from '../domain/dunning/decide-step.ts'
import type { JourneyStep } from '../domain/dunning/journey.ts'
import { offersChoice } from '../domain/negotiation/plan-choices.ts'
import { chooseLanguage } from '../domain/wording/language.ts'
import type { Wording } from '../domain/wording/wording.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { contactTimesOf, type HumanMessage } from '../storage/human-messages.ts'
import { findPayment } from '../storage/payments.ts'
import type { Deps } from './deps.ts'
import { readClaimOffer } from './read-claim-offer.ts'

export type ComposeDeps = Pick<Deps, 'db' | 'clock' | 'journeys' | 'links'> & {
  wording: Wording
}

/** What became of composing; `until` in epoch seconds. */
export type Composition =
  | { kind: 'mail'; to: string; message: RenderedMessage }
  | { kind: 'drop'; reason: SkipReason | 'claim-unknown' | 'payment-returned' | 'claim-open' }
  | { kind: 'defer'; reason: DeferReason | 'journey-unknown'; until: number }

const LOOK_AGAIN_SECONDS = 86_400

/** What a step's name begins with when its message answers a payment; the payment's id follows. */
const THANK_YOU_STEP = 'thank-you:'

/** Everything that a message is about, as it is now. */
interface Situation {
  claim: Claim
  creditor: CreditorRow
  debtor: Debtor
  timeZone: string
  now: number
}

/**
 * Composes a message in the person's language, or the creditor's when that is unknown. A step of a
 * journey passes every check of the sweep once more: owed, wanted, within hours and budget. A
 * thank-you leaves only for a settled claim whose payment has not come back.
 */
export async function composeHumanMessage(
  deps: ComposeDeps,
  message: HumanMessage,
): Promise<Composition> {
  const claim = await findClaim(deps.db, message)
  const debtor = await findDebtor(deps.db, message)
  if (claim === undefined || debtor === undefined) return { kind: 'drop', reason: 'claim-unknown' }
  const creditor = await readCreditor(deps.db, message.creditorId)
  const timeZone = debtor.timeZone ?? creditor.timeZone
  const situation = { claim, creditor, debtor, timeZone, now: deps.clock.now() }
  return message.step.startsWith(THANK_YOU_STEP)
    ? await composeThankYou(deps, message, situation)
    : await composeStep(deps, message, situation)
}

async function composeStep(
  deps: ComposeDeps,
  message: HumanMessage,
  situation: Situation,
): Promise<Composition> {
  const journey = deps.journeys.get(message.journeyId ?? '')
  const step = journey?.steps.find(({ id }) => id === message.step)
  const { claim, debtor, timeZone, now } = situation
  if (journey === undefined || step === undefined) {
    return { kind: 'defer', reason: 'journey-unknown', until: now + LOOK_AGAIN_SECONDS }
  }
  const since = now - DEFAULT_CONTACT_BUDGET.days * 86_400
  const contacts = await contactTimesOf(deps.db, [debtor], { since, states: ['sent'] })
  const decision = decideStep({
    journey,
    step,
    closedDays: CLOSED_DAYS,
    facts: {
      now,
      claim: claim.state,
      outstandingMinor: outstandingOf(claim),
      paidMinor: claim.paid,
      conversation: claim.conversation,
      respondBy: claim.respondBy,
      holds: await holdsOf(deps.db, claim),
      presentedAt: claim.presentedAt,
      // This very message is what stands for the step; only others count.
      stepsDone: [],
      contactTimes: contacts.map(({ at }) => at),
      emailAddress: debtor.contact.email ?? null,
      timeZone,
    },
  })
  if (decision.kind === 'skip') return { kind: 'drop', reason: decision.reason }
  if (decision.kind === 'defer') {
    const until = decision.until ?? now + LOOK_AGAIN_SECONDS
    return { kind: 'defer', reason: decision.reason, until }
  }
  const input = await stepInput(deps, step, situation)
  return { kind: 'mail', to: decision.to, message: composeClaimMessage(input, deps.wording) }
}

async function stepInput(
  deps: ComposeDeps,
  { template }: JourneyStep,
  situation: Situation,
): Promise<ClaimMessageInput> {
  const { claim, now } = situation
  const facts = sharedFacts(deps, situation)
  const canChoose = offersChoice((await readClaimOffer(deps.db, claim, now)).menu)
  const asked = { ...facts, template, canChoose, payBy: payByDay(facts.today) }
  if (template !== 'payment-request-t1') return asked
  const afterAgent = outcomeOfAgent(claim.conversation)
  return { ...asked, ...(afterAgent === undefined ? {} : { afterAgent }) }
}

async function composeThankYou(
  deps: ComposeDeps,
  { creditorId, step }: HumanMessage,
  situation: Situation,
): Promise<Composition> {
  const { claim, debtor } = situation
  const paymentId = step.slice(THANK_YOU_STEP.length)
  const payment = await findPayment(deps.db, { creditorId, paymentId })
  const isStanding = payment?.claimId === claim.claimId && payment.reversedAt === null
  if (!isStanding) return { kind: 'drop', reason: 'payment-returned' }
  if (claim.state !== 'settled') return { kind: 'drop', reason: 'claim-open' }
  const to = debtor.contact.email
  if (to === undefined) return { kind: 'drop', reason: 'no-email-address' }
  const input: ClaimMessageInput = {
    ...sharedFacts(deps, situation),
    template: 'thank-you',
    received: { minor: payment.amount, currency: claim.currency },
    receivedOn: payment.receivedOn,
  }
  return { kind: 'mail', to, message: composeClaimMessage(input, deps.wording) }
}

function sharedFacts(
  { links }: ComposeDeps,
  { claim, creditor, debtor, timeZone, now }: Situation,
): ClaimMessageFacts {
  return {
    language: chooseLanguage(languageOfDebtor(debtor), creditor.language),
    creditor: messageCreditor(creditor),
    debtorName: debtor.name,
    claim: messageClaim(claim),
    portalUrl: links.urlOf(claim.claimId),
    today: dayInZone(now, timeZone),
  }
}
