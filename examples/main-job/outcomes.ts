// What came of every claim: read back through the API, mail boxes and signed evidence. Nothing here
// knows what was expected.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentRequest } from '@parley/sdk/creditor'
import {
  type Day,
  dayInZone,
  type EvidenceBundle,
  kindOf,
  parseAmountOrZero,
  peekClaims,
  verifyEvidence,
} from '@parley/sdk/protocol'
import { type Explained, readExplanations } from './explanations.ts'
import { TIME_ZONE, type World } from './world.ts'

/** Where a claim stands; every one has a name, and `unexplained` must not occur. */
export type ClaimStanding =
  | 'settled'
  | 'settled, overpaid'
  | 'plan running'
  | 'plan overdue'
  | 'part paid'
  | 'reminders under way'
  | 'reminders exhausted'
  | 'withdrawn'
  | 'unexplained'

/** Who answered for the customer. */
export type Answer = 'bot' | 'bot said no' | 'bot silent' | 'person, on the page' | 'nobody'

/** Who moved the money. */
export type Payer = 'bank' | 'person' | 'nobody'

/** Everything about one claim. */
export interface ClaimOutcome {
  readonly request: PaymentRequest
  readonly standing: ClaimStanding
  readonly answer: Answer
  readonly payer: Payer
  readonly emails: number
  /** Signed messages of all conversations about the claim. */
  readonly messages: number
  readonly receipts: number
  /** Faults of the evidence; none when it proves itself. */
  readonly faults: readonly string[]
  /** Why the server did what it did. */
  readonly explained: Explained
}

const CONCURRENCY = 4

/** Reads what came of every claim, in the order of the invoices' issue. */
export async function readOutcomes(
  world: World,
  options: { readonly keepEvidence: boolean },
): Promise<readonly ClaimOutcome[]> {
  const today = dayInZone(world.clock.now(), TIME_ZONE)
  const newestFirst = await Array.fromAsync(world.creditor.paymentRequests())
  const requests = newestFirst.toReversed()
  const { mails } = await world.mail('mails', { from: 0 })
  const mailsByPage = Map.groupBy(mails, ({ portalUrl }) => portalUrl ?? '')
  const outcomes = new Array<ClaimOutcome>(requests.length)
  let next = 0
  const worker = async () => {
    for (let index = next++; index < requests.length; index = next++) {
      const request = requests[index]
      if (request === undefined) continue
      const proof = await readProof(world, request, options.keepEvidence)
      const explained = await readExplanations(world, request.id)
      const emails = mailsByPage.get(request.portalUrl)?.length ?? 0
      const standing = standingOf(request, today)
      const answer = answerOf(request)
      const payer = payerOf(request, proof.settledByBank)
      outcomes[index] = { request, standing, answer, payer, emails, explained, ...proof }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return outcomes
}

/** Verifies the evidence of a claim and counts what is in it. */
async function readProof(world: World, { id, invoiceNumber }: PaymentRequest, keep: boolean) {
  const { api, unwrap } = world.creditor
  const params = { path: { paymentRequestId: id } }
  const evidence: unknown = await unwrap(
    api.GET('/v1/payment-requests/{paymentRequestId}/evidence', { params }),
  )
  if (keep) {
    const file = join(world.folder, `evidence-${encodeURIComponent(invoiceNumber)}.json`)
    writeFileSync(file, JSON.stringify(evidence))
  }
  const report = await verifyEvidence(evidence)
  const { threads } = evidence as EvidenceBundle
  const messages = threads.flatMap((thread) => thread.messages).map(peekClaims)
  const known = messages.flatMap((message) => (message.ok ? [message.value] : []))
  const ofKind = (kind: string) => known.filter(({ header }) => kindOf(header.typ) === kind)
  return {
    messages: messages.length,
    receipts: ofKind('receipt').length,
    settledByBank: ofKind('payment').filter(({ payload }) => payload['status'] === 'ACSC').length,
    faults: report.faults.map(({ code, detail }) => `${code}: ${detail}`),
  }
}

/** Names where a claim stands. */
export function standingOf(request: PaymentRequest, today: Day): ClaimStanding {
  const { claim, agreement, dunning } = request
  if (claim === 'settled') return isMore(request.overpaid) ? 'settled, overpaid' : 'settled'
  if (claim !== 'open') return 'withdrawn'
  const nextLine = agreement?.lines.find(({ amount, paid }) => paid.value !== amount.value)
  if (nextLine !== undefined) return nextLine.dueDate < today ? 'plan overdue' : 'plan running'
  if (request.outstanding.value !== request.amount.value) return 'part paid'
  if (dunning === 'exhausted') return 'reminders exhausted'
  return dunning === 'active' || dunning === 'holding' ? 'reminders under way' : 'unexplained'
}

function answerOf({ agreement, conversation }: PaymentRequest): Answer {
  if (agreement?.acceptedBy === 'agent') return 'bot'
  if (agreement?.acceptedBy === 'portal') return 'person, on the page'
  if (conversation === 'refused' || conversation === 'impasse') return 'bot said no'
  return conversation === 'timed-out' ? 'bot silent' : 'nobody'
}

function payerOf({ amount, outstanding, claim }: PaymentRequest, byBank: number): Payer {
  if (byBank > 0) return 'bank'
  return claim === 'settled' || outstanding.value !== amount.value ? 'person' : 'nobody'
}

function isMore(amount: unknown): boolean {
  const money = parseAmountOrZero(amount)
  return money.ok && money.value.minor > 0n
}
