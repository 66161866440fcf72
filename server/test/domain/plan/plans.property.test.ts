// Random lives of agreed plans: money of any size on any day, money that comes back, answers to the
// offer, holds. Whatever happens, the sums hold and nothing is told or offered twice.
import { addDays, type LateTerms } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookPayment } from '../../../src/domain/claim/book-payment.ts'
import { openOf, outstandingOf } from '../../../src/domain/claim/claim.ts'
import {
  payoffDayFor,
  payoffOn,
  remitOn,
  takeRemissionBack,
} from '../../../src/domain/plan/payoff.ts'
import { type LinePayment, progressOf } from '../../../src/domain/plan/plan-lines.ts'
import { decidePlan, type PlanMarks, planStateOf } from '../../../src/domain/plan/plan-moves.ts'

const TERMS: LateTerms = { graceDays: 7, replans: 1, answerDays: 10, onDefault: 'overdue-lines' }
const START = '2026-03-01'

interface Line {
  line: number
  dueDate: string
  amount: bigint
  paid: bigint
  credited: bigint
}

interface Happening {
  readonly day: number
  readonly kind: 'pay' | 'refuse' | 'hold' | 'release'
  readonly minor: bigint
}

const happenings = fc.array(
  fc.record({
    day: fc.nat({ max: 150 }),
    kind: fc.constantFrom('pay', 'pay', 'pay', 'refuse', 'hold', 'release'),
    minor: fc.bigInt({ min: 1n, max: 9_000n }),
  }),
  { maxLength: 12 },
)

const plan = fc.record({
  amounts: fc.array(fc.bigInt({ min: 1n, max: 5_000n }), { minLength: 1, maxLength: 5 }),
  every: fc.constantFrom(7, 14, 30),
  fee: fc.bigInt({ min: 0n, max: 500n }),
  events: happenings,
})

const NEW: PlanMarks = {
  told: { lines: {}, focus: null },
  replan: null,
  defaultedAt: null,
  stage: 'active',
}

function linesOf({ amounts, every }: { amounts: bigint[]; every: number }): Line[] {
  return amounts.map((amount, i) => {
    const dueDate = addDays(START, 10 + i * every)
    return { line: i + 1, dueDate, amount, paid: 0n, credited: 0n }
  })
}

/** Lives through 200 days, looking at the plan every day, and twice where something happens. */
function live(of: { lines: Line[]; price: bigint; events: readonly Happening[] }) {
  const total = of.lines.reduce((sum, { amount }) => sum + amount, 0n)
  const claim = { principal: total - of.price, price: of.price, credit: 0n, paid: 0n }
  const account = { ...claim, state: 'open' as 'open' | 'settled', overpaid: 0n, givenBack: 0n }
  const payments: LinePayment[] = []
  const told: { day: string; type: string; line: number | undefined }[] = []
  let { lines } = of
  let marks: PlanMarks = NEW
  let offers = 0
  let isHeld = false
  for (let n = 0; n < 200; n++) {
    const today = addDays(START, n)
    const look = () => {
      const books = { lines, payments, agreedAt: 0, graceDays: TERMS.graceDays, today }
      const progress = progressOf(books)
      const move = decidePlan({ ...marks, lines: progress, terms: TERMS, today, isHeld })
      for (const event of move.events) {
        told.push({ day: today, type: event.type, line: 'line' in event ? event.line : undefined })
      }
      marks = move.marks
      if (move.defaults) {
        marks = { ...marks, defaultedAt: marks.stage === 'active' ? n + 1 : marks.defaultedAt }
        expect(isHeld).toBe(false)
      }
      if (move.offers) {
        offers += 1
        marks = { ...marks, replan: { until: addDays(today, 10), state: 'open', revision: 2 } }
      }
      // A line that reminders are about is open.
      if (marks.told.focus !== null) {
        expect(progress.find(({ line }) => line === marks.told.focus)?.open).toBeGreaterThan(0n)
      }
      expect(planStateOf({ ...marks, lines: progress })).toBeDefined()
    }
    look()
    for (const { kind, minor } of of.events.filter(({ day }) => day === n)) {
      if (kind === 'pay') {
        const { share, after } = bookPayment({ ...account, lines }, minor)
        payments.push({ ...share, receivedOn: today, reversedAt: null, createdAt: 1 + n })
        Object.assign(account, { state: after.state, paid: after.paid, overpaid: after.overpaid })
        lines = lines.map((it) => ({ ...it, ...after.lines.find(({ line }) => line === it.line) }))
      } else if (kind === 'refuse' && marks.replan?.state === 'open') {
        marks = { ...marks, replan: { ...marks.replan, state: 'refused' } }
      } else if (kind !== 'refuse') {
        isHeld = kind === 'hold'
      }
      look()
      look()
      const open = lines.reduce((sum, line) => sum + openOf(line), 0n)
      expect(open).toBe(outstandingOf(account))
      expect(account.paid + outstandingOf(account)).toBe(total)
    }
  }
  return { told, offers, marks, account, lines, isHeld }
}

describe('the life of a plan', () => {
  it('tells each thing once, offers one other plan at most, and keeps its sums', () => {
    fc.assert(
      fc.property(plan, (it) => {
        const life = live({ lines: linesOf(it), price: 0n, events: it.events })
        expect(life.offers).toBeLessThanOrEqual(1)
        for (const type of ['plan.line-due', 'plan.line-late', 'plan.cured']) {
          const lines = life.told.filter((one) => one.type === type).map(({ line }) => line)
          expect(new Set(lines).size).toBe(lines.length)
        }
        const completed = life.told.filter(({ type }) => type === 'plan.completed')
        expect(completed).toHaveLength(life.account.state === 'settled' ? 1 : 0)
      }),
      { numRuns: 150 },
    )
  })

  it('that nobody pays is offered another plan, is in default, and is over', () => {
    fc.assert(
      fc.property(plan, (it) => {
        const life = live({ lines: linesOf(it), price: 0n, events: [] })
        const types = life.told.map(({ type }) => type)
        expect(life.offers).toBe(1)
        expect(types.filter((type) => type === 'plan.defaulted')).toHaveLength(1)
        expect(life.marks.stage).toBe('over')
      }),
      { numRuns: 40 },
    )
  })
})

const day = fc.nat({ max: 160 }).map((n) => addDays(START, n))

describe('a payoff', () => {
  it('with what was paid before and what is remitted makes the total, for every order', () => {
    fc.assert(
      fc.property(
        plan,
        fc.array(fc.bigInt({ min: 1n, max: 3_000n }), { maxLength: 6 }),
        day,
        (it, parts, on) => {
          let lines = linesOf(it)
          const total = lines.reduce((sum, { amount }) => sum + amount, 0n)
          const fee = it.fee < total ? it.fee : total - 1n
          const base = { principal: total - fee, price: fee, credit: 0n, paid: 0n }
          const account = { ...base, state: 'open' as const, overpaid: 0n, givenBack: 0n }
          for (const minor of parts) {
            const { after } = bookPayment({ ...account, lines }, minor)
            Object.assign(account, {
              state: after.state,
              paid: after.paid,
              overpaid: after.overpaid,
            })
            lines = lines.map((one) => ({
              ...one,
              ...after.lines.find(({ line }) => line === one.line),
            }))
          }
          const payoff = payoffOn({ claim: account, fee, lines }, on)
          expect(account.paid + payoff.total + payoff.remitted).toBe(total)
          expect(payoff.remitted).toBeLessThanOrEqual(fee)
          expect(payoff.total).toBeGreaterThanOrEqual(0n)
          const spread = remitOn(lines, payoff.remitted)
          const after = lines.map((one) => ({
            ...one,
            ...spread.find(({ line }) => line === one.line),
          }))
          expect(after.reduce((sum, line) => sum + openOf(line), 0n)).toBe(payoff.total)
          const back = takeRemissionBack(after, payoff.remitted)
          const restored = after.map((one) => ({
            ...one,
            ...back.find(({ line }) => line === one.line),
          }))
          expect(restored).toEqual(lines)
          // Waiting never makes it cheaper.
          const later = payoffOn({ claim: account, fee, lines }, addDays(on, 1))
          expect(later.total).toBeGreaterThanOrEqual(payoff.total)
        },
      ),
      { numRuns: 200 },
    )
  })

  it.each([
    // Tuesday for Monday; Monday for Friday; after Easter for the Thursday before.
    ['2026-03-24', '2026-03-23'],
    ['2026-03-23', '2026-03-20'],
    ['2026-04-07', '2026-04-02'],
  ])('received on %s settles for what %s asked', (received, asked) => {
    expect(payoffDayFor(received)).toBe(asked)
  })
})
