// How handing a message to a provider ended, whatever the channel, and what may be done next. The
// one question that decides is "could it have left?": a second copy is worse than a late one.

/** What a message costs; providers charge parts of a cent, so the decimals are free. */
export interface MessageCost {
  /** Decimal text such as `0.0495`. */
  readonly value: string
  /** ISO 4217. */
  readonly currency: string
}

/** Who has to change something before another try can end differently. */
export type Blame = 'recipient' | 'message' | 'provider' | 'network'

/**
 * Why a provider did not take a message. `temporary`: it surely did not leave and may later.
 * `permanent`: it surely did not leave and never will this way. `unknown`: it may have left.
 */
export interface ProviderRefusal {
  readonly kind: 'temporary' | 'permanent' | 'unknown'
  readonly blames: Blame
  /** A short code for logs and statistics, never the provider's own words. */
  readonly code: string
  /** When the provider, or its rate, said how long to wait. */
  readonly retryAfterSeconds?: number
  /** With `unknown`: the provider drops a second message of the same key, so it may be repeated. */
  readonly mayRepeat?: boolean
}

/** What to do after a refusal: ask another provider, the same one again later, or nobody. */
export type NextMove = 'other-provider' | 'same-provider-later' | 'await-report' | 'give-up'

/**
 * Says what may follow a refusal. A message that may have left goes to no other provider: it is
 * repeated where the key protects against a second copy, and otherwise waits for a status report.
 */
export function moveAfter({ kind, blames, mayRepeat = false }: ProviderRefusal): NextMove {
  if (kind === 'unknown') return mayRepeat ? 'same-provider-later' : 'await-report'
  const isOthersMatter = blames === 'recipient' || blames === 'message'
  if (kind === 'permanent') return isOthersMatter ? 'give-up' : 'other-provider'
  return blames === 'recipient' ? 'same-provider-later' : 'other-provider'
}

/** Multiplies a price by a count exactly. */
export function costOf(price: MessageCost, count: number): MessageCost {
  const [whole = '0', fraction = ''] = price.value.split('.')
  const product = String(BigInt(whole + fraction) * BigInt(count)).padStart(
    fraction.length + 1,
    '0',
  )
  const cut = product.length - fraction.length
  const value = fraction === '' ? product : `${product.slice(0, cut)}.${product.slice(cut)}`
  return { value, currency: price.currency }
}
