// A bounded rate as a token bucket: pure, the time is handed in. Who keeps the bucket decides for
// what it counts: one for each provider and process.

export interface Rate {
  /** Messages in the long run; may be a fraction. */
  readonly perSecond: number
  /** Messages at once after a quiet time; at least 1. */
  readonly burst: number
}

export interface Bucket {
  readonly tokens: number
  /** When `tokens` was true, in epoch seconds. */
  readonly at: number
}

/** A bucket that has been quiet long enough to be full. */
export function fullBucket(rate: Rate, now: number): Bucket {
  return { tokens: rate.burst, at: now }
}

/**
 * Takes one token. `waitSeconds` is 0 when there was one, and otherwise the whole seconds until
 * there will be. A clock that steps back gives nothing and takes nothing.
 */
export function takeToken(
  bucket: Bucket,
  rate: Rate,
  now: number,
): { readonly bucket: Bucket; readonly waitSeconds: number } {
  const elapsed = Math.max(0, now - bucket.at)
  const tokens = Math.min(rate.burst, bucket.tokens + elapsed * rate.perSecond)
  const at = Math.max(now, bucket.at)
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at }, waitSeconds: 0 }
  const waitSeconds = Math.max(1, Math.ceil((1 - tokens) / rate.perSecond))
  return { bucket: { tokens, at }, waitSeconds }
}
