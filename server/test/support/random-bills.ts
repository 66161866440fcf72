// Random bills of a few customers for property tests.
import { addDays } from '@parley/sdk/protocol'
import fc from 'fast-check'
import type { BillFacts } from '../../src/domain/learning/bill-history.ts'

const START = '2024-01-01'
const ID = { minLength: 1, maxLength: 12 }

/** A bill of one of three customers; `id` is made unique by its place in the list. */
const bill = fc.record({
  customer: fc.constantFrom('anna', 'bert', 'cleo'),
  minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  currency: fc.constantFrom('EUR', 'USD'),
  issued: fc.integer({ min: 0, max: 500 }),
  term: fc.integer({ min: 0, max: 60 }),
  settled: fc.option(fc.integer({ min: 0, max: 300 })),
  disputed: fc.oneof(fc.constant(null), fc.constant('undated' as const), fc.nat(60)),
  contacted: fc.option(fc.integer({ min: 1, max: 40 })),
  ended: fc.option(fc.integer({ min: 1, max: 200 }), { freq: 12 }),
  isElectronic: fc.constantFrom(true, false, null),
  name: fc.string(ID),
})

export const someBills: fc.Arbitrary<BillFacts[]> = fc
  .array(bill, { minLength: 1, maxLength: 30 })
  .map((bills) =>
    bills.map((it, index): BillFacts => {
      const issuedOn = addDays(START, it.issued)
      const dueOn = addDays(issuedOn, it.term)
      return {
        invoice: `${index}:${it.name}`,
        customer: it.customer,
        currency: it.currency,
        minor: it.minor,
        isElectronic: it.isElectronic,
        issuedOn,
        dueOn,
        settledOn: it.settled === null ? null : addDays(issuedOn, it.settled),
        disputedOn: typeof it.disputed === 'number' ? addDays(issuedOn, it.disputed) : it.disputed,
        contactedOn: it.contacted === null ? null : addDays(dueOn, it.contacted),
        endedOn: it.ended === null ? null : addDays(issuedOn, it.ended),
      }
    }),
  )
