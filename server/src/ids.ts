// The source of ids and random bytes. Ids rise with time, so that new rows land at one end of an
// index, and carry 80 random bits, so that nobody guesses one.
import { randomBytes } from 'node:crypto'
import type { Clock, IdSource } from './use-cases/deps.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids of a prefix, an underscore and a ULID: 48 bits of milliseconds, 80 random bits. */
export function createIdSource(clock: Clock): IdSource {
  return {
    newId: (prefix) => `${prefix}_${ulid(clock.now() * 1000)}`,
    randomBytes: (length) => randomBytes(length),
  }
}

function ulid(epochMs: number): string {
  let time = ''
  for (let rest = epochMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time
  }
  let random = ''
  for (const byte of randomBytes(16)) random += ALPHABET.charAt(byte % 32)
  return time + random
}
