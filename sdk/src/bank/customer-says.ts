// What a customer says about an agreement: yes or no to a question, or that a payment is to be called
// back. The host has authenticated the customer.

import { err, ok, type Result } from '../protocol/result.ts'
import { type BankContext, changeCustomer } from './context.ts'
import {
  type AgreementRecord,
  ASK_CODES,
  type AskCode,
  type CustomerRecord,
  findLine,
  type LineKey,
  type LineRecord,
  type LineState,
  withAgreement,
  withLine,
} from './customer.ts'
import { type AgreementQuestion, openQuestion, payeeQuestion } from './question.ts'
import { instructionFor } from './rail-outcome.ts'
import { flushReports, loadLine } from './report-line.ts'
import { presentFacts } from './today.ts'

/** A question that waits for the customer. Show the names in it isolated: they are a stranger's. */
export interface CustomerQuestion extends AgreementQuestion {
  readonly customerId: string
  readonly agreementId: string
  readonly creditor: AgreementRecord['creditor']
  readonly reference: string
  /** The lines that wait. */
  readonly lines: ReadonlyArray<Pick<LineRecord, 'line' | 'dueDate' | 'amount'>>
}

/** Which question is answered, as the customer was asked it. */
export type QuestionRef = Pick<CustomerQuestion, 'customerId' | 'agreementId' | 'code' | 'detail'>

/** Lists what the customer is asked. */
export function questionsOf(customer: CustomerRecord): CustomerQuestion[] {
  return customer.agreements.flatMap((agreement) => {
    const lines = agreement.lines.filter(isAsking)
    const [first] = lines
    if (first === undefined) return []
    const code = first.code as AskCode
    const { agreementId, creditor, remittance } = agreement
    return [
      {
        ...{ customerId: customer.customerId, agreementId, creditor },
        ...{ code, detail: detailOf(customer, agreement, code) },
        reference: remittance.reference,
        lines: lines.map(({ line, dueDate, amount }) => ({ line, dueDate, amount })),
      },
    ]
  })
}

type Answered = Result<null, { readonly code: 'question-unknown' }>

/**
 * Takes the answer. Yes lets the agreement's lines go on, as far as this question goes; no stops what
 * is not with the rail yet. Refuses `question-unknown`: there is none, or it is another one by now.
 */
export function answerQuestion(
  context: BankContext,
  { customerId, agreementId, code, detail }: QuestionRef,
  answer: 'yes' | 'no',
): Promise<Answered> {
  return changeCustomer<Answered>(context, customerId, async (customer) => {
    const unknown = { customer: null, outcome: err({ code: 'question-unknown' as const }) }
    const agreement = customer?.agreements.find((one) => one.agreementId === agreementId)
    if (customer === undefined || agreement === undefined) return unknown
    const [line] = agreement.lines.filter(isAsking)
    if (line === undefined) return unknown
    const { payees, today } = await presentFacts(context, customer, {
      agreementId,
      line: line.line,
    })
    const payee = payees && payeeQuestion(agreement, today, payees)
    const open = openQuestion(customer, agreement) ?? (typeof payee === 'object' ? payee : null)
    if (open?.code !== code || open.detail !== detail) return unknown
    const changed = answer === 'yes' ? approve(context, agreement, open) : refuse(agreement)
    return { customer: withAgreement(customer, changed), outcome: ok(null) }
  })
}

/**
 * Calls a payment back: `cancelled` when it will not be made, `too-late` when it has been or cannot be
 * stopped any more, `unknown` when the rail did not say.
 */
export async function cancelPayment(
  context: BankContext,
  key: LineKey,
): Promise<'cancelled' | 'too-late' | 'unknown'> {
  const customer = await context.store.customer(key.customerId)
  const found = customer === undefined ? undefined : findLine(customer, key)
  if (customer === undefined || found === undefined) return 'too-late'
  if (found.line.state === 'accepted') {
    const { endToEndId, idempotencyKey, debtorAccount } = instructionFor(customer, found)
    const query = { endToEndId, idempotencyKey, debtorAccount }
    const said = await cancelAtRail(context, query)
    if (said !== 'cancelled') return said
  }
  await changeCustomer(context, key.customerId, (kept) => {
    const line = kept === undefined ? undefined : findLine(kept, key)?.line
    if (kept === undefined || line === undefined || !CANCELLABLE.has(line.state)) {
      return { customer: null, outcome: null }
    }
    const owed = line.state === 'accepted' ? CALLED_BACK : line.owed
    const stopped: LineRecord = { ...line, state: 'stopped', code: 'cancelled', owed }
    const ended = { ...stopped, paidOn: null, reconcileBy: null }
    return { customer: withLine(kept, key.agreementId, ended), outcome: null }
  })
  await flushReports(context, key)
  const now = await loadLine(context, key)
  return now?.line.code === 'cancelled' ? 'cancelled' : 'too-late'
}

/** A lease that is answered after the cancellation is not used, and ends by itself. */
const CANCELLABLE: ReadonlySet<LineState> = new Set(['scheduled', 'leasing', 'accepted'])

/** ISO 20022 CUST: requested by the customer. */
const CALLED_BACK = { status: 'RJCT', code: 'CUST' } as const

async function cancelAtRail(
  { rail }: BankContext,
  query: Parameters<NonNullable<BankContext['rail']['cancel']>>[0],
): Promise<'cancelled' | 'too-late' | 'unknown'> {
  if (rail.cancel === undefined) return 'too-late'
  try {
    return await rail.cancel(query)
  } catch {
    return 'unknown'
  }
}

function isAsking({ state, code }: LineRecord): boolean {
  return (state === 'scheduled' || state === 'leasing') && ASK_CODES.some((one) => one === code)
}

function detailOf(customer: CustomerRecord, agreement: AgreementRecord, code: AskCode) {
  const isAboutPayee = code !== 'look-alike' && code !== 'duplicate-invoice'
  if (isAboutPayee) return agreement.payee?.name ?? null
  return openQuestion(customer, agreement)?.detail ?? null
}

function approve(
  { clock }: BankContext,
  agreement: AgreementRecord,
  { code, detail }: AgreementQuestion,
): AgreementRecord {
  const lines = agreement.lines.map((line) => (isAsking(line) ? { ...line, code: null } : line))
  return { ...agreement, approved: [...agreement.approved, { code, detail, at: clock() }], lines }
}

function refuse(agreement: AgreementRecord): AgreementRecord {
  const lines = agreement.lines.map((line) =>
    line.state === 'scheduled' || line.state === 'leasing'
      ? { ...line, state: 'stopped' as const, code: 'refused-by-customer' }
      : line,
  )
  return { ...agreement, lines }
}
