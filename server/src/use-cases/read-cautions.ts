// Reads what is odd about an incoming payment: who else the account has paid for, and whether its money
// went back before.
import type { Day, Money } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import {
  type PaymentCaution,
  type PaymentFacts,
  paymentCautions,
} from '../domain/matching/payment-cautions.ts'
import { findBankTransaction, type TransactionDetails } from '../storage/bank-transactions.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { claimsById, type FoundClaim } from '../storage/match-candidates.ts'
import { payerRecord } from '../storage/payer-record.ts'
import type { Payment } from '../storage/payments.ts'
import type { Deps } from './deps.ts'

/** Money of which cautions are read. */
export interface CautionedMoney {
  creditor: CreditorRow
  transactionId: string
  amount: Money
  receivedOn: Day
  payer: { names: readonly string[]; iban: string | undefined }
}

/** Who paid, as the bank says. */
export function payerOf({
  debtorName,
  ultimateDebtorName,
  debtorIban,
}: TransactionDetails): CautionedMoney['payer'] {
  const names = [debtorName, ultimateDebtorName].filter((name) => name !== undefined)
  return { names, iban: debtorIban }
}

/** What is odd about money for a claim, of which so much is too much. */
export async function readPaymentCautions(
  deps: Pick<Deps, 'db'>,
  money: CautionedMoney,
  about: { found: FoundClaim; overpaid: bigint },
): Promise<PaymentCaution[]> {
  return paymentCautions(await factsOf(deps, money, about))
}

/** What is odd about a booked payment, as it is seen now; nothing about one that no bank brought. */
export async function readCautionsOfPayment(
  deps: Pick<Deps, 'db'>,
  payment: Payment,
): Promise<PaymentCaution[]> {
  const { creditorId, claimId } = payment
  const booking = await findBankTransaction(deps.db, payment)
  const [found] = await claimsById(deps.db, creditorId, [claimId])
  if (booking === undefined || found === undefined) return []
  const creditor = await readCreditor(deps.db, creditorId)
  const money: CautionedMoney = {
    creditor,
    transactionId: payment.transactionId,
    amount: { minor: booking.amount, currency: booking.currency },
    receivedOn: payment.receivedOn,
    payer: payerOf(booking.details),
  }
  const { overpaid } = payment
  const owed = payment.amount - overpaid
  return paymentCautions(await factsOf(deps, money, { found, overpaid, owed }))
}

async function factsOf(
  { db }: Pick<Deps, 'db'>,
  { creditor, transactionId, amount, receivedOn, payer }: CautionedMoney,
  { found, overpaid, owed }: { found: FoundClaim; overpaid: bigint; owed?: bigint },
): Promise<PaymentFacts> {
  const { claim, debtorName } = found
  const { iban } = payer
  const record =
    iban === undefined
      ? undefined
      : await payerRecord(db, claim, { iban, amount, receivedOn, transactionId })
  const debtor = overpaid > 0n ? await findDebtor(db, claim) : undefined
  return {
    overpaid,
    owed: owed ?? (claim.state === 'cancelled' ? 0n : outstandingOf(claim)),
    debtorName,
    payerNames: payer.names,
    payerIban: iban,
    isKnownIban: record?.hasPaidForDebtor ?? false,
    homeCountries: [
      debtor?.country ?? creditor.country,
      creditor.country,
      creditor.iban.slice(0, 2),
    ],
    otherDebtorsOfEqualPayments: record?.otherDebtors ?? 0,
    hasReturnedAtOnce: record?.hasReturned ?? false,
  }
}
