// One group of bulk lines. A line's key is its idempotency key: sent again, the line answers with
// the id of the first time, and another body under the key is refused.
import { createHash } from 'node:crypto'
import type { InvoiceInput } from '../domain/claim/issue-claim.ts'
import type { Refusal } from '../domain/refusal.ts'
import { type IssueDeps, issuePaymentRequests } from './issue-payment-requests.ts'

export type BulkOutcome =
  | { result: 'created' | 'duplicate'; claimId: string }
  | { result: 'refused'; refusal: Refusal }

/** Issues the lines of a group together; the answers stand in the order of the lines. */
export async function issueBulkLines(
  deps: IssueDeps,
  creditorId: string,
  lines: readonly { lineKey: string; invoice: InvoiceInput }[],
): Promise<BulkOutcome[]> {
  if (lines.length === 0) return []
  const outcomes = await issuePaymentRequests(
    deps,
    lines.map(({ lineKey, invoice }) => ({
      creditorId,
      invoice,
      idempotency: { key: `line ${lineKey}`, requestHash: hashOf(invoice) },
    })),
  )
  return outcomes.map((outcome): BulkOutcome => {
    if (!outcome.ok) return { result: 'refused', refusal: outcome.error }
    if (outcome.value.kind === 'issued')
      return { result: 'created', claimId: outcome.value.claimId }
    const { id } = JSON.parse(outcome.value.reply) as { id: string }
    return { result: 'duplicate', claimId: id }
  })
}

/** The same invoice gives the same hash, whatever the order of its members in the file. */
function hashOf(invoice: InvoiceInput): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(sorted(invoice)))
    .digest()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}
