// How often one address may try to log in. There is no limit for all together: whoever has many addresses
// would use it up and lock the staff out, and what is guessed has 256 random bits. Kept in this process and
// bounded; what has been quiet longest is forgotten first.
import type { Rate } from '../../domain/delivery/token-bucket.ts'
import { createRateLimit } from '../rate-limit.ts'
import { blockOf } from '../sender-address.ts'

const OF_ADDRESS: Rate = { perSecond: 1 / 30, burst: 10 }
const CAPACITY = 10_000

/** Takes one attempt of an address. Returns 0, or the seconds until the next one is heard. */
export type LogInLimit = (address: string) => number

/** `now` is in seconds of any clock that runs on: how long a limit lasts is no business time. */
export function createLogInLimit(now: () => number = () => performance.now() / 1000): LogInLimit {
  const addresses = createRateLimit(OF_ADDRESS, { capacity: CAPACITY, now })
  return (address) => addresses.take(blockOf(address))
}
