// Asks the server why it did what it did with a claim, in one call, and looks for what it cannot explain.
import type { World } from './world.ts'

export interface Explained {
  /** Automatic decisions that are told with their reasons. */
  readonly decisions: number
  /** What the timeline tells that the server decided, and no decision stands on. */
  readonly unexplained: readonly string[]
}

/** What only rules do; the rest of a timeline may be people, customers and agents. */
const DECIDED =
  /^(reminder\.|negotiation\.(offered|timed-out|impasse)$|plan\.(?!replanned)|journey\.|thank-you\.|receipt\.)/

export async function readExplanations({ creditor }: World, id: string): Promise<Explained> {
  const { api, unwrap } = creditor
  const path = { paymentRequestId: id }
  const { data } = await unwrap(
    api.GET('/v1/payment-requests/{paymentRequestId}/explanations', { params: { path } }),
  )
  const grounds = new Set(data.flatMap((decision) => decision.grounds))
  const events = await unwrap(
    api.GET('/v1/payment-requests/{paymentRequestId}/events', {
      params: { path, query: { limit: 100 } },
    }),
  )
  const decided = events.data.filter(({ type }) => DECIDED.test(type))
  return {
    decisions: data.length,
    unexplained: decided.filter((event) => !grounds.has(event.id)).map(({ type }) => type),
  }
}
