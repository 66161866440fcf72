// Counts how often a key was seen, for files with a million keys: with a fingerprint of 64 bits each
// key takes 8 to 32 bytes, where a map of texts takes a hundred or more.
import type { Fingerprint } from './statement-types.ts'

/** Adds a key and returns how often it was added, this time included. */
export type CountKey = (key: string) => number

/** Creates a counter; without a fingerprint it holds the keys themselves. */
export function createKeyCounter(fingerprint?: Fingerprint): CountKey {
  const repeated = new Map<string | bigint, number>()
  const isNew = fingerprint === undefined ? newTexts() : newFingerprints()
  return (text) => {
    const key = fingerprint === undefined ? text : fingerprint(text)
    if (isNew(key as never)) return 1
    const count = (repeated.get(key) ?? 1) + 1
    repeated.set(key, count)
    return count
  }
}

function newTexts(): (key: string) => boolean {
  const seen = new Set<string>()
  return (key) => seen.size !== seen.add(key).size
}

/** A set with open addressing; 0 marks a free place. */
function newFingerprints(): (key: bigint) => boolean {
  let places = new BigUint64Array(1024)
  let size = 0
  const put = (into: BigUint64Array, key: bigint): boolean => {
    const mask = into.length - 1
    for (let at = Number(key & BigInt(mask)); ; at = (at + 1) & mask) {
      if (into[at] === key) return false
      if (into[at] !== 0n) continue
      into[at] = key
      return true
    }
  }
  const grow = () => {
    const larger = new BigUint64Array(places.length * 2)
    for (const key of places) if (key !== 0n) put(larger, key)
    places = larger
  }
  return (key) => {
    if (size * 2 >= places.length) grow()
    const isNew = put(places, key === 0n ? 1n : key)
    if (isNew) size += 1
    return isNew
  }
}
