// The form of a scenario file, as a JSON Schema: every member that may be there, and bounds that keep
// the work of one scenario small. What a schema cannot say is in read-scenarios.ts.

export const SCENARIO_FORMAT = 'payment-negotiation-scenarios/1'

const MOST_CENTS = 100_000_000_000
const MOST_DAYS = 1_825

const text = { type: 'string', maxLength: 200 }
const flag = { type: 'boolean' }
const cents = integer(0, MOST_CENTS)
const days = integer(0, MOST_DAYS)
const dayOfMonth = integer(1, 31)
const share = number(0, 1)
const intervals = {
  type: 'array',
  uniqueItems: true,
  items: { type: 'string', enum: ['P1W', 'P2W', 'P1M'] },
}
const flows = list(members({ dayOfMonth, amountCents: cents }, { label: text }))

const scenario = members(
  {
    id: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
    today: text,
    request: members({ currency: text, principalCents: integer(1, MOST_CENTS) }, { kind: text }),
    domain: members({
      minNoticeDays: days,
      maxFirstDueDays: integer(0, 366),
      maxInstallments: integer(1, 60),
      maxDurationDays: days,
      intervals,
      priceLevelsBps: { ...list(integer(-10_000, 10_000), 100), uniqueItems: true },
    }),
    legal: members({
      freeOfChargeOnly: flag,
      maxAprBps: integer(0, 100_000),
      maxFeeCents: cents,
    }),
    creditor: members({
      policy: members({
        maxDeferralDays: days,
        maxInstallments: integer(1, 60),
        maxDurationDays: days,
        minInstallmentCents: cents,
        intervals,
        maxDiscountBps: integer(0, 10_000),
        discountOnlyWithinDays: days,
        maxFeeBps: integer(0, 10_000),
        feeFreeDays: days,
      }),
      value: members(
        {
          annualDiscountRate: number(0, 10),
          annualHazard: number(0, 10),
          recoveryOnDefault: share,
          adminCostPerInstallmentCents: cents,
          noDealValueCents: integer(-MOST_CENTS, MOST_CENTS),
        },
        { segment: text },
      ),
    }),
    debtor: members({
      cashflow: members(
        {
          openingBalanceCents: integer(-MOST_CENTS, MOST_CENTS),
          daysSinceIncome: integer(0, 366),
          incomes: flows,
          charges: flows,
          dailySpendCents: cents,
        },
        {
          oneOffs: list(
            members(
              {
                dayOffset: integer(-366, MOST_DAYS),
                amountCents: integer(-MOST_CENTS, MOST_CENTS),
              },
              { label: text },
            ),
          ),
        },
      ),
      limits: members({
        minBufferCents: cents,
        autopayMaxPerPaymentCents: { ...cents, type: ['integer', 'null'] },
        autopayMaxPerMonthCents: { ...cents, type: ['integer', 'null'] },
        maxEndDays: days,
      }),
      preferences: members(
        {
          weights: members({
            comfort: share,
            small: share,
            soon: share,
            cost: share,
            payday: share,
          }),
          comfortTargetCents: cents,
        },
        { archetype: text },
      ),
      reservation: members({ minUtility: number(0, 5) }),
    }),
  },
  { truth: { type: 'object' } },
)

/** Validates a whole file. */
export const SCENARIOS_SCHEMA = members(
  { format: { const: SCENARIO_FORMAT }, scenarios: { type: 'array', items: scenario } },
  { seed: { type: ['integer', 'string'] }, count: integer(0, MOST_CENTS) },
)

function members(required: Record<string, object>, optional: Record<string, object> = {}): object {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  }
}

function list(items: object, maxItems = 200): object {
  return { type: 'array', maxItems, items }
}

function integer(minimum: number, maximum: number) {
  return { type: 'integer', minimum, maximum }
}

function number(minimum: number, maximum: number): object {
  return { type: 'number', minimum, maximum }
}
