import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccountChange,
  bookPayment,
  type ClaimAccount,
  type PaymentShare,
  type ReturnedPayment,
  takePaymentBack,
} from '../../../src/domain/claim/book-payment.ts'
import { outstandingOf } from '../../../src/domain/claim/claim.ts'

const account = (change: Partial<ClaimAccount> = {}): ClaimAccount => ({
  state: 'open',
  principal: 10_000n,
  price: 0n,
  credit: 0n,
  paid: 0n,
  overpaid: 0n,
  givenBack: 0n,
  lines: [{ line: 1, dueDate: '2026-12-15', amount: 10_000n, paid: 0n }],
  ...change,
})

const plan = (...lines: readonly (readonly [amount: bigint, paid: bigint])[]) =>
  lines.map(([amount, paid], i) => ({
    line: i + 1,
    dueDate: `2027-0${i + 1}-15`,
    amount,
    paid,
  }))

const back = (share: Partial<ReturnedPayment>): ReturnedPayment => ({
  allocations: [],
  overpaid: 0n,
  isBeforePlan: false,
  ...share,
})

function applied(before: ClaimAccount, after: AccountChange): ClaimAccount {
  const { state, paid, overpaid } = after
  const lines = before.lines.map((line) => ({
    ...line,
    ...after.lines.find((changed) => changed.line === line.line),
  }))
  return { ...before, state, paid, overpaid, lines }
}

describe('booking a payment', () => {
  it('settles the claim with the last cent and not before', () => {
    expect(bookPayment(account(), 9_999n).after).toMatchObject({ state: 'open', outstanding: 1n })
    expect(bookPayment(account(), 10_000n).after).toMatchObject({
      state: 'settled',
      outstanding: 0n,
    })
  })

  it('changes only the lines that it pays', () => {
    const lines = plan([5_000n, 0n], [5_000n, 0n])
    expect(bookPayment(account({ lines }), 5_000n).after.lines.map(({ line }) => line)).toEqual([1])
  })

  it.each(['handed-over', 'written-off'] as const)('keeps a part-paid claim %s', (state) => {
    expect(bookPayment(account({ state }), 1n).after.state).toBe(state)
    expect(bookPayment(account({ state }), 10_000n).after.state).toBe('settled')
  })

  it('counts all of it as over-paid on a cancelled claim', () => {
    const { share, after } = bookPayment(account({ state: 'cancelled', paid: 400n }), 10_000n)
    expect(share).toEqual({ allocations: [], overpaid: 10_000n })
    expect(after).toMatchObject({ state: 'cancelled', paid: 400n, overpaid: 10_000n })
  })
})

describe('taking a payment back', () => {
  it('lets what another payment had too much pay for it', () => {
    const before = account({ state: 'settled', paid: 10_000n, overpaid: 7_000n })
    const lines = plan([10_000n, 10_000n])
    const returned = back({ allocations: [{ line: 1, minor: 10_000n }] })
    const other = { paymentId: 'py_2', allocations: [], overpaid: 7_000n }
    const { moved, after } = takePaymentBack({ ...before, lines }, returned, [other])
    expect(moved).toEqual([
      { paymentId: 'py_2', allocations: [{ line: 1, minor: 7_000n }], overpaid: 0n },
    ])
    expect(after).toMatchObject({ state: 'open', paid: 7_000n, overpaid: 0n, outstanding: 3_000n })
  })

  it('takes a share that was booked before the plan off the lines that fall due last', () => {
    const lines = plan([2_500n, 2_500n], [2_500n, 2_500n], [2_500n, 1_000n], [2_500n, 0n])
    const returned = back({ allocations: [{ line: 1, minor: 4_000n }], isBeforePlan: true })
    const { after } = takePaymentBack(account({ paid: 6_000n, lines }), returned, [])
    expect(after.lines.map(({ line, paid }) => [line, paid])).toEqual([
      [1, 2_000n],
      [2, 0n],
      [3, 0n],
    ])
    expect(after.paid).toBe(2_000n)
  })

  it('leaves the lines alone when the plan did not count it', () => {
    const lines = plan([3_000n, 3_000n], [3_000n, 0n])
    const returned = back({ allocations: [{ line: 1, minor: 4_000n }], isBeforePlan: true })
    const { after } = takePaymentBack(account({ paid: 7_000n, lines }), returned, [])
    expect(after).toMatchObject({ paid: 3_000n, outstanding: 7_000n, lines: [] })
  })

  it('leaves the lines alone when it had paid what was owed outside of the plan', () => {
    const lines = plan([6_000n, 6_000n])
    const returned = back({ allocations: [{ line: null, minor: 4_000n }] })
    const { after } = takePaymentBack(account({ paid: 10_000n, lines }), returned, [])
    expect(after.lines).toEqual([])
    expect(after.outstanding).toBe(4_000n)
  })

  it('does not let a surplus pay a cancelled claim', () => {
    const before = account({ state: 'cancelled', overpaid: 3_000n })
    const returned = back({ overpaid: 1_000n })
    const other = { allocations: [], overpaid: 2_000n }
    const { moved, after } = takePaymentBack(before, returned, [other])
    expect(moved).toEqual([])
    expect(after).toMatchObject({ state: 'cancelled', paid: 0n, overpaid: 2_000n, outstanding: 0n })
  })

  it('keeps every sum in any order of payments and returns', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 30_000n }), { minLength: 1, maxLength: 5 })
    const steps = fc.array(
      fc.oneof(
        fc.record({ pay: fc.bigInt({ min: 1n, max: 60_000n }) }),
        fc.record({ takeBack: fc.nat(30) }),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(amounts, steps, (lineAmounts, moves) => {
        const principal = lineAmounts.reduce((sum, amount) => sum + amount, 0n)
        let now = account({ principal, lines: plan(...lineAmounts.map((it) => [it, 0n] as const)) })
        let booked: (PaymentShare & { id: number; amount: bigint })[] = []
        moves.forEach((move, id) => {
          if ('pay' in move) {
            const { share, after } = bookPayment(now, move.pay)
            booked.push({ id, amount: move.pay, ...share })
            now = applied(now, after)
          } else if (booked.length > 0) {
            const [returned] = booked.splice(move.takeBack % booked.length, 1)
            if (returned === undefined) return
            const share = back(returned)
            const { moved, after } = takePaymentBack(now, share, booked)
            booked = booked.map((one) => moved.find(({ id: same }) => same === one.id) ?? one)
            now = applied(now, after)
          }
          checkSums(now, booked)
        })
      }),
      { numRuns: 500 },
    )
  })
})

function checkSums(now: ClaimAccount, booked: readonly (PaymentShare & { amount: bigint })[]) {
  const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)
  const outstanding = outstandingOf(now)
  expect(sum(booked.map(({ amount }) => amount))).toBe(now.paid + now.overpaid)
  expect(sum(booked.map(({ overpaid }) => overpaid))).toBe(now.overpaid)
  expect(sum(now.lines.map(({ paid }) => paid))).toBe(now.paid)
  expect(now.state === 'settled').toBe(outstanding === 0n)
  expect(now.overpaid === 0n || outstanding === 0n).toBe(true)
  for (const { line, amount, paid } of now.lines) {
    const onLine = booked.flatMap(({ allocations }) => allocations).filter((a) => a.line === line)
    expect(paid).toBe(sum(onLine.map(({ minor }) => minor)))
    expect(paid >= 0n && paid <= amount).toBe(true)
  }
  for (const { amount, overpaid, allocations } of booked) {
    expect(amount).toBe(overpaid + sum(allocations.map(({ minor }) => minor)))
  }
}
