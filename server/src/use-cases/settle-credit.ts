// Looks after the money of a claim that belongs to the customer: brings it back where it is needed, offers
// the rest, and withdraws the offer when the amount is another one. Runs after each change of it.
import { formatAmount, instantInZone } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { decideOffer, type NewOffer } from '../domain/credit/decide-offer.ts'
import { meetsAll } from '../domain/dunning/journey-conditions.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { changeClaim } from '../storage/claims.ts'
import { type CreditOffer, insertCreditOffer, moveOffer } from '../storage/credit-offers.ts'
import type { Tx } from '../storage/database.ts'
import { countRounds, type DunningCase, endDunning, openCase } from '../storage/dunning-cases.ts'
import { appendEvents, type NewEvent } from '../storage/events.ts'
import { insertTasks } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { type CreditSituation, readCreditSituation } from './credit-situation.ts'
import type { Deps } from './deps.ts'
import { newTask } from './new-task.ts'
import { type MessageBody, prepareMessage } from './prepare-message.ts'
import { readStepSources } from './read-step-sources.ts'
import { type RecoverDeps, recoverCredit } from './recover-credit.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { knownFacts } from './step-facts-of-claim.ts'

type SettleDeps = RecoverDeps

/** Brings offer and refunds of a claim in step with what is owed to its customer; a second run does nothing. */
export async function settleCredit(
  deps: SettleDeps,
  key: { creditorId: string; claimId: string },
): Promise<void> {
  await retryWhenOutrun(() => settle(deps, key))
}

async function settle(
  deps: SettleDeps,
  key: { creditorId: string; claimId: string },
): Promise<void> {
  const situation = await readCreditSituation(deps, key)
  if (situation === undefined) return
  if (await recoverCredit(deps, situation)) return await settle(deps, key)
  const { claim, creditor, credit, standing, origin, openClaims, today } = situation
  const decided = decideOffer({
    credit: { minor: credit, currency: claim.currency },
    standing: standing && { amount: standing.amount, state: stateOf(standing) },
    hasOrigin: origin !== undefined,
    hasOpenClaim: openClaims.length > 0,
    rules: creditor.creditRules,
    today,
  })
  if (decided.kind === 'withdraw') await withdraw(deps, situation)
  if (decided.kind === 'offer') await offer(deps, situation, decided.offer)
}

function stateOf({ state }: CreditOffer): 'open' | 'waiting' {
  return state === 'waiting' ? 'waiting' : 'open'
}

const PERSON_SECONDS = 2 * 86_400

async function withdraw(deps: SettleDeps, situation: CreditSituation): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    // Whoever opens the claim again gives it a journey that must not end here.
    if (!(await changeClaim(tx, situation.claim, {}))) throw new Outrun()
    await writeWithdrawal(tx, situation)
  })
}

async function writeWithdrawal(tx: Tx, { claim, standing, now }: CreditSituation): Promise<void> {
  if (standing === undefined) return
  const { creditId } = standing
  const end = { state: 'withdrawn', choice: null, chosenBy: null, endedAt: now } as const
  if (!(await moveOffer(tx, standing, end))) throw new Outrun()
  // A claim that is owed again has a journey of its own.
  if (claim.state !== 'open') await endDunning(tx, claim)
  const { creditorId, claimId } = claim
  await appendEvents(tx, [
    { creditorId, claimId, type: 'credit.withdrawn', at: now, data: { creditId } },
  ])
}

async function offer(deps: SettleDeps, situation: CreditSituation, made: NewOffer): Promise<void> {
  const { claim, creditor, now } = situation
  const { creditorId, claimId, debtorId, currency } = claim
  const moves = made.defaultChoice === 'next-bill'
  const creditOffer: CreditOffer = {
    creditorId,
    claimId,
    debtorId,
    currency,
    creditId: deps.ids.newId('co'),
    amount: made.amount,
    choices: made.choices,
    defaultChoice: made.defaultChoice,
    defaultAt: instantInZone(made.defaultOn, '00:00', creditor.timeZone),
    state: moves ? 'waiting' : 'open',
    choice: moves ? 'next-bill' : null,
    chosenBy: moves ? 'default' : null,
    createdAt: now,
    endedAt: null,
  }
  const thread = await conversationOf(deps, claim)
  const body = creditBody(situation, creditOffer, made)
  const message = await prepareMessage(deps, { thread, kind: 'credit', body, now })
  const opened = moves ? undefined : await caseOfCredit(deps, situation)
  await deps.db.transaction().execute(async (tx) => {
    if (!(await changeClaim(tx, claim, {}))) throw new Outrun()
    await writeWithdrawal(tx, situation)
    await insertCreditOffer(tx, creditOffer)
    await appendToConversation(tx, thread, message, now)
    if (opened !== undefined) await openCase(tx, opened)
    const isLeftToPeople = !moves && (opened === undefined || made.defaultChoice === null)
    if (isLeftToPeople) await insertTasks(tx, [askPerson(deps, situation, creditOffer)])
    await appendEvents(tx, [offeredEvent(creditOffer, made)])
  })
  deps.outboxChanged()
}

function creditBody(
  { claim, openClaims }: CreditSituation,
  { creditId, amount, currency }: CreditOffer,
  { choices, defaultChoice, defaultOn }: NewOffer,
): MessageBody<'credit'> {
  const setOff = openClaims.map((open) => ({
    requestId: open.claimId,
    outstanding: formatAmount({ minor: outstandingOf(open), currency }),
  }))
  return {
    requestId: claim.claimId,
    creditId,
    amount: formatAmount({ minor: amount, currency }),
    choices: [...choices],
    ...(setOff.length === 0 ? {} : { setOff }),
    ...(defaultChoice === null ? {} : { defaultChoice }),
    defaultOn,
  }
}

/** The journey of a credit, from its first step; undefined while reminders of the claim may leave. */
async function caseOfCredit(
  deps: SettleDeps,
  { claim, now }: CreditSituation,
): Promise<DunningCase | undefined> {
  if (claim.state === 'open' || claim.state === 'handed-over') return undefined
  const sources = await readStepSources(deps.db, claim, now)
  const journey = journeyOfCredit(deps.journeys, knownFacts(sources, now))
  const [first] = journey?.steps ?? []
  if (journey === undefined || first === undefined) return undefined
  return {
    creditorId: claim.creditorId,
    claimId: claim.claimId,
    journeyId: journey.id,
    journeyVersion: journey.version,
    stepsDone: [],
    nextStep: first.id,
    nextActionAt: now,
    triggerAt: now,
    anchorDay: null,
    resumes: null,
    // The steps of an earlier offer keep their names: this one is told anew.
    round: (await countRounds(deps.db, claim)) + 1,
    chargedStep: null,
  }
}

function journeyOfCredit(
  journeys: Deps['journeys'],
  known: ReturnType<typeof knownFacts>,
): JourneyDefinition | undefined {
  return [...journeys.values()].find(({ triggers = [], audience = [] }) => {
    return triggers.includes('credit') && meetsAll(audience, known)
  })
}

/** Nothing happens by itself: somebody has to ask the customer. */
function askPerson(deps: SettleDeps, { claim, now }: CreditSituation, { creditId }: CreditOffer) {
  const kind = 'ask-where-to-refund'
  return newTask(deps, claim, { kind, origin: creditId, dueAt: now + PERSON_SECONDS, now })
}

function offeredEvent(
  { creditorId, claimId, creditId, amount, currency, createdAt: at }: CreditOffer,
  { defaultChoice, defaultOn }: NewOffer,
): NewEvent {
  const { value } = formatAmount({ minor: amount, currency })
  const data = { creditId, amount: value, currency, defaultChoice, defaultOn }
  return { creditorId, claimId, type: 'credit.offered', at, data }
}
