// The agreement: derived from the offer and the answer alone, so that both sides get the same bytes
// without sending them, and signed by both over those bytes.
import type {
  AcceptMessage,
  Agreement,
  CounterMessage,
  PlanTerms,
  RequestMessage,
} from './generated/messages.ts'
import { sha256Base64Url } from './hash.ts'
import { planOf } from './menu.ts'
import { formatAmount, type Money } from './money.ts'
import { planHash, planTotal, schedule } from './plan-schedule.ts'

/** What both sides know when an agreement comes about. */
export interface AgreementFacts {
  /** The payment request that opened the thread. */
  request: Pick<
    RequestMessage,
    'iss' | 'aud' | 'sub' | 'thr' | 'requestId' | 'creditor' | 'remittance'
  >
  /** Outstanding principal that the request stated. */
  principal: Money
  plan: PlanTerms
  /** The claims of the accept or counter that names the plan. */
  answer: Pick<AcceptMessage | CounterMessage, 'jti' | 'iat' | 'payBy'> & { prev: string }
}

/**
 * The agreement and its exact bytes. Members stand in the order of this function and the JSON has
 * no white space; `agreementId` is the SHA-256 of the text "parley-agreement-1", the offer's hash,
 * the answer's jti and the plan hash, joined by line feeds. Spec: NEG (agreement derivation).
 *
 * @example
 * import { type AgreementFacts, deriveAgreement } from '@parley/sdk/protocol'
 * declare const facts: AgreementFacts
 * const { agreement, bytes } = await deriveAgreement(facts)
 * console.log(agreement.agreementId, bytes.length)
 */
export async function deriveAgreement(
  facts: AgreementFacts,
): Promise<{ agreement: Agreement; bytes: Uint8Array }> {
  const { request, principal, plan, answer } = facts
  const hash = await planHash(principal, plan)
  const lines = schedule(principal, plan)
  const agreement: Agreement = {
    ver: '1.0',
    agreementId: await sha256Base64Url(
      ['parley-agreement-1', answer.prev, answer.jti, hash].join('\n'),
    ),
    iss: request.iss,
    aud: request.aud,
    sub: request.sub,
    thr: request.thr,
    iat: answer.iat,
    offer: answer.prev,
    answer: answer.jti,
    requestId: request.requestId,
    creditor: inOrder(request.creditor),
    remittance: { scheme: request.remittance.scheme, reference: request.remittance.reference },
    principal: formatAmount(principal),
    total: formatAmount(planTotal(principal, plan)),
    plan: planOf(plan, plan.firstDueDate),
    planHash: hash,
    lines: lines.map((line) => ({
      line: line.line,
      dueDate: line.dueDate,
      amount: line.amount,
      endToEndId: endToEndId(request.requestId, line.line),
    })),
    ...(answer.payBy ? { payBy: { bank: answer.payBy.bank } } : {}),
  }
  return { agreement, bytes: new TextEncoder().encode(JSON.stringify(agreement)) }
}

function inOrder(creditor: RequestMessage['creditor']): Agreement['creditor'] {
  const { iban, bic } = creditor.account
  return {
    id: creditor.id,
    name: creditor.name,
    account: bic === undefined ? { iban } : { iban, bic },
  }
}

/**
 * The EndToEndId of a plan line: the request id without its prefix, a hyphen, and the line number;
 * at most 35 characters of the SEPA set. Source: ISO 20022 Max35Text, EPC SEPA character set.
 *
 * @example
 * import { endToEndId } from '@parley/sdk/protocol'
 * endToEndId('pr_01JD3Z5T7V9X1B3D5F7H9K1M3P', 2) // => '01JD3Z5T7V9X1B3D5F7H9K1M3P-2'
 */
export function endToEndId(requestId: string, line: number): string {
  const base = requestId.slice(requestId.lastIndexOf('_') + 1)
  return `${base}-${line}`
}
