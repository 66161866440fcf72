import { describe, expect, it } from 'vitest'
import type { Lease } from '../../../src/domain/claim/decide-lease.ts'
import type { Tx } from '../../../src/storage/database.ts'
import { findLease, saveLease } from '../../../src/storage/payment-leases.ts'
import { AT, addClaimRow } from '../../support/storage-rows.ts'
import { type OpenedStore, onSeveralConnections } from './opened-store.ts'

const LEASE: Lease = {
  bankIss: 'https://bank.example',
  fencing: 1,
  lockedUntil: AT + 300,
  state: 'leased',
}

export function paymentLeasesSuite(opened: OpenedStore): void {
  const itOnPostgres = onSeveralConnections(opened)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.get().db.transaction().execute(work)
  const lineOf = async () => {
    const { creditorId, claimId } = await addClaimRow(opened.get())
    return { creditorId, claimId, line: 1 }
  }
  const save = (key: Parameters<typeof saveLease>[1], seen: Lease | undefined, lease: Lease) =>
    inTx((tx) => saveLease(tx, key, { seen, lease }))

  describe('the lease of a plan line', () => {
    it('is written over what the decision saw, and over nothing else', async () => {
      const key = await lineOf()
      expect(await findLease(opened.get().db, key)).toBeUndefined()
      expect(await save(key, undefined, LEASE)).toBe(true)
      expect(await save(key, undefined, { ...LEASE, bankIss: 'https://other.example' })).toBe(false)
      const pending: Lease = { ...LEASE, state: 'pending' }
      expect(await save(key, LEASE, pending)).toBe(true)
      expect(await save(key, LEASE, { ...LEASE, state: 'rejected' })).toBe(false)
      expect(await save(key, { ...pending, fencing: 2 }, LEASE)).toBe(false)
      expect(await findLease(opened.get().db, key)).toEqual(pending)
    })

    it('is its own for each line', async () => {
      const key = await lineOf()
      await save(key, undefined, LEASE)
      expect(await save({ ...key, line: 2 }, undefined, { ...LEASE, fencing: 9 })).toBe(true)
      expect(await findLease(opened.get().db, key)).toEqual(LEASE)
    })

    itOnPostgres('goes to one of several banks', async () => {
      const key = await lineOf()
      const banks = Array.from({ length: 5 }, (_, i) => `https://bank-${i}.example`)
      const first = await Promise.all(
        banks.map((bankIss) => save(key, undefined, { ...LEASE, bankIss })),
      )
      expect(first.filter(Boolean)).toHaveLength(1)
      const seen = await findLease(opened.get().db, key)
      expect(seen?.bankIss).toBe(banks[first.indexOf(true)])
      const second = await Promise.all(
        banks.map((bankIss) => save(key, seen, { ...LEASE, bankIss, fencing: 2 })),
      )
      expect(second.filter(Boolean)).toHaveLength(1)
    })
  })
}
