import { describe, expect, it } from 'vitest'
import type { Tx } from '../../../src/storage/database.ts'
import {
  appendMessages,
  findMessage,
  findThread,
  messagesOfThread,
  openThread,
  queueDelivery,
  threadsOfClaim,
} from '../../../src/storage/threads.ts'
import {
  AT,
  addClaimRow,
  addCreditorRow,
  addDebtorRow,
  addEnrolmentRow,
  messageRow,
} from '../../support/storage-rows.ts'
import { type OpenedStore, onSeveralConnections } from './opened-store.ts'

export function threadsSuite(opened: OpenedStore): void {
  const itOnPostgres = onSeveralConnections(opened)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => opened.get().db.transaction().execute(work)
  const issued = async () => {
    const thread = await findThread(opened.get().db, (await addClaimRow(opened.get())).thr)
    if (thread === undefined) throw new Error('the thread was not written')
    return thread
  }
  const reply = { status: 200, contentType: 'application/jose', body: 'r.r.r' }

  describe('a thread', () => {
    it('moves by one message after the other', async () => {
      const thread = await issued()
      const [first, second] = [messageRow(thread.thr, 1), messageRow(thread.thr, 2)]
      expect(
        await inTx((tx) => appendMessages(tx, thread, [{ ...first, reply }, second], AT)),
      ).toBe(true)
      const now = await findThread(opened.get().db, thread.thr)
      expect(now).toEqual({ ...thread, lastSeq: 2, lastHash: second.hash })
      const messages = await messagesOfThread(opened.get().db, thread)
      expect(messages.slice(1)).toEqual([
        { ...first, reply },
        { ...second, reply: null },
      ])
      expect(await findMessage(opened.get().db, first)).toEqual({ ...first, reply })
    })

    it.each([
      ['that repeats a place', 0],
      ['that leaves one out', 2],
    ])('takes no message %s', async (_what, seq) => {
      const thread = await issued()
      const message = messageRow(thread.thr, seq)
      expect(await inTx((tx) => appendMessages(tx, thread, [message], AT))).toBe(false)
      expect(await findThread(opened.get().db, thread.thr)).toEqual(thread)
      expect(await messagesOfThread(opened.get().db, thread)).toHaveLength(1)
    })

    it('is as it was when its transaction is rolled back', async () => {
      const thread = await issued()
      const failed = inTx(async (tx) => {
        await appendMessages(tx, thread, [messageRow(thread.thr, 1)], AT)
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await messagesOfThread(opened.get().db, thread)).toHaveLength(1)
    })

    it('takes no message whose jti its sender has used', async () => {
      const [one, other] = [await issued(), await issued()]
      const message = messageRow(one.thr, 1)
      await inTx((tx) => appendMessages(tx, one, [{ ...message, reply }], AT))
      const again = { ...message, reply, thr: other.thr, hash: 'other' }
      const appended = inTx((tx) => appendMessages(tx, other, [again], AT))
      await expect(appended).rejects.toThrow('messages_of_peers')
    })

    it('is opened once', async () => {
      const thread = {
        ...(await issued()),
        thr: `bank-${Math.random()}`,
        peerRole: 'bank' as const,
      }
      const open = () =>
        inTx((tx) => openThread(tx, thread, [{ ...messageRow(thread.thr, 0), reply }], AT))
      expect([await open(), await open()]).toEqual([true, false])
      expect(await messagesOfThread(opened.get().db, thread)).toMatchObject([{ seq: 0, reply }])
      const all = await threadsOfClaim(opened.get().db, thread)
      expect(all.map(({ peerRole }) => peerRole).toSorted()).toEqual(['anyone', 'bank'])
    })

    itOnPostgres('takes one of several next messages', async () => {
      const thread = await issued()
      const appended = await Promise.all(
        Array.from({ length: 5 }, () =>
          inTx((tx) => appendMessages(tx, thread, [messageRow(thread.thr, 1)], AT)),
        ),
      )
      expect(appended.filter(Boolean)).toHaveLength(1)
      expect(await messagesOfThread(opened.get().db, thread)).toHaveLength(2)
    })
  })

  describe('a delivery to an agent', () => {
    it.each([
      ['is pushed to an inbox', 'https://agent.example/inbox', ['push-to-agent']],
      ['waits to be pulled without one', null, []],
    ])('%s', async (_what, inbox, queues) => {
      const { db } = opened.get()
      const creditorId = await addCreditorRow(opened.get())
      const debtorId = await addDebtorRow(db, creditorId)
      const enrolmentId = await addEnrolmentRow(db, { creditorId, debtorId }, inbox)
      const { claimId, thr } = await addClaimRow(opened.get(), { creditorId, debtorId })
      await inTx((tx) => queueDelivery(tx, { creditorId, enrolmentId, claimId, thr, seq: 0 }))
      const deliveries = await db
        .selectFrom('agent_deliveries')
        .select(['delivery_id', 'state'])
        .where('enrolment_id', '=', enrolmentId)
        .execute()
      expect(deliveries).toMatchObject([{ state: 'waiting' }])
      const asked = await db
        .selectFrom('outbox')
        .select(['queue', 'payload'])
        .where('creditor_id', '=', creditorId)
        .execute()
      const payload = { deliveryId: deliveries[0]?.delivery_id }
      expect(asked).toEqual(queues.map((queue) => ({ queue, payload })))
    })
  })
}
