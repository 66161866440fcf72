// Every key, id and nonce of a run follows from its seed, so that a run can be repeated.
import { createHmac } from 'node:crypto'

/** A source of bytes: the same seed gives the same bytes in the same order. */
export interface Seeded {
  /** The next bytes. */
  bytes(length: number): Buffer
  /** The next 128 bits as base64url: a `jti`, a nonce, a thread. */
  id(): string
  /** The next whole number from 0 to below `end`. */
  below(end: number): number
  /** A source of its own, whatever is drawn elsewhere. */
  within(label: string): Seeded
}

/** Creates the source of a seed. */
export function createSeeded(seed: string): Seeded {
  let drawn = 0
  const block = (): Buffer => {
    drawn += 1
    return createHmac('sha256', seed).update(String(drawn)).digest()
  }
  const bytes = (length: number): Buffer => {
    const blocks: Buffer[] = []
    while (blocks.length * 32 < length) blocks.push(block())
    return Buffer.concat(blocks).subarray(0, length)
  }
  return {
    bytes,
    id: () => bytes(16).toString('base64url'),
    below: (end) => bytes(4).readUInt32BE() % end,
    within: (label) => createSeeded(`${seed}/${label}`),
  }
}
