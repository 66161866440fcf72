// Which figure to count for a flow whose amount varies: too little for what comes in, too much for
// what goes out, but not absurdly so. Exact integers.

/** Amounts within a twentieth of one another are one level, such as a rent since its last rise. */
const LEVEL_AMOUNTS = 3
const RECENT_AMOUNTS = 12

/**
 * Returns what to count of an income, from positive amounts in the order of their days: the least of
 * the last three if they are one level; otherwise the lower of the latest and a low quantile (a fifth)
 * of the last twelve.
 */
export function prudentIncome(amounts: readonly bigint[]): bigint {
  const level = levelOf(amounts)
  if (level !== null) return level.least
  const low = quantile(amounts.slice(-RECENT_AMOUNTS), 20)
  const latest = amounts.at(-1) ?? 0n
  return latest < low ? latest : low
}

/**
 * Returns what to count of a charge: the most of the last three if they are one level; otherwise the
 * higher of the latest and a high quantile (nine tenths) of the last twelve.
 */
export function prudentCharge(amounts: readonly bigint[]): bigint {
  const level = levelOf(amounts)
  if (level !== null) return level.most
  const high = quantile(amounts.slice(-RECENT_AMOUNTS), 90)
  const latest = amounts.at(-1) ?? 0n
  return latest > high ? latest : high
}

/** Tells whether one positive amount is at most `percent` of the other, whichever is larger. */
export function isWithin(percent: bigint, a: bigint, b: bigint): boolean {
  const [low, high] = a < b ? [a, b] : [b, a]
  return high * 100n <= low * percent
}

/** The nearest-rank quantile; `percent` from 1 to 100. Zero for no amounts. */
export function quantile(amounts: readonly bigint[], percent: number): bigint {
  const rank = Math.max(1, Math.ceil((amounts.length * percent) / 100))
  return sorted(amounts)[rank - 1] ?? 0n
}

function levelOf(amounts: readonly bigint[]): { least: bigint; most: bigint } | null {
  const latest = sorted(amounts.slice(-LEVEL_AMOUNTS))
  const [least = 0n] = latest
  const most = latest.at(-1) ?? 0n
  return latest.length === LEVEL_AMOUNTS && isWithin(105n, least, most) ? { least, most } : null
}

function sorted(amounts: readonly bigint[]): bigint[] {
  return amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
