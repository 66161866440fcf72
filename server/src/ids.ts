// The source of ids and random bytes. Ids rise with time, so that new rows land at one end of an
// index and a list is in the order of making, and carry 80 random bits, so that nobody guesses one.
import { randomFillSync } from 'node:crypto'
import type { Clock, IdSource } from './use-cases/deps.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const RANDOM_DIGITS = 16

/** Ids of a prefix, an underscore and a ULID: 48 bits of milliseconds, 80 random bits. */
export function createIdSource(clock: Clock): IdSource {
  const randomBytes = pooledRandomBytes()
  // The clock has seconds; each id of this process takes the next millisecond, ahead of it if need be.
  let last = 0
  return {
    newId: (prefix) => {
      last = Math.max(last + 1, clock.now() * 1000)
      return `${prefix}_${timeDigits(last)}${randomDigits(randomBytes(RANDOM_DIGITS))}`
    },
    randomBytes,
  }
}

const POOL_BYTES = 8_192

/** Random bytes from a pool that is filled in one call: small calls cost more than their bytes. */
function pooledRandomBytes(): (length: number) => Buffer {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES
  return (length) => {
    if (length > POOL_BYTES) return randomFillSync(Buffer.alloc(length))
    if (used + length > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    // A copy: what was handed out is not overwritten by the next filling.
    const bytes = Buffer.from(pool.subarray(used, used + length))
    used += length
    return bytes
  }
}

function timeDigits(epochMs: number): string {
  let time = ''
  for (let rest = epochMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time
  }
  return time
}

function randomDigits(bytes: Buffer): string {
  let digits = ''
  for (const byte of bytes) digits += ALPHABET.charAt(byte % 32)
  return digits
}
