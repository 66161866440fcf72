// How often one link, and one address, may ask for pages. Kept in this process and bounded: what has
// been quiet longest is forgotten first.
import { type Bucket, fullBucket, type Rate, takeToken } from '../domain/delivery/token-bucket.ts'
import { blockOf, isNearby } from './sender-address.ts'

export interface RateLimit {
  /** Takes one request of a key. Returns 0, or the seconds until there is room for it. */
  take(key: string): number
  /** The same answer without taking anything. */
  look(key: string): number
}

/**
 * Limits requests by key to a rate; knows at most `capacity` keys. `now` is in seconds of any clock
 * that runs on: how long a limit lasts is no business time.
 */
export function createRateLimit(
  rate: Rate,
  { capacity, now }: { capacity: number; now: () => number },
): RateLimit {
  const buckets = new Map<string, Bucket>()
  const takenFrom = (key: string) => {
    const at = now()
    return takeToken(buckets.get(key) ?? fullBucket(rate, at), rate, at)
  }
  return {
    look: (key) => takenFrom(key).waitSeconds,
    take(key) {
      const taken = takenFrom(key)
      buckets.delete(key)
      if (buckets.size >= capacity) forgetOldest(buckets)
      buckets.set(key, taken.bucket)
      return taken.waitSeconds
    },
  }
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys()
  if (oldest !== undefined) buckets.delete(oldest)
}

/** One view of a page costs one; the acts of a person come seldom. */
const VIEWS_OF_LINK: Rate = { perSecond: 0.5, burst: 60 }
const ACTS_OF_LINK: Rate = { perSecond: 0.1, burst: 20 }
/** Many people may share one address. */
const OF_ADDRESS: Rate = { perSecond: 5, burst: 300 }
const CAPACITY = 50_000

/** The limits of the portal. */
export interface PortalLimits {
  /** Seconds to wait before the request is answered; 0: now. */
  wait(request: { token: string; address: string; isAct: boolean }): number
}

/** Builds the limits of the portal over a running clock. */
export function createPortalLimits(
  now: () => number = () => performance.now() / 1000,
): PortalLimits {
  const options = { capacity: CAPACITY, now }
  const views = createRateLimit(VIEWS_OF_LINK, options)
  const acts = createRateLimit(ACTS_OF_LINK, options)
  const addresses = createRateLimit(OF_ADDRESS, options)
  return {
    wait({ token, address, isAct }) {
      // A proxy that names nobody would have everybody behind it share one limit.
      const ofAddress = isNearby(address) ? 0 : addresses.take(blockOf(address))
      return ofAddress > 0 ? ofAddress : (isAct ? acts : views).take(token)
    },
  }
}
