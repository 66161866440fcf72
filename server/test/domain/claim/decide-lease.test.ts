import { describe, expect, it } from 'vitest'
import {
  decidePayment,
  LEASE_SECONDS,
  type Lease,
  type LeaseFacts,
} from '../../../src/domain/claim/decide-lease.ts'

const NOW = 1_772_442_000
const BANK = 'https://bank.example'
const LEASE: Lease = { bankIss: BANK, fencing: 3, lockedUntil: NOW + 100, state: 'leased' }

const FACTS: LeaseFacts = {
  now: NOW,
  bankIss: BANK,
  claim: { state: 'open', currency: 'EUR', outstanding: 10_000n },
  isUndisputed: true,
  line: { line: 1, amount: 4000n, paid: 0n, credited: 0n, endToEndId: 'INV1-1' },
  lease: undefined,
}

const amount = { value: '40.00', currency: 'EUR' }
const ASK = { status: 'ACCP', amount, endToEndId: 'INV1-1' } as const

function granted(changes: Partial<LeaseFacts> = {}) {
  const decided = decidePayment({ ...FACTS, ...changes }, ASK)
  if (!decided.ok) throw new Error(decided.error.code)
  const { granted, reason, lease } = decided.value
  return granted ? lease : reason
}

describe('[PAY-02] a lease', () => {
  it('is granted for an open line, for a while', () => {
    const until = NOW + LEASE_SECONDS
    expect(granted()).toEqual({ bankIss: BANK, fencing: 1, lockedUntil: until, state: 'leased' })
  })

  it.each<[string, Partial<LeaseFacts>, string]>([
    ['a settled claim', { claim: { ...FACTS.claim, state: 'settled' } }, 'PAID'],
    ['a cancelled claim', { claim: { ...FACTS.claim, state: 'cancelled' } }, 'CNCL'],
    ['a claim handed over', { claim: { ...FACTS.claim, state: 'handed-over' } }, 'CNCL'],
    ['less owed than the line', { claim: { ...FACTS.claim, outstanding: 3999n } }, 'PAID'],
    ['a disputed part', { isUndisputed: false }, 'DISP'],
    ['a live lease of the same bank', { lease: LEASE }, 'LOCK'],
    [
      'a live lease of another bank',
      { lease: { ...LEASE, bankIss: 'https://other.example' } },
      'LOCK',
    ],
    ['an outcome that is open', { lease: { ...LEASE, state: 'pending', lockedUntil: 0 } }, 'LOCK'],
    ['a settled payment', { lease: { ...LEASE, state: 'settled', lockedUntil: 0 } }, 'LOCK'],
  ])('is not granted upon %s', (_, changes, reason) => {
    expect(granted(changes)).toBe(reason)
  })

  it.each<[string, Lease]>([
    ['a lease that has ended', { ...LEASE, lockedUntil: NOW }],
    ['a payment that was rejected or came back', { ...LEASE, state: 'rejected' }],
  ])('is granted after %s, under a higher number', (_, lease) => {
    expect(granted({ lease })).toMatchObject({ fencing: 4, state: 'leased' })
  })

  it.each([
    ['of no line of the plan', { endToEndId: 'INV1-2' }, 'line-unknown'],
    ['in another currency', { amount: { value: '40.00', currency: 'USD' } }, 'currency-mismatch'],
    ['over another amount', { amount: { value: '40.01', currency: 'EUR' } }, 'amount-invalid'],
  ])('%s is refused', (_, changes, code) => {
    const refused = decidePayment(FACTS, { ...ASK, ...changes })
    expect(refused.ok ? null : refused.error.code).toBe(code)
  })
})

describe('[PAY-06] a report', () => {
  const report = (status: 'PDNG' | 'ACSC' | 'RJCT', lease: Lease, fencing = 3) => {
    const decided = decidePayment({ ...FACTS, lease }, { ...ASK, status, fencing })
    return decided.ok ? decided.value.lease?.state : decided.error.code
  }

  it.each([
    ['PDNG', 'leased', 'pending'],
    ['ACSC', 'leased', 'settled'],
    ['RJCT', 'leased', 'rejected'],
    ['ACSC', 'pending', 'settled'],
    ['RJCT', 'pending', 'rejected'],
    ['ACSC', 'settled', 'settled'],
  ] as const)('%s after %s says %s', (status, state, expected) => {
    expect(report(status, { ...LEASE, state })).toBe(expected)
  })

  it('[PAY-15] RJCT after a settled payment says that the money came back', () => {
    expect(report('RJCT', { ...LEASE, state: 'settled' })).toBe('rejected')
  })

  it('is taken after the lease has ended, as long as no other was granted', () => {
    expect(report('ACSC', { ...LEASE, lockedUntil: NOW - 1 })).toBe('settled')
    expect(report('ACSC', { ...LEASE, fencing: 4 })).toBe('lease-fencing')
  })

  it.each<[string, Partial<Lease>, number]>([
    ['of an older number', {}, 2],
    ['of a number that was never given', {}, 4],
    ['of another bank', { bankIss: 'https://other.example' }, 3],
  ])('%s is refused', (_, changes, fencing) => {
    expect(report('ACSC', { ...LEASE, ...changes }, fencing)).toBe('lease-fencing')
  })
})
