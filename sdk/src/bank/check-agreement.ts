// Is this an agreement that the bank may pay for its customer? Who signed it, whether it is what both
// sides derive, whether this bank is named in it. Changes nothing.

import { deriveAgreement, revisionInLines } from '../protocol/agreement.ts'
import { decodeHeader, decodePayload, isJsonObject } from '../protocol/decode.ts'
import { fromBase64Url } from '../protocol/encoding.ts'
import type { Agreement } from '../protocol/generated/messages.ts'
import { jwkThumbprintUri } from '../protocol/identifiers.ts'
import { AGREEMENT_TYP, parseAgreement } from '../protocol/messages.ts'
import { parseAmount } from '../protocol/money.ts'
import { checkPlanTerms } from '../protocol/plan-schedule.ts'
import type { RefusalCode } from '../protocol/refusals.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { parseStrictJson } from '../protocol/strict-json.ts'
import { checkText } from '../protocol/text.ts'
import { verifyGeneralJws } from '../protocol/verify-general.ts'
import type { BankContext } from './context.ts'
import type { CustomerRecord } from './customer.ts'

/** Why an agreement is not taken. */
export interface AgreementRefusal {
  readonly code:
    | RefusalCode
    | 'schema'
    /** The creditor's name cannot be shown: see `checkText`. */
    | 'content-invalid'
    /** No signature of a registered agent. */
    | 'customer-unknown'
    /** Not what follows from its own terms: an amount, a day, a line, a hash. */
    | 'agreement-mismatch'
    /** Another bank is to pay, or none. */
    | 'bank-not-authorised'
    | 'creditor-unknown'
    | 'account-changed'
    | 'mandate-revoked'
    /** A line is due later than the bank takes agreements for. */
    | 'due-too-far'
    /** A line of the agreement that this one replaces is being paid. */
    | 'payment-under-way'
    /** The customer allows no payment in this currency. */
    | 'currency'
    /** The customer has another agreement about this request. */
    | 'duplicate-request'
  readonly detail?: string
}

/** As long as the schema lets it be. */
const MAX_NAME = 70

/** An agreement that both sides signed, and whose it is. */
export interface CheckedAgreement {
  readonly agreement: Agreement
  readonly customer: CustomerRecord
}

/**
 * Checks a general JWS. The agent's signature is checked first, with a registered key: nobody but a
 * customer's own agent can make the bank ask a creditor for its keys.
 *
 * Refuses `customer-unknown`, the codes of `verifyGeneralJws`, `schema`, `content-invalid`, `bank-not-authorised`,
 * `iss`, `aud` and `agreement-mismatch`.
 */
export async function checkAgreement(
  context: BankContext,
  text: string,
): Promise<Result<CheckedAgreement, AgreementRefusal>> {
  const read = readUnverified(text)
  if (!read.ok) return read
  const { kids, issuer } = read.value
  const signer = await findSigner(context, kids)
  if (signer === undefined) return err({ code: 'customer-unknown' })
  const { customer, kid } = signer
  const verified = await verifyGeneralJws(text, {
    typ: AGREEMENT_TYP,
    parties: [
      { name: 'agent', keys: { keys: customer.agentKeys.filter((key) => key.kid === kid) } },
      {
        name: 'creditor',
        issuer,
        keys: async (header, iss) =>
          header.kid === kid
            ? err({ code: 'key-unknown' })
            : context.directory.resolveKey(header, iss),
      },
    ],
    now: context.clock(),
  })
  if (!verified.ok) return verified
  const parsed = parseAgreement(verified.value.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  const agreement = parsed.value
  const name = checkText(agreement.creditor.name, { maxCodePoints: MAX_NAME })
  if (!name.ok) return err({ code: 'content-invalid', detail: name.error.code })
  if (agreement.payBy?.bank !== context.issuer) return err({ code: 'bank-not-authorised' })
  if (agreement.aud !== nameOf(customer, kid)) return err({ code: 'aud' })
  const isDerived = await isOwnDerivation(agreement, verified.value.payloadBytes)
  return isDerived ? ok({ agreement, customer }) : err({ code: 'agreement-mismatch' })
}

/** An agent keeps the name of the key that it enrolled with (PTY-02). */
function nameOf({ agentKeys }: CustomerRecord, kid: string): string {
  return agentKeys.find((key) => key.kid === kid)?.agent ?? jwkThumbprintUri(kid)
}

interface Unverified {
  readonly kids: readonly string[]
  readonly issuer: string
}

/** Who claims to have signed, and for whom; only to know which keys to ask for. */
function readUnverified(text: string): Result<Unverified, AgreementRefusal> {
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return parsed
  const general = isJsonObject(parsed.value) ? parsed.value : {}
  const signatures = Array.isArray(general.signatures) ? general.signatures : []
  const bytes = typeof general.payload === 'string' ? fromBase64Url(general.payload) : null
  const payload = bytes === null ? null : decodePayload(bytes)
  if (signatures.length === 0 || payload === null) return err({ code: 'serialization' })
  if (!payload.ok) return payload
  const { iss } = payload.value
  if (typeof iss !== 'string') return err({ code: 'iss' })
  const kids: string[] = []
  for (const signature of signatures) {
    const header = decodeHeader(isJsonObject(signature) ? String(signature.protected) : '')
    if (!header.ok) return header
    kids.push(header.value.kid)
  }
  return ok({ kids, issuer: iss })
}

async function findSigner(
  { store }: BankContext,
  kids: readonly string[],
): Promise<{ readonly customer: CustomerRecord; readonly kid: string } | undefined> {
  // More signatures than parties are refused later; no more look-ups than that.
  for (const kid of kids.slice(0, 2)) {
    const customer = await store.customerOfKey(kid)
    if (customer !== undefined) return { customer, kid }
  }
  return undefined
}

/** A plan that takes the place of another says so in the names of its lines. */
function anotherPlan(agreement: Agreement) {
  const revision = revisionInLines(agreement)
  const { agreementId } = agreement
  return revision === undefined ? {} : { revision, replan: { agreementId, reason: REPLANNED } }
}

const REPLANNED = { code: 'line-missed' }

/** Derives the agreement from its own terms; every line, sum and hash has to come out the same. */
async function isOwnDerivation(agreement: Agreement, bytes: Uint8Array): Promise<boolean> {
  const principal = parseAmount(agreement.principal)
  if (!principal.ok || !checkPlanTerms(principal.value, agreement.plan).ok) return false
  const derived = await deriveAgreement({
    request: { ...agreement, ...anotherPlan(agreement) },
    principal: principal.value,
    plan: agreement.plan,
    answer: {
      jti: agreement.answer,
      iat: agreement.iat,
      prev: agreement.offer,
      ...(agreement.payBy ? { payBy: agreement.payBy } : {}),
    },
  })
  return (
    derived.bytes.length === bytes.length &&
    derived.bytes.every((byte, index) => byte === bytes[index])
  )
}
