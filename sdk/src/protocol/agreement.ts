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
  /** The newest payment request before the answer. */
  request: Pick<
    RequestMessage,
    'iss' | 'aud' | 'sub' | 'thr' | 'requestId' | 'creditor' | 'remittance'
  > &
    // Asked for only where the plan takes the place of another.
    Partial<Pick<RequestMessage, 'revision' | 'replan'>>
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
  const revision = request.replan === undefined ? undefined : request.revision
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
      endToEndId: endToEndId(request.requestId, line.line, revision),
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
 * The revision that an agreement over another plan names in its lines (AGR-03), as who has no request
 * reads it; undefined for a first plan.
 *
 * @example
 * import { type Agreement, revisionInLines } from '@parley/sdk/protocol'
 * declare const agreement: Agreement
 * if (revisionInLines(agreement) !== undefined) console.log('it takes the place of another plan')
 */
export function revisionInLines({ lines }: Pick<Agreement, 'lines'>): number | undefined {
  const named = /-R([1-9][0-9]{0,5})-1$/.exec(lines[0]?.endToEndId ?? '')?.[1]
  return named === undefined ? undefined : Number(named)
}

/**
 * The EndToEndId of a plan line: the request id without its prefix, a hyphen, and the line number; for a
 * plan that takes the place of another the revision stands between them (AGR-03). At most 35 characters
 * of the SEPA set. Source: ISO 20022 Max35Text, EPC SEPA character set.
 *
 * @example
 * import { endToEndId } from '@parley/sdk/protocol'
 * endToEndId('pr_01JD3Z5T7V9X1B3D5F7H9K1M3P', 2) // => '01JD3Z5T7V9X1B3D5F7H9K1M3P-2'
 * endToEndId('pr_01JD3Z5T7V9X1B3D5F7H9K1M3P', 2, 3) // => '01JD3Z5T7V9X1B3D5F7H9K1M3P-R3-2'
 */
export function endToEndId(requestId: string, line: number, revision?: number): string {
  const base = requestId.slice(requestId.lastIndexOf('_') + 1)
  return revision === undefined ? `${base}-${line}` : `${base}-R${revision}-${line}`
}
