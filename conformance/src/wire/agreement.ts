// The agreement as it follows from a request, a plan and an answer (AGR-01 to AGR-04).
import { sha256, signatureOf } from './jws.ts'
import type { PartyKey } from './keys.ts'
import type { Amount } from './money.ts'
import { linesOf, type PlanTerms, planHash, planOf, totalOf } from './plan.ts'

/** The members of a `request` that an agreement repeats. */
export interface AgreedRequest {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly thr: string
  readonly requestId: string
  readonly creditor: {
    readonly id: string
    readonly name: string
    readonly account: { readonly iban: string; readonly bic?: string }
  }
  readonly remittance: { readonly scheme: string; readonly reference: string }
  readonly revision?: number
  readonly replan?: unknown
}

export interface AgreementFacts {
  readonly request: AgreedRequest
  readonly principal: Amount
  readonly plan: PlanTerms
  readonly answer: {
    readonly jti: string
    readonly iat: number
    readonly prev: string
    readonly payBy?: { readonly bank: string }
  }
}

/** A signature that leaves its payload out. */
export interface DetachedSignature {
  readonly protected: string
  readonly signature: string
}

/** The exact text of the agreement. */
export function agreementText({ request, principal, plan, answer }: AgreementFacts): string {
  const { id, name, account } = request.creditor
  const { scheme, reference } = request.remittance
  const hash = planHash(principal, plan)
  const base = request.requestId.replace(/^[a-z]{1,3}_/, '')
  const round = request.replan === undefined ? '' : `R${request.revision}-`
  return JSON.stringify({
    ver: '1.0',
    agreementId: sha256(['parley-agreement-1', answer.prev, answer.jti, hash].join('\n')),
    ...{ iss: request.iss, aud: request.aud, sub: request.sub, thr: request.thr },
    ...{ iat: answer.iat, offer: answer.prev, answer: answer.jti, requestId: request.requestId },
    creditor: {
      ...{ id, name },
      account: {
        iban: account.iban,
        ...(account.bic === undefined ? {} : { bic: account.bic }),
      },
    },
    remittance: { scheme, reference },
    principal: { value: principal.value, currency: principal.currency },
    total: totalOf(principal, plan),
    plan: planOf(plan, plan.firstDueDate),
    planHash: hash,
    lines: linesOf(principal, plan).map((line) => ({
      ...line,
      endToEndId: `${base}-${round}${line.line}`,
    })),
    ...(answer.payBy === undefined ? {} : { payBy: { bank: answer.payBy.bank } }),
  })
}

/** A party's signature over an agreement. */
export function signAgreement(text: string, key: PartyKey): DetachedSignature {
  const header = { alg: key.alg, typ: 'parley-agreement+jwt', kid: key.kid }
  const protectedPart = Buffer.from(JSON.stringify(header)).toString('base64url')
  const input = `${protectedPart}.${Buffer.from(text).toString('base64url')}`
  return { protected: protectedPart, signature: signatureOf(input, key) }
}
