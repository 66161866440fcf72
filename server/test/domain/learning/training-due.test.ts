import { expect, it } from 'vitest'
import { isTrainingDue } from '../../../src/domain/learning/training-due.ts'

const NOW = 1_800_000_000
const WEEK = 7 * 86_400

it.each([
  { why: 'few bills', settled: 29, last: null, due: false },
  { why: 'the first time', settled: 30, last: null, due: true },
  { why: 'a tenth is new', settled: 330, last: { settledBills: 300, age: 0 }, due: true },
  { why: 'too little is new', settled: 329, last: { settledBills: 300, age: 0 }, due: false },
  {
    why: 'of few bills twenty are new',
    settled: 60,
    last: { settledBills: 40, age: 0 },
    due: true,
  },
  { why: 'of few bills some are new', settled: 59, last: { settledBills: 40, age: 0 }, due: false },
  { why: 'a week and a bill', settled: 301, last: { settledBills: 300, age: WEEK }, due: true },
  { why: 'a week without bills', settled: 300, last: { settledBills: 300, age: WEEK }, due: false },
])('$why: training is due: $due', ({ settled, last, due }) => {
  const before = last && { settledBills: last.settledBills, createdAt: NOW - last.age }
  expect(isTrainingDue(settled, before, NOW)).toBe(due)
})
