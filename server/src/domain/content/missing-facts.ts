// What stands in the way of composing a message: a template that lacks the fact it speaks of, a
// mention of the law that cannot be said, an amount that is none.

import { amountAsked } from './amount-asked.ts'
import { type CallInput, type ClaimMessageInput, isDunning } from './claim-message-input.ts'
import { isSumOf } from './fact-rows.ts'
import { missingForMentions } from './mentions.ts'
import { templateRow } from './message-templates.ts'
import { isWebAddress } from './web-address.ts'

/**
 * Lists the facts that a message lacks, by their names in the input (`planLine`,
 * `notice.announcedCharges`); empty where it can be composed.
 */
export function missingFacts(input: ClaimMessageInput | CallInput): string[] {
  if (!isDunning(input)) return []
  const { needs = [] } = templateRow(input.template)
  return [...needs.filter((fact) => input[fact] === undefined), ...missingForMentions(input)]
}

/**
 * Refuses to compose what must not leave.
 *
 * @throws {RangeError} when the parts of the claim do not sum to its amount outstanding, the link is
 * not an http(s) address, a fact is missing, or a message asks for nothing.
 */
export function assertComposable(input: ClaimMessageInput | CallInput): void {
  const { claim, portalUrl } = input
  if (!isWebAddress(portalUrl)) throw new RangeError('the link is not a web address')
  if (!isDunning(input)) return
  if (!isSumOf(claim.items, claim.outstanding)) {
    throw new RangeError('items do not sum to the outstanding')
  }
  const missing = missingFacts(input)
  if (missing.length > 0) throw new RangeError(`${input.template} lacks ${missing.join(', ')}`)
  const asks = templateRow(input.template).shape !== 'answer'
  if (asks && amountAsked(input).minor <= 0n) throw new RangeError('there is nothing to ask for')
}
