import { describe, expect, it } from 'vitest'
import {
  changeClaim,
  claimsToAddress,
  findClaim,
  findClaimById,
  lockClaim,
  planLinesOf,
  replacePlanLines,
  setLinePaid,
} from '../../../src/storage/claims.ts'
import type { Tx } from '../../../src/storage/database.ts'
import { addClaimRow, addCreditorRow, addEnrolmentRow } from '../../support/storage-rows.ts'
import { type OpenedStore, onSeveralConnections } from './opened-store.ts'

export function claimsSuite(opened: OpenedStore): void {
  const itOnPostgres = onSeveralConnections(opened)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.get().db.transaction().execute(work)
  const issued = async () => {
    const claim = await findClaim(opened.get().db, await addClaimRow(opened.get()))
    if (claim === undefined) throw new Error('the claim was not written')
    return claim
  }

  describe('a change of a claim', () => {
    it('is written over the version that was seen, and over no other', async () => {
      const seen = await issued()
      expect(await inTx((tx) => changeClaim(tx, seen, { conversation: 'agreed' }))).toBe(true)
      expect(await inTx((tx) => changeClaim(tx, seen, { conversation: 'refused' }))).toBe(false)
      const now = await findClaim(opened.get().db, seen)
      expect(now).toEqual({ ...seen, conversation: 'agreed', version: seen.version + 1 })
    })

    it('writes every member that may change, and no other', async () => {
      const seen = await issued()
      const change = {
        price: -120n,
        paid: 11_880n,
        overpaid: 5n,
        state: 'settled',
        conversation: 'agreed',
        dunning: 'idle',
        respondBy: 7,
        thr: 'other',
      } as const
      await inTx((tx) => changeClaim(tx, seen, change))
      expect(await findClaimById(opened.get().db, seen.claimId)).toEqual({
        ...seen,
        ...change,
        version: 1,
      })
    })

    it('of another creditor is not written', async () => {
      const seen = await issued()
      const creditorId = await addCreditorRow(opened.get())
      const stranger = { ...seen, creditorId }
      expect(await inTx((tx) => changeClaim(tx, stranger, { dunning: 'idle' }))).toBe(false)
      expect(await findClaim(opened.get().db, stranger)).toBeUndefined()
      expect(await inTx((tx) => lockClaim(tx, stranger))).toBeUndefined()
    })

    it.each([
      ['settled before it is paid', { state: 'settled' }],
      ['paid below nothing', { paid: -1n }],
      ['overpaid below nothing', { overpaid: -1n }],
    ] as const)('is refused by the database when %s', async (_what, change) => {
      const seen = await issued()
      await expect(inTx((tx) => changeClaim(tx, seen, change))).rejects.toThrow('claims_')
      expect(await findClaim(opened.get().db, seen)).toEqual(seen)
    })

    itOnPostgres('at the same time as another wins or loses', async () => {
      const seen = await issued()
      const changes = Array.from({ length: 5 }, (_, i) =>
        inTx((tx) => changeClaim(tx, seen, { overpaid: BigInt(i) })),
      )
      const written = await Promise.all(changes)
      expect(written.filter(Boolean)).toHaveLength(1)
      expect(await findClaim(opened.get().db, seen)).toMatchObject({
        version: 1,
        overpaid: BigInt(written.indexOf(true)),
      })
    })
  })

  describe('the lines of a claim', () => {
    const line = (n: number, amount: bigint) => ({
      line: n,
      dueDate: `2026-0${n + 3}-27`,
      amount,
      paid: 0n,
      credited: 0n,
      endToEndId: `${Math.random()}-${n}`,
    })

    it('are replaced as a whole and read in their order', async () => {
      const claim = await issued()
      expect(await planLinesOf(opened.get().db, claim)).toMatchObject([
        { line: 1, amount: 12_000n },
      ])
      const lines = [line(3, 4_000n), line(1, 4_000n), line(2, 4_000n)]
      await inTx((tx) => replacePlanLines(tx, claim, lines))
      await inTx((tx) => setLinePaid(tx, claim, { line: 2, paid: 1_234n }))
      expect(await planLinesOf(opened.get().db, claim)).toEqual([
        lines[1],
        { ...lines[2], paid: 1_234n },
        lines[0],
      ])
    })

    it('never hold more than their amount', async () => {
      const claim = await issued()
      const over = inTx((tx) => setLinePaid(tx, claim, { line: 1, paid: 12_001n }))
      await expect(over).rejects.toThrow('plan_lines_')
    })
  })

  describe('the claims that an enrolment takes over', () => {
    it('are the open ones without a plan that it does not have', async () => {
      const { get } = opened
      const first = await addClaimRow(get())
      const { creditorId, debtorId } = first
      const owner = { creditorId, debtorId }
      const enrolmentId = await addEnrolmentRow(get().db, owner)
      await addClaimRow(get(), { ...owner, enrolmentId, peerRole: 'agent' })
      await addClaimRow(get(), { ...owner, conversation: 'agreed' })
      const cancelled = await addClaimRow(get(), owner)
      const before = {
        ...cancelled,
        state: 'open',
        version: 0,
        overpaid: 0n,
        givenBack: 0n,
      } as const
      await inTx((tx) => changeClaim(tx, before, { state: 'cancelled' }))
      await addClaimRow(get(), { creditorId })
      const whole = { ...owner, enrolmentId, onlyClaimId: null }
      const found = await claimsToAddress(get().db, whole)
      expect(found.map(({ claimId }) => claimId)).toEqual([first.claimId])
    })

    it('[ENR-01] are the one claim of the link that gave the right', async () => {
      const { get } = opened
      const first = await addClaimRow(get())
      const owner = { creditorId: first.creditorId, debtorId: first.debtorId }
      await addClaimRow(get(), owner)
      const byLink = { ...owner, enrolmentId: 'en_1', onlyClaimId: first.claimId }
      const found = await claimsToAddress(get().db, byLink)
      expect(found.map(({ claimId }) => claimId)).toEqual([first.claimId])
    })
  })
}
