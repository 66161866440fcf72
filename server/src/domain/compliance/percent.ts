// Percentages as whole numbers of ten-thousandths of a percentage point, so that no float comes near.

/** Ten-thousandths of a percentage point: 10.40 % is 104000. */
export type Percent = bigint

const PERCENT = /^(-?)(0|[1-9][0-9]{0,3})(?:\.([0-9]{1,4}))?$/
const DECIMALS = 4

/** What divides (amount × percent) to give an amount. */
export const PERCENT_DENOMINATOR = 1_000_000n

/** Tells whether a text is a percentage of at most four decimals, such as `10.40` or `-0.88`. */
export function isPercent(text: string): boolean {
  return PERCENT.test(text)
}

/** Reads a percentage. @throws {RangeError} when `isPercent` says no. */
export function parsePercent(text: string): Percent {
  const [, sign = '', whole = '', fraction = ''] = PERCENT.exec(text) ?? []
  if (whole === '') throw new RangeError(`not a percentage: ${text}`)
  const size = BigInt(whole + fraction.padEnd(DECIMALS, '0'))
  return sign === '' ? size : -size
}

/** Writes a percentage with at least two decimals: `10.40`, `0.125`. */
export function formatPercent(percent: Percent): string {
  const size = percent < 0n ? -percent : percent
  const digits = size.toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0{1,2}$/, '')
  return `${percent < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${fraction}`
}
