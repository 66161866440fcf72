// Reason codes of EPC SRTP and ISO 20022 beside the refusals of Parley. Spec: ISO-08.
// Source: ISO 20022 ExternalStatusReason1Code as EPC133-22 uses it.

/** Who said no: the provider, whose customer has not seen the request, or the debtor. */
export type Refuser = 'provider' | 'debtor'

interface ReasonRow {
  readonly iso: string
  readonly by: Refuser
  /** The refusal that means the same; the first is what the code becomes. */
  readonly refusals: readonly string[]
}

const ROWS: readonly ReasonRow[] = [
  { iso: 'AC02', by: 'provider', refusals: [] },
  { iso: 'AM03', by: 'provider', refusals: ['currency-mismatch', 'currency-unknown'] },
  { iso: 'AM05', by: 'provider', refusals: ['possible-duplicate'] },
  { iso: 'AM09', by: 'debtor', refusals: ['amount-invalid'] },
  { iso: 'ATNS', by: 'provider', refusals: [] },
  { iso: 'BE16', by: 'provider', refusals: ['sub'] },
  { iso: 'EDTL', by: 'provider', refusals: ['lifetime'] },
  { iso: 'EDTR', by: 'provider', refusals: ['expired', 'offer-expired', 'too-old'] },
  {
    iso: 'FF01',
    by: 'provider',
    refusals: ['schema', 'content-invalid', 'encoding', 'serialization'],
  },
  { iso: 'FRAD', by: 'provider', refusals: ['signature', 'equivocation', 'look-alike'] },
  { iso: 'IEDT', by: 'debtor', refusals: ['exp'] },
  { iso: 'MS02', by: 'debtor', refusals: [] },
  { iso: 'MS03', by: 'provider', refusals: [] },
  { iso: 'NOAR', by: 'debtor', refusals: ['enrolment-unknown', 'enrolment-ended', 'account'] },
  { iso: 'NRCH', by: 'provider', refusals: ['unreachable'] },
  { iso: 'PINS', by: 'provider', refusals: [] },
  { iso: 'RR04', by: 'provider', refusals: [] },
  { iso: 'RTNS', by: 'provider', refusals: [] },
  { iso: 'SPII', by: 'provider', refusals: ['aud'] },
  { iso: 'UCRD', by: 'debtor', refusals: ['creditor-untrusted'] },
]
const BY_ISO = new Map(ROWS.map((row) => [row.iso, row]))
const BY_REFUSAL = new Map(ROWS.flatMap(({ iso, refusals }) => refusals.map((code) => [code, iso])))

/**
 * The code of ISO 20022 for a refusal of Parley: its own row, or `MS03` of a provider and `MS02` of a
 * debtor, "reason not specified". A code of ISO 20022 stays as it is.
 *
 * @example
 * import { isoReasonOf } from '@parley/sdk/iso20022'
 * isoReasonOf('expired', 'provider') // => 'EDTR'
 * isoReasonOf('no-thanks', 'debtor') // => 'MS02'
 */
export function isoReasonOf(refusal: string, by: Refuser): string {
  if (BY_ISO.has(refusal)) return refusal
  return BY_REFUSAL.get(refusal) ?? (by === 'debtor' ? 'MS02' : 'MS03')
}

/**
 * The refusal of Parley that a code of ISO 20022 means, undefined where Parley has none: the code
 * itself is a reason then.
 *
 * @example
 * import { refusalOfIsoReason } from '@parley/sdk/iso20022'
 * refusalOfIsoReason('EDTR') // => 'expired'
 * refusalOfIsoReason('PINS') // => undefined
 */
export function refusalOfIsoReason(code: string): string | undefined {
  return BY_ISO.get(code)?.refusals[0]
}

/**
 * Who says a code: the debtor only where EPC SRTP lets nobody else say it. Both may say `AM03` and
 * `AM05`; these and codes that are not known count as the provider's: a debtor who has perhaps not
 * decided is asked again, by another way.
 *
 * @example
 * import { refuserOf } from '@parley/sdk/iso20022'
 * refuserOf('UCRD') // => 'debtor'
 * refuserOf('NRCH') // => 'provider'
 */
export function refuserOf(code: string): Refuser {
  return BY_ISO.get(code)?.by ?? 'provider'
}
