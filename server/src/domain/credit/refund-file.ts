// The order to the creditor's bank to pay refunds, as a pain.001 message. Pure.
import { toSepaCharacters, writeCreditTransfer } from '@parley/sdk/iso20022'
import { type Day, err, type Money, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'

/** One refund of a file. */
export interface FileRefund {
  readonly endToEndId: string
  readonly money: Money
  readonly holder: string
  readonly iban: string
  /** What it is a refund of. */
  readonly invoiceNumber: string
}

export interface RefundOrder {
  readonly messageId: string
  /** Epoch seconds. */
  readonly createdAt: number
  readonly executionDay: Day
}

/** Whose account pays. */
export interface RefundingParty {
  readonly name: string
  readonly account: { readonly iban: string; readonly bic?: string }
}

/** Longest name and text of a SEPA credit transfer. */
const NAME_LENGTH = 70
const TEXT_LENGTH = 140

/**
 * Writes the file. Names and texts are brought into the characters that every bank takes. Refuses
 * `currency-unsupported` for what banks do not take in such a file, naming the member.
 */
export function refundFile(
  party: RefundingParty,
  { messageId, createdAt, executionDay }: RefundOrder,
  refunds: readonly FileRefund[],
): Result<string, Refusal> {
  const name = sepa(party.name, NAME_LENGTH, 'Creditor')
  const file = writeCreditTransfer({
    messageId,
    createdAt,
    initiatingParty: { name },
    payments: [
      {
        paymentInformationId: `${messageId}-1`,
        executionDay,
        debtor: { name, account: party.account },
        // Each is seen leaving with its own end-to-end id.
        batchBooking: false,
        transactions: refunds.map(({ endToEndId, money, holder, iban, invoiceNumber }) => ({
          endToEndId,
          amount: money,
          creditor: { name: sepa(holder, NAME_LENGTH, 'Customer'), account: { iban } },
          remittance: { text: sepa(`Refund ${invoiceNumber}`, TEXT_LENGTH, 'Refund') },
        })),
      },
    ],
  })
  if (file.ok) return ok(file.value)
  const { code, at } = file.error
  return err(refusal('currency-unsupported', `the file cannot be written: ${code} at ${at}`))
}

/** The first characters of a text as banks take them; a script that has none is left out. */
function sepa(text: string, length: number, otherwise: string): string {
  const written = toSepaCharacters(text)
  const short = written.ok ? written.value.slice(0, length).trim() : ''
  return short === '' ? otherwise : short
}
