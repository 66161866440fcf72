// Amounts in minor units (MON-01), shares (MON-05) and splits (MON-06).

export interface Amount {
  readonly value: string
  readonly currency: string
}

/** Currencies of the suite that have another number of fraction digits than two. Source: ISO 4217. */
const DIGITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, KWD: 3, TND: 3 }

const digitsOf = (currency: string): number => DIGITS[currency] ?? 2

/** The minor units of an amount that is well-formed. */
export function minorOf({ value }: Amount): bigint {
  return BigInt(value.replace('.', ''))
}

/** The amount of so many minor units. */
export function amountOf(minor: bigint, currency: string): Amount {
  const digits = digitsOf(currency)
  const text = String(minor).padStart(digits + 1, '0')
  const value = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return { value, currency }
}

/** Basis points of an amount, half to even. */
export function share(minor: bigint, bps: number): bigint {
  const product = minor * BigInt(bps)
  const size = product < 0n ? -product : product
  const [whole, rest] = [size / 10_000n, size % 10_000n]
  const isUp = rest > 5_000n || (rest === 5_000n && whole % 2n === 1n)
  const rounded = whole + (isUp ? 1n : 0n)
  return product < 0n ? -rounded : rounded
}

/** Equal parts, what is left over in the first. */
export function split(minor: bigint, parts: number): bigint[] {
  const each = minor / BigInt(parts)
  const first = minor - each * BigInt(parts - 1)
  return [first, ...new Array<bigint>(parts - 1).fill(each)]
}
