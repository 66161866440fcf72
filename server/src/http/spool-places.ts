// How many large bodies may be on disk at once: each may be as large as the limit, for as long as the
// work on it takes. Kept in this process.

export interface SpoolPlaces {
  /**
   * Takes a place for a caller's body of a stated length (NaN: it does not say); returns what gives it
   * back, or undefined when there is none. A small body needs no place.
   */
  take(creditorId: string, length: number): (() => void) | undefined
}

const SMALL_BYTES = 8 << 20

const OF_ONE = 2
const OF_ALL = 8

/** Makes the places, a few of them for each creditor, so that none takes all. */
export function createSpoolPlaces(): SpoolPlaces {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(creditorId, length) {
      if (length <= SMALL_BYTES) return () => {}
      const own = taken.get(creditorId) ?? 0
      if (own >= OF_ONE || all >= OF_ALL) return undefined
      taken.set(creditorId, own + 1)
      all += 1
      return () => {
        all -= 1
        const left = (taken.get(creditorId) ?? 1) - 1
        if (left === 0) taken.delete(creditorId)
        else taken.set(creditorId, left)
      }
    },
  }
}
