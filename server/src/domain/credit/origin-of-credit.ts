// The account that an over-payment came from. Nobody gets more back than came from there. Pure.

/** A payment that stands, with what is too much of it and where it came from. */
export interface PaymentOrigin {
  readonly overpaid: bigint
  /** Epoch seconds. */
  readonly createdAt: number
  readonly iban: string | null
  readonly holder: string | null
}

/** A refund that was not refused, and has not come back. */
export interface EarlierRefund {
  readonly iban: string
  readonly minor: bigint
}

export interface OriginAccount {
  readonly iban: string
  readonly holder: string
}

/**
 * The one account from which at least so much was paid too much and is not given back yet; undefined
 * where the bank named none, or the money came from several.
 */
export function originOf(
  payments: readonly PaymentOrigin[],
  refunds: readonly EarlierRefund[],
  minor: bigint,
): OriginAccount | undefined {
  const newestFirst = payments.toSorted((a, b) => b.createdAt - a.createdAt)
  for (const { iban, holder, overpaid } of newestFirst) {
    if (iban === null || holder === null || overpaid === 0n) continue
    const came = sum(payments.filter((it) => it.iban === iban).map((it) => it.overpaid))
    const gone = sum(refunds.filter((it) => it.iban === iban).map((it) => it.minor))
    if (came - gone >= minor) return { iban, holder }
  }
  return undefined
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, minor) => total + minor, 0n)
}
