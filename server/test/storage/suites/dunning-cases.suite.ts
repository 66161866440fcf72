import { describe, expect, it } from 'vitest'
import type { Tx } from '../../../src/storage/database.ts'
import {
  countDueCases,
  dunningCaseOf,
  endDunning,
  lockDueCases,
  nextActionAt,
  openCase,
  rescheduleStep,
} from '../../../src/storage/dunning-cases.ts'
import { planCases } from '../../../src/storage/dunning-sweep.ts'
import { AT, addClaimRow } from '../../support/storage-rows.ts'
import { type OpenedStore, onSeveralConnections } from './opened-store.ts'

export function dunningCasesSuite(opened: OpenedStore): void {
  const itOnPostgres = onSeveralConnections(opened)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.get().db.transaction().execute(work)
  /** Cases that are due long before those of other tests. */
  const dueAt = async (...instants: number[]) => {
    const claims: string[] = []
    for (const respondBy of instants) {
      claims.push((await addClaimRow(opened.get(), { respondBy })).claimId)
    }
    return claims
  }
  const idsOf = (cases: readonly { claimId: string }[]) => cases.map(({ claimId }) => claimId)

  describe('due cases', () => {
    it('are taken oldest first, up to a limit, when their instant has come', async () => {
      const [third, first, , second] = await dueAt(300, 100, 301, 200)
      const take = (limit: number) => inTx((tx) => lockDueCases(tx, { now: 300, limit }))
      expect(idsOf(await take(10))).toEqual([first, second, third])
      expect(idsOf(await take(2))).toEqual([first, second])
      expect(await countDueCases(opened.get().db, 300)).toBe(3)
      expect(await nextActionAt(opened.get().db)).toBe(100)
      await inTx((tx) =>
        tx.deleteFrom('dunning_cases').where('next_action_at', '<', 1_000).execute(),
      )
    })

    itOnPostgres('that one worker holds are passed over by another', async () => {
      const claims = await dueAt(100, 101, 102, 103)
      const both = await inTx(async (tx) => {
        const mine = await lockDueCases(tx, { now: 200, limit: 2 })
        const theirs = await inTx((other) => lockDueCases(other, { now: 200, limit: 10 }))
        return [idsOf(mine), idsOf(theirs)]
      })
      expect(both).toEqual([claims.slice(0, 2), claims.slice(2)])
      const after = await inTx((tx) => lockDueCases(tx, { now: 200, limit: 10 }))
      expect(idsOf(after)).toEqual(claims)
      await inTx((tx) =>
        tx.deleteFrom('dunning_cases').where('next_action_at', '<', 1_000).execute(),
      )
    })
  })

  describe('the case of a claim', () => {
    it('is planned on, moved, ended and opened again', async () => {
      const { creditorId, claimId } = await addClaimRow(opened.get(), { respondBy: 5_000 })
      const claim = { creditorId, claimId }
      const now = () => dunningCaseOf(opened.get().db, claim)
      const fresh = await now()
      expect(fresh).toEqual({
        ...claim,
        journeyId: 'friendly-default',
        journeyVersion: 1,
        stepsDone: [],
        nextStep: 'first-notice',
        nextActionAt: 5_000,
        triggerAt: AT,
        anchorDay: null,
        resumes: null,
        round: 1,
        chargedStep: null,
      })
      const plan = {
        stepsDone: [{ stepId: 'first-notice', at: 5_000 }],
        nextStep: 'reminder',
        nextActionAt: 6_000,
      }
      if (fresh === undefined) throw new Error('no case')
      const { chargedStep: _, ...standing } = fresh
      await inTx((tx) => planCases(tx, [{ ...standing, ...plan }]))
      await inTx((tx) => rescheduleStep(tx, claim, 7_000))
      const planned = { ...fresh, ...plan, nextActionAt: 7_000 }
      expect(await now()).toEqual(planned)
      await inTx((tx) => openCase(tx, fresh))
      expect(await now(), 'a case that is there stays').toEqual(planned)
      await inTx((tx) => endDunning(tx, claim))
      expect(await now()).toBeUndefined()
      await inTx((tx) => rescheduleStep(tx, claim, 8_000))
      expect(await now()).toBeUndefined()
      await inTx((tx) => openCase(tx, fresh))
      expect(await now()).toEqual(fresh)
    })

    it('belongs to its creditor', async () => {
      const { claimId } = await addClaimRow(opened.get())
      const stranger = { creditorId: 'cr_other', claimId }
      await inTx((tx) => endDunning(tx, stranger))
      const { creditorId } = await opened
        .get()
        .db.selectFrom('dunning_cases')
        .select('creditor_id as creditorId')
        .where('claim_id', '=', claimId)
        .executeTakeFirstOrThrow()
      expect(await dunningCaseOf(opened.get().db, stranger)).toBeUndefined()
      expect(await dunningCaseOf(opened.get().db, { creditorId, claimId })).toBeDefined()
    })
  })
}
