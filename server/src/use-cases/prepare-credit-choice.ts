// What a choice for a credit leads to: a refund, a payment of another claim, or a wait for the next bill.
// Prepared outside of a transaction; the caller writes it with its own messages.
import { err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import { isValidIBAN } from 'ibantools'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import type { CreditChoice } from '../domain/credit/decide-offer.ts'
import type { OriginAccount } from '../domain/credit/origin-of-credit.ts'
import { type RefundFacts, refundCautions } from '../domain/credit/refund-cautions.ts'
import type { PaymentCaution } from '../domain/matching/payment-cautions.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type Claim, changeClaim } from '../storage/claims.ts'
import { type CreditOffer, moveOffer } from '../storage/credit-offers.ts'
import { hasReturnedPayment } from '../storage/customer-credit.ts'
import type { Database, Tx } from '../storage/database.ts'
import { findDebtor } from '../storage/debtors.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { appendEvent, appendEvents } from '../storage/events.ts'
import { claimsById } from '../storage/match-candidates.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { hasReturnedRefund, insertRefund, type Refund } from '../storage/refunds.ts'
import { insertSetOff } from '../storage/set-offs.ts'
import { insertTasks } from '../storage/tasks.ts'
import type { CreditDeps, CreditSituation } from './credit-situation.ts'
import { type MoneyDeps, prepareMoneyIn, settlingAmount } from './money-in.ts'
import { newTask } from './new-task.ts'
import { readCautionsOfPayment } from './read-cautions.ts'
import { Outrun } from './retry-when-outrun.ts'

export type ChoiceDeps = CreditDeps & MoneyDeps

/** What was chosen, and by whom. */
export interface ChosenCredit {
  choice: CreditChoice
  /** With refund-to-account. */
  iban?: string
  /** Whose account it is; the customer's without. */
  holder?: string
  /** With set-off: the claim to pay; the first due without. */
  setOffClaimId?: string
  /** `agent`, `customer`, `default`, or the member of staff who noted it. */
  by: string
}

export interface PreparedChoice {
  /** The claim of the credit as it is afterwards. */
  after: Claim
  /** @throws {Outrun} when offer or claims changed since they were read. */
  write(tx: Tx): Promise<void>
}

/** Where a choice is at fault. */
export interface ChoicePointers {
  choice: string
  iban: string
  holder: string
  claim: string
}

/**
 * Decides on a choice for the offer that stands. Refuses `credit-choice-unknown` (not offered),
 * `account-invalid`, `text-invalid` and `claim-not-open` (nothing is owed on the claim to be paid).
 */
export async function prepareChoice(
  deps: ChoiceDeps,
  { situation, offer }: { situation: CreditSituation; offer: CreditOffer },
  { chosen, at }: { chosen: ChosenCredit; at: ChoicePointers },
): Promise<Result<PreparedChoice, Refusal>> {
  const { choice } = chosen
  if (situation.credit !== offer.amount) {
    return err(refusal('credit-unknown', 'the amount is another one by now: look at the latest'))
  }
  const isDue = offer.state === 'waiting' && choice === 'set-off'
  if (!offer.choices.includes(choice) && !isDue) {
    const detail = `choose one of ${offer.choices.join(', ')}`
    return err(refusal('credit-choice-unknown', detail, at.choice))
  }
  const chance = { situation, offer, chosen, at }
  switch (choice) {
    case 'next-bill':
      return ok(wait(chance))
    case 'set-off':
      return await setOff(deps, chance)
    default:
      return await refund(deps, chance)
  }
}

interface Chance {
  situation: CreditSituation
  offer: CreditOffer
  chosen: ChosenCredit
  at: ChoicePointers
}

function wait({ situation, offer, chosen }: Chance): PreparedChoice {
  const { claim } = situation
  return {
    after: claim,
    write: async (tx) => {
      if (!(await changeClaim(tx, claim, {}))) throw new Outrun()
      await endOffer(tx, { situation, offer, chosen }, 'waiting')
    },
  }
}

async function setOff(
  deps: ChoiceDeps,
  { situation, offer, chosen, at }: Chance,
): Promise<Result<PreparedChoice, Refusal>> {
  const { claim, openClaims, now, today } = situation
  const { setOffClaimId } = chosen
  const target =
    setOffClaimId === undefined
      ? openClaims[0]
      : openClaims.find(({ claimId }) => claimId === setOffClaimId)
  if (target === undefined) {
    const detail = 'no open payment request of this customer is owed there'
    return err(refusal('claim-not-open', detail, at.claim))
  }
  const setOffId = deps.ids.newId('so')
  const [found] = await claimsById(deps.db, target.creditorId, [target.claimId])
  if (found === undefined) throw new Error(`claim ${target.claimId} is not there`)
  const settling = await settlingAmount(deps, found, today)
  const minor = settling < offer.amount ? settling : offer.amount
  if (minor <= 0n) throw new Outrun()
  const money = { transactionId: setOffId, receivedOn: today, setOffFrom: claim.claimId }
  const book = await prepareMoneyIn(deps, money, [{ found, minor }])
  const givenBack = claim.givenBack + minor
  const { creditorId, claimId } = claim
  const write = async (tx: Tx) => {
    // In the order of their ids: two set-offs between two claims never wait for each other.
    const isFirst = claimId < target.claimId
    if (!isFirst) await book(tx)
    if (!(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
    if (isFirst) await book(tx)
    await insertSetOff(tx, {
      creditorId,
      setOffId,
      creditId: offer.creditId,
      fromClaimId: claimId,
      toClaimId: target.claimId,
      amount: minor,
      createdAt: now,
    })
    await endOffer(tx, { situation, offer, chosen }, 'chosen')
    const { value, currency } = formatAmount({ minor, currency: offer.currency })
    const data = { creditId: offer.creditId, amount: value, currency, to: target.claimId }
    await appendEvent(tx, { creditorId, claimId, type: 'credit.set-off', at: now, data })
  }
  return ok({ after: { ...claim, givenBack }, write })
}

/** The end of the second working day is near enough: a person looks within two days. */
const APPROVE_SECONDS = 2 * 86_400

async function refund(deps: ChoiceDeps, chance: Chance): Promise<Result<PreparedChoice, Refusal>> {
  const { situation, offer, chosen } = chance
  const { claim, now } = situation
  const account = await accountOf(deps, chance)
  if (!account.ok) return account
  const cautions = refundCautions(await factsOf(deps, chance, account.value))
  const isApproved = cautions.length === 0
  const refundId = deps.ids.newId('rf')
  const made: Refund = {
    creditorId: claim.creditorId,
    refundId,
    claimId: claim.claimId,
    debtorId: claim.debtorId,
    creditId: offer.creditId,
    currency: offer.currency,
    amount: offer.amount,
    target: chosen.choice === 'refund-to-origin' ? 'origin' : 'other',
    account: { holder: account.value.holder, iban: account.value.iban },
    state: isApproved ? 'approved' : 'chosen',
    cautions,
    chosenBy: chosen.by,
    approvedBy: isApproved ? 'rules' : null,
    // Banks take no underscore in an end-to-end id.
    endToEndId: refundId.replace('_', '').toUpperCase(),
    exportId: null,
    exportedAt: null,
    paidTransactionId: null,
    returnedTransactionId: null,
    createdAt: now,
    endedAt: null,
  }
  const givenBack = claim.givenBack + offer.amount
  const task = { kind: 'approve-refund', origin: refundId, dueAt: now + APPROVE_SECONDS, now }
  const write = async (tx: Tx) => {
    if (!(await changeClaim(tx, claim, { givenBack }))) throw new Outrun()
    await endOffer(tx, chance, 'chosen')
    await insertRefund(tx, made)
    const { creditorId, claimId } = claim
    const about = { creditorId, claimId, at: now }
    if (isApproved) {
      const data = { refundId, by: 'rules' }
      await appendEvents(tx, [{ ...about, type: 'refund.approved', data }])
    } else await insertTasks(tx, [newTask(deps, claim, task)])
  }
  return ok({ after: { ...claim, givenBack }, write })
}

async function accountOf(
  deps: ChoiceDeps,
  { situation, chosen, at }: Chance,
): Promise<Result<OriginAccount, Refusal>> {
  const { claim, origin } = situation
  if (chosen.choice === 'refund-to-origin') {
    const detail = 'the account that the money came from is not known any more'
    return origin === undefined
      ? err(refusal('credit-choice-unknown', detail, at.choice))
      : ok(origin)
  }
  const iban = (chosen.iban ?? '').replaceAll(/\s/g, '').toUpperCase()
  if (!isValidIBAN(iban)) {
    return err(refusal('account-invalid', 'name the IBAN of the account', at.iban))
  }
  const given = chosen.holder?.trim()
  if (given !== undefined && given !== '') {
    const refused = textRefusal(given, 70, at.holder)
    return refused === undefined ? ok({ iban, holder: given }) : err(refused)
  }
  const debtor = await findDebtor(deps.db, claim)
  return ok({ iban, holder: debtor?.name ?? '' })
}

async function factsOf(
  { db }: ChoiceDeps,
  { situation, offer, chosen }: Chance,
  { iban }: OriginAccount,
): Promise<RefundFacts> {
  const { claim, creditor } = situation
  const debtor = await findDebtor(db, claim)
  return {
    target: chosen.choice === 'refund-to-origin' ? 'origin' : 'other',
    money: { minor: offer.amount, currency: offer.currency },
    iban,
    country: debtor?.country ?? creditor.country,
    rules: creditor.creditRules,
    hasReturnedRefund: await hasReturnedRefund(db, claim),
    hasReturnedPayment: await hasReturnedPayment(db, claim),
    paymentCautions: await cautionsOfMoney(db, claim),
  }
}

/** What is odd about the payments that brought too much. */
async function cautionsOfMoney(db: Database, claim: Claim): Promise<PaymentCaution[]> {
  const payments = await paymentsOfClaim(db, claim)
  const cautions: PaymentCaution[] = []
  for (const payment of payments) {
    if (payment.reversedAt !== null || payment.overpaid === 0n) continue
    cautions.push(...(await readCautionsOfPayment({ db }, payment)))
  }
  return cautions
}

/** What is shown of an account; nothing of a person who was erased. */
export function hintOf(account: Pick<OriginAccount, 'iban'> | null): string {
  return account === null ? '…' : `${account.iban.slice(0, 2)}…${account.iban.slice(-4)}`
}

/** The offer with its choice, and the end of its journey. */
async function endOffer(
  tx: Tx,
  { situation, offer, chosen }: Pick<Chance, 'situation' | 'offer' | 'chosen'>,
  state: 'waiting' | 'chosen',
): Promise<void> {
  const { claim, now } = situation
  const { choice, by: chosenBy } = chosen
  const endedAt = state === 'chosen' ? now : null
  if (!(await moveOffer(tx, offer, { state, choice, chosenBy, endedAt }))) throw new Outrun()
  if (claim.state !== 'open') await endDunning(tx, claim)
  const { creditorId, claimId } = claim
  const { value, currency } = formatAmount({ minor: offer.amount, currency: offer.currency })
  const data = { creditId: offer.creditId, choice, amount: value, currency, by: chosenBy }
  await appendEvent(tx, { creditorId, claimId, type: 'credit.chosen', at: now, data })
}
