// Which HTTP status goes with which code, as spec/problems.md has it.

const STATUSES: Readonly<Record<number, readonly string[]>> = {
  400: ['encoding', 'serialization', 'schema', 'body-invalid', 'json-invalid'],
  403: ['peer-not-party', 'bank-not-authorised', 'enrolment-ended'],
  404: ['not-found'],
  409: [
    ...['sequence', 'sequence-stale', 'prev', 'equivocation', 'agreement-exists'],
    ...['claim-not-open', 'menu-unknown', 'revision-superseded', 'credit-chosen', 'lease-fencing'],
    ...['plan-unknown', 'key-reused', 'invoice-number-taken', 'idempotency-key-in-flight'],
  ],
  410: ['expired', 'offer-expired', 'activation-code-used', 'activation-code-expired'],
  413: ['message-too-large', 'body-too-large'],
  415: ['content-type'],
  422: [
    ...['row-unknown', 'plan-hash-mismatch', 'amount-invalid', 'agreement-mismatch'],
    ...['plan-invalid', 'date-outside-window', 'currency-mismatch', 'idempotency-key-reuse'],
  ],
}

const byCode = new Map(
  Object.entries(STATUSES).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status)] as const),
  ),
)

/** The status of a code: what is wrong with header, key, signature or claims is 401. */
export function statusOf(code: string): number {
  return byCode.get(code) ?? (code.startsWith('json-') ? 400 : 401)
}

/** A refusal in the words of a step: `401 alg`. */
export function refusalOf(code: string): string {
  return `${statusOf(code)} ${code}`
}
