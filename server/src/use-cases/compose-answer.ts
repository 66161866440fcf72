// Composes a message that answers something the person did, outside of any journey. The name of its step
// says to what: the kind of answer, then the payment or the words that it answers.
import { formatAmount } from '@parley/sdk/protocol'
import type { DunningFacts } from '../domain/content/claim-message-input.ts'
import { type ClaimMessageInput, isDunning } from '../domain/content/claim-message-input.ts'
import { isDunningTemplate } from '../domain/content/message-templates.ts'
import { missingFacts } from '../domain/content/missing-facts.ts'
import { nextOpening } from '../domain/dunning/contact-window.ts'
import { offersChoice, planForPeople } from '../domain/negotiation/plan-choices.ts'
import type { HumanMessage } from '../storage/human-messages.ts'
import { findPayment } from '../storage/payments.ts'
import { findPersonReply } from '../storage/person-replies.ts'
import type { ComposeDeps, Composition } from './compose-human-message.ts'
import { inFormOf } from './message-in-form.ts'
import { type MessageSources, sharedFacts } from './message-input.ts'
import { readClaimOffer } from './read-claim-offer.ts'
import { readPlan } from './read-plan.ts'
import { lawOfClaim, placeOf } from './step-facts-of-claim.ts'

const THANK_YOU = 'thank-you:'
const DATE_WISH = 'date-wish:'
const PLAN_CONFIRMED = 'plan-confirmed:'

/** The step of the thank-you for a payment. */
export const thankYouStep = (paymentId: string) => `${THANK_YOU}${paymentId}`

/** The step of the answer to a wish for another day; `origin` names the message of the wish. */
export const dateWishStep = (origin: string) => `${DATE_WISH}${origin}`

/** The step of the confirmation of a plan. */
export const planConfirmedStep = (agreementId: string) => `${PLAN_CONFIRMED}${agreementId}`

/** Tells whether a message answers something the person did. */
export function isAnswer({ step }: HumanMessage): boolean {
  return isThankYou({ step }) || step.startsWith(DATE_WISH) || isConfirmation({ step })
}

function isConfirmation({ step }: Pick<HumanMessage, 'step'>): boolean {
  return step.startsWith(PLAN_CONFIRMED)
}

/** Tells whether a message thanks for a payment. */
export function isThankYou({ step }: Pick<HumanMessage, 'step'>): boolean {
  return step.startsWith(THANK_YOU)
}

/**
 * Composes an answer. A thank-you leaves only for a settled claim whose payment has not come back, and
 * the answer to a wish only while the claim is open. A telephone makes no sound at night.
 */
export async function composeAnswer(
  deps: ComposeDeps,
  message: HumanMessage,
  sources: MessageSources,
): Promise<Composition> {
  if (sources.debtor.closedChannels.some((channel) => channel === message.channel)) {
    return { kind: 'drop', reason: 'channel-closed' }
  }
  const facts = await inputOf(deps, message, sources)
  if (!('template' in facts)) return facts
  const until = message.channel === 'sms' ? wakingHour(deps, sources) : sources.now
  if (until > sources.now) return { kind: 'defer', reason: 'outside-window', until }
  if (isDunning(facts) && missingFacts(facts).length > 0) {
    return { kind: 'drop', reason: 'facts-missing' }
  }
  const content = inFormOf(deps.wording, { message, input: facts, sources })
  return typeof content === 'string'
    ? { kind: 'drop', reason: content }
    : { kind: 'ready', content, notice: undefined }
}

function inputOf(
  ...of: [deps: ComposeDeps, message: HumanMessage, sources: MessageSources]
): Promise<ClaimMessageInput | Dropped> {
  if (isThankYou(of[1])) return thankYouInput(...of)
  return isConfirmation(of[1]) ? confirmationInput(...of) : dateWishInput(...of)
}

type Dropped = Extract<Composition, { kind: 'drop' }>

async function thankYouInput(
  deps: ComposeDeps,
  { creditorId, step, template }: HumanMessage,
  sources: MessageSources,
): Promise<ClaimMessageInput | Dropped> {
  const { claim } = sources
  const payment = await findPayment(deps.db, {
    creditorId,
    paymentId: step.slice(THANK_YOU.length),
  })
  const isStanding = payment?.claimId === claim.claimId && payment.reversedAt === null
  if (!isStanding) return { kind: 'drop', reason: 'payment-returned' }
  if (claim.state !== 'settled') return { kind: 'drop', reason: 'claim-open' }
  const received = { minor: payment.amount, currency: claim.currency }
  const { receivedOn } = payment
  const shared = await sharedFacts(deps, sources)
  return isDunningTemplate(template)
    ? { ...shared, template, canChoose: false, payBy: shared.today, received, receivedOn }
    : { ...shared, template: 'thank-you', received, receivedOn }
}

/** A plan that another took the place of since is not confirmed any more. */
async function confirmationInput(
  deps: ComposeDeps,
  { step }: HumanMessage,
  sources: MessageSources,
): Promise<ClaimMessageInput | Dropped> {
  const { claim, now } = sources
  if (claim.state !== 'open') return { kind: 'drop', reason: claim.state }
  const plan = await readPlan(deps.db, claim, now)
  if (plan?.agreement.agreementId !== step.slice(PLAN_CONFIRMED.length)) {
    return { kind: 'drop', reason: 'plan-replaced' }
  }
  const lines = plan.lines.flatMap(({ line, dueDate, open }) => {
    const amount = formatAmount({ minor: open, currency: claim.currency })
    return open > 0n ? [{ line, dueDate, amount }] : []
  })
  const shared = await sharedFacts(deps, sources)
  return { ...shared, template: 'plan-confirmed', plan: planForPeople(plan.agreement.plan, lines) }
}

async function dateWishInput(
  deps: ComposeDeps,
  { step }: HumanMessage,
  sources: MessageSources,
): Promise<ClaimMessageInput | Dropped> {
  const { claim } = sources
  if (claim.state !== 'open') return { kind: 'drop', reason: claim.state }
  const reply = await findPersonReply(deps.db, { ...claim, origin: step.slice(DATE_WISH.length) })
  if (reply === undefined) return { kind: 'drop', reason: 'claim-unknown' }
  const shared = await sharedFacts(deps, sources)
  const wish = await wishOf(deps, sources, reply.day)
  const portalUrl =
    wish.state === 'offered' ? `${shared.portalUrl}?day=${wish.day}` : shared.portalUrl
  const canChoose = wish.state !== 'none'
  return { ...shared, portalUrl, template: 'date-wish-t1', canChoose, payBy: shared.today, wish }
}

/** What the page offers for the day: the day itself, other days, or nothing to choose. */
async function wishOf(
  { db }: ComposeDeps,
  { claim, now }: MessageSources,
  day: string | null,
): Promise<NonNullable<DunningFacts['wish']>> {
  const named = day === null ? {} : { day }
  if (claim.conversation === 'agreed') return { state: 'none', ...named }
  const { menu } = await readClaimOffer(db, claim, now)
  if (!offersChoice(menu)) return { state: 'none', ...named }
  const isOffered = menu.rows.some(({ firstDueFrom, firstDueTo }) => {
    return day !== null && firstDueFrom <= day && day <= firstDueTo
  })
  return { state: isOffered ? 'offered' : 'other', ...named }
}

const WAKING_HOURS = { from: '09:00', to: '20:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }

/** When a text may leave: now by day, within the hours of the law. */
function wakingHour({ laws }: ComposeDeps, sources: MessageSources): number {
  const { debtor, creditor, now } = sources
  const timeZone = debtor.timeZone ?? creditor.timeZone
  const place = placeOf(debtor, timeZone, lawOfClaim(laws, sources))
  return nextOpening(now, WAKING_HOURS, place)
}
