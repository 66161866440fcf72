// How often somebody may try to log in: so many attempts an address, and so many in all. Kept in this
// process and bounded; what has been quiet longest is forgotten first.
import {
  type Bucket,
  fullBucket,
  type Rate,
  takeToken,
} from '../../domain/delivery/token-bucket.ts'

const OF_ADDRESS: Rate = { perSecond: 1 / 30, burst: 10 }
const OF_ALL: Rate = { perSecond: 2, burst: 100 }
const CAPACITY = 10_000
const EVERYBODY = ''

/** Takes one attempt of an address. Returns 0, or the seconds until the next one is heard. */
export type LogInLimit = (address: string) => number

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createLogInLimit(now: () => number = () => performance.now() / 1000): LogInLimit {
  const buckets = new Map<string, Bucket>()
  const take = (key: string, rate: Rate) => {
    const at = now()
    const taken = takeToken(buckets.get(key) ?? fullBucket(rate, at), rate, at)
    buckets.delete(key)
    if (buckets.size >= CAPACITY) buckets.delete(buckets.keys().next().value ?? '')
    buckets.set(key, taken.bucket)
    return taken.waitSeconds
  }
  return (address) => take(`a ${address}`, OF_ADDRESS) || take(EVERYBODY, OF_ALL)
}
