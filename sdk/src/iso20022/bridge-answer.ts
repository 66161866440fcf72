// What the statuses of pain.014 mean in Parley, and back. A provider that took a request is kept apart
// from a debtor who decided on it. Spec: ISO-07, ISO-08.
import { endToEndId } from '../protocol/agreement.ts'
import type {
  AckMessage,
  Agreement,
  DeclineMessage,
  DisputeMessage,
  PaymentMessage,
  RequestMessage,
} from '../protocol/generated/messages.ts'
import type { Money } from '../protocol/money.ts'
import { checkedMoney } from './bridge-activation.ts'
import { isoReasonOf, type Refuser, refuserOf } from './reason-codes.ts'
import type { StatusReason } from './status-reasons.ts'
import type { TransactionStatus } from './status-report.ts'

/** A reason in the words of Parley: a code, and at most 105 characters. */
export interface AnswerReason {
  readonly code: string
  readonly text?: string
}

/** What the other side said to one payment. Nothing of it is signed: it binds nobody in Parley. */
export type DebtorAnswer =
  /** The provider has it: `ack` `RCVD`. */
  | { readonly kind: 'received' }
  /** The debtor has seen it: `ack` `PRES`. */
  | { readonly kind: 'presented' }
  /** Yes to all of it: what `accept` says of a single payment. */
  | { readonly kind: 'accepted'; readonly decidedAt: number | null }
  /** Yes to another amount or day. Parley changes what is owed by agreement alone. */
  | {
      readonly kind: 'changed'
      readonly acceptedAmount: Money | null
      readonly decidedAt: number | null
    }
  /** No: of the debtor what `decline` says; of a provider, the debtor is still to be asked. */
  | { readonly kind: 'refused'; readonly by: Refuser; readonly reason: AnswerReason }
  /** The payment is on its way: `payment` `PDNG`. */
  | { readonly kind: 'pending' }
  /** The bank says that it paid: `payment` `ACSC`, a claim until the account shows it (PAY-10). */
  | { readonly kind: 'settled' }
  /** A status that says nothing here. */
  | { readonly kind: 'unclear'; readonly status: string }

const KINDS: ReadonlyMap<string, 'received' | 'presented' | 'pending' | 'settled'> = new Map([
  ['RCVD', 'received'],
  ['ACTC', 'received'],
  ['PRES', 'presented'],
  ['PDNG', 'pending'],
  ['ACSP', 'pending'],
  ['ACSC', 'settled'],
  ['ACCC', 'settled'],
])

/**
 * Reads the meaning of a transaction's status. `ACTC` is a technical acceptance and no decision, except
 * where the report says what the debtor decided: a time, or an answer to the conditions. `RJCT` is the
 * debtor's where it has that time or a code that only debtors use.
 *
 * @example
 * import { debtorAnswerOf } from '@parley/sdk/iso20022'
 * debtorAnswerOf({ status: 'PRES', reasons: [] }) // => { kind: 'presented' }
 * debtorAnswerOf({ status: 'ACTC', reasons: [] }) // => { kind: 'received' }
 */
export function debtorAnswerOf(transaction: TransactionStatus): DebtorAnswer {
  const { status = '', reasons, conditions, decidedAt = null } = transaction
  const acceptedAmount = conditions?.acceptedAmount ?? null
  const isDecided = decidedAt !== null || conditions !== undefined
  if (status === 'RJCT') return refused(reasons, decidedAt !== null)
  if (status === 'ACWC') return { kind: 'changed', acceptedAmount, decidedAt }
  if (status === 'ACCP' || (status === 'ACTC' && isDecided)) {
    return acceptedAmount === null
      ? { kind: 'accepted', decidedAt }
      : { kind: 'changed', acceptedAmount, decidedAt }
  }
  const kind = KINDS.get(status)
  return kind === undefined ? { kind: 'unclear', status } : { kind }
}

function refused(reasons: readonly StatusReason[], isDecided: boolean): DebtorAnswer {
  const [first] = reasons
  const { code: iso, proprietary, texts = [] } = first ?? {}
  const code = iso ?? ownCode(proprietary)
  const [text] = texts
  const by = isDecided ? 'debtor' : refuserOf(code)
  return { kind: 'refused', by, reason: text === undefined ? { code } : { code, text } }
}

/** A sender's own code where it may stand as a reason of Parley. */
function ownCode(code: string | undefined): string {
  return code !== undefined && /^[A-Za-z0-9-]{2,40}$/.test(code) ? code : 'MS03'
}

/** A message of the debtor's side, or what it led to. */
export type DebtorSideMessage =
  | { readonly kind: 'ack'; readonly message: AckMessage }
  | { readonly kind: 'decline'; readonly message: DeclineMessage }
  | { readonly kind: 'dispute'; readonly message: DisputeMessage }
  | { readonly kind: 'payment'; readonly message: PaymentMessage }

/**
 * Says by a status what a message of Parley says. A refusal has the debtor's code, or `MS02`; a dispute
 * of a part is a refusal of the whole here, with `AM09`.
 *
 * @example
 * import { statusOfMessage } from '@parley/sdk/iso20022'
 * import type { DeclineMessage } from '@parley/sdk/protocol'
 * declare const message: DeclineMessage
 * console.log(statusOfMessage({ kind: 'decline', message }).status)
 */
export function statusOfMessage({ kind, message }: DebtorSideMessage): TransactionStatus {
  const original = { originalEndToEndId: endToEndId(message.requestId, 1) }
  switch (kind) {
    case 'ack':
      return { ...original, status: message.status, reasons: [] }
    case 'decline':
      return rejected(message, isoReasonOf(message.reason?.code ?? '', 'debtor'))
    case 'dispute':
      return rejected(message, 'AM09')
    case 'payment': {
      const { status, reason } = message
      const code = reason && isoReasonOf(reason.code, 'provider')
      const reasons = code === undefined ? [] : [{ code, texts: textsOf(reason) }]
      return { originalEndToEndId: message.endToEndId, status, reasons }
    }
  }
}

function rejected(message: DeclineMessage | DisputeMessage, code: string): TransactionStatus {
  const { requestId, iat, reason } = message
  return {
    originalEndToEndId: endToEndId(requestId, 1),
    status: 'RJCT',
    reasons: [{ code, texts: textsOf(reason) }],
    decidedAt: iat,
  }
}

function textsOf(reason: AnswerReason | undefined): string[] {
  return reason?.text === undefined ? [] : [reason.text]
}

/**
 * Says by a status that there is an agreement: `ACCP` for one payment of the whole amount by the day
 * that was asked for, else `ACWC` with the agreed total. The plan itself has no place in a pain.014.
 *
 * @example
 * import { statusOfAgreement } from '@parley/sdk/iso20022'
 * import type { Agreement, RequestMessage } from '@parley/sdk/protocol'
 * declare const agreement: Agreement
 * declare const request: RequestMessage
 * console.log(statusOfAgreement(agreement, request).status)
 */
export function statusOfAgreement(
  agreement: Agreement,
  request: Pick<RequestMessage, 'requestId' | 'amount' | 'dueDate'>,
): TransactionStatus {
  const [line, second] = agreement.lines
  const total = checkedMoney(agreement.total)
  const isAsAsked =
    second === undefined &&
    line !== undefined &&
    line.dueDate <= request.dueDate &&
    total.minor === checkedMoney(request.amount).minor
  return {
    originalEndToEndId: endToEndId(request.requestId, 1),
    status: isAsAsked ? 'ACCP' : 'ACWC',
    reasons: [],
    ...(isAsAsked
      ? {}
      : { conditions: { acceptedAmount: total, guaranteedPayment: false, earlyPayment: false } }),
    decidedAt: agreement.iat,
  }
}
