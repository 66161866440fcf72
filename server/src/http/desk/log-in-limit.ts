// How often somebody may try to log in: so many attempts an address, and so many in all. Kept in this
// process and bounded; what has been quiet longest is forgotten first.
import type { Rate } from '../../domain/delivery/token-bucket.ts'
import { createRateLimit } from '../rate-limit.ts'
import { blockOf } from '../sender-address.ts'

const OF_ADDRESS: Rate = { perSecond: 1 / 30, burst: 10 }
const OF_ALL: Rate = { perSecond: 2, burst: 100 }
const CAPACITY = 10_000
const EVERYBODY = ''

/** Takes one attempt of an address. Returns 0, or the seconds until the next one is heard. */
export type LogInLimit = (address: string) => number

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createLogInLimit(now: () => number = () => performance.now() / 1000): LogInLimit {
  const addresses = createRateLimit(OF_ADDRESS, { capacity: CAPACITY, now })
  const all = createRateLimit(OF_ALL, { capacity: 1, now })
  return (address) => addresses.take(blockOf(address)) || all.take(EVERYBODY)
}
