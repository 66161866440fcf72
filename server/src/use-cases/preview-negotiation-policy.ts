// A creditor looks at what a policy would offer, before it sets it. Reads its zone; stores nothing.
import {
  type Amount,
  type Day,
  err,
  ok,
  parseAmount,
  type Result,
  sha256Base64Url,
} from '@parley/sdk/protocol'
import { checkAmount, checkDueDate } from '../domain/claim/issue-claim.ts'
import { checkPolicy } from '../domain/negotiation/check-policy.ts'
import {
  completeTerms,
  type Policy,
  type PolicyInput,
  type PolicyTerms,
  policyText,
} from '../domain/negotiation/policy.ts'
import { type PolicyPreview, previewPolicy } from '../domain/negotiation/preview-policy.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { readCreditor } from '../storage/creditors.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'

export interface PreviewCommand {
  terms: PolicyInput
  amount: Amount
  /** Today by default. */
  dueDate?: Day
  /** As if the debtor had told it. */
  payDay?: number
}

export interface NegotiationPreview extends PolicyPreview {
  offeredOn: Day
  dueDate: Day
  amount: Amount
}

/**
 * Tells what a policy would offer today for an amount. Refuses `policy-invalid`, as setting the
 * policy would, `currency-unsupported`, `amount-invalid`, `date-invalid` and `due-date-range`.
 */
export async function previewNegotiationPolicy(
  deps: Pick<Deps, 'db' | 'clock'>,
  { creditorId, ...command }: PreviewCommand & { creditorId: string },
): Promise<Result<NegotiationPreview, Refusal>> {
  const { timeZone } = await readCreditor(deps.db, creditorId)
  const today = dayOf(deps.clock.now(), timeZone)
  const { amount, dueDate = today, payDay } = command
  const terms = completeTerms(command.terms)
  const refused = refuseTerms(terms) ?? checkAmount({ amount }) ?? checkDueDate(dueDate, today)
  if (refused !== undefined) return err(refused)
  const money = parseAmount(amount)
  if (!money.ok) throw new Error('unreachable: checkAmount passed')
  const preview = previewPolicy({
    policy: await unnumbered(terms),
    outstanding: money.value.minor,
    currency: money.value.currency,
    dueDate,
    offeredOn: today,
    ...(payDay === undefined ? {} : { payDay }),
  })
  return ok({ offeredOn: today, dueDate, amount, ...preview })
}

function refuseTerms(terms: PolicyTerms): Refusal | undefined {
  const refused = checkPolicy(terms)
  return refused && refusal(refused.code, refused.detail, `/terms${refused.pointer ?? ''}`)
}

/** A policy that is not stored: no version of a stored one is 0, so that no two share a hash. */
async function unnumbered(terms: PolicyTerms): Promise<Policy> {
  const [segment, version] = ['preview', 0]
  const policyHash = await sha256Base64Url(policyText(segment, version, terms))
  return { segment, version, policyHash, terms }
}
