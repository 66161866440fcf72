// Facts that tests share: a clock, a household, a policy, a menu.

import type { CashFlow, DecisionPolicy } from '../../src/index.ts'
import { BALANCED_WEIGHTS } from '../../src/index.ts'
import type { Menu, MenuRow } from '../../src/protocol/generated/messages.ts'

/** 2026-03-02 09:00:00 UTC, a Monday. */
export const START = 1_772_442_000
export const TODAY = '2026-03-02'

export const CREDITOR_ORIGIN = 'https://creditor.example'
export const BANK_ORIGIN = 'https://bank.example'
export const IBAN = 'DE89370400440532013000'
export const OTHER_IBAN = 'FR1420041010050500013M02606'

/** A clock that tests move. */
export interface TestClock {
  (): number
  advance(seconds: number): void
}

export function createClock(start = START): TestClock {
  let now = start
  return Object.assign(() => now, {
    advance(seconds: number) {
      now += seconds
    },
  })
}

/** 1,500.00 EUR now, 2,200.00 on the 27th, rent on the 3rd. */
export const CASH_FLOW: CashFlow = {
  currency: 'EUR',
  asOf: TODAY,
  balance: 150_000n,
  incomes: [{ dayOfMonth: 27, amount: 220_000n, label: 'salary' }],
  charges: [{ dayOfMonth: 3, amount: 70_000n, label: 'rent' }],
  dailySpend: 1_500n,
}

export const POLICY: DecisionPolicy = {
  buffer: 0n,
  comfortTarget: 30_000n,
  weights: BALANCED_WEIGHTS,
}

export const ROW: MenuRow = {
  rowId: 'r1',
  instalments: 1,
  interval: null,
  priceBps: 0,
  firstDueFrom: '2026-03-10',
  firstDueTo: '2026-04-20',
}

export const MENU: Menu = {
  menuId: 'menu-0',
  tier: 0,
  final: true,
  policyVersion: 1,
  policyHash: 'A'.repeat(43),
  rows: [ROW, { ...ROW, rowId: 'r2', instalments: 3, interval: 'P1M' }],
}
