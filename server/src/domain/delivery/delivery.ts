// How a message that left fared, as mail servers, providers and the post tell it. Pure.

/** `unknown`: it may have left. In the order in which a later report outweighs an earlier one. */
export const DELIVERIES = ['unknown', 'accepted', 'delivered', 'undelivered', 'returned'] as const

export type Delivery = (typeof DELIVERIES)[number]

/**
 * Tells whether a message may be held against its reader. One that may not even have left, bounced
 * or came back gives nobody a term and costs nobody anything; null is a way that makes no reports.
 */
export function countsAsArrived(delivery: Delivery | null): boolean {
  return delivery === null || delivery === 'accepted' || delivery === 'delivered'
}

/** The reports of which `countsAsArrived` says no, for queries. */
export const NOT_ARRIVED = DELIVERIES.filter((delivery) => !countsAsArrived(delivery))
