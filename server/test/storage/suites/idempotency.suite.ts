import { describe, expect, it } from 'vitest'
import {
  deleteRepliesBefore,
  findStoredReply,
  insertStoredReply,
} from '../../../src/storage/idempotency.ts'
import { AT, addCreditorRow } from '../../support/storage-rows.ts'
import type { OpenedStore } from './opened-store.ts'

export function idempotencySuite(opened: OpenedStore): void {
  const keyOf = async () => ({
    creditorId: await addCreditorRow(opened.get()),
    operation: 'createDebtor',
    key: 'k',
  })
  const answer = (body: string, at = AT) => ({
    requestHash: Buffer.from(body),
    status: 201,
    body: Buffer.from(body),
    at,
  })

  describe('a reply that is kept', () => {
    it('is the first one under its key', async () => {
      const key = await keyOf()
      const { db } = opened.get()
      await insertStoredReply(db, { ...key, ...answer('one') })
      await insertStoredReply(db, { ...key, ...answer('two') })
      const { at: _, ...first } = answer('one')
      expect(await findStoredReply(db, key)).toEqual(first)
    })

    it('belongs to a creditor, an operation and a key', async () => {
      const key = await keyOf()
      const { db } = opened.get()
      await insertStoredReply(db, { ...key, ...answer('one') })
      const others = [{ creditorId: 'cr_other' }, { operation: 'other' }, { key: 'K' }]
      for (const other of others) {
        expect(await findStoredReply(db, { ...key, ...other })).toBeUndefined()
      }
    })

    it('is forgotten when it is old, and not a second before', async () => {
      const [old, young] = [await keyOf(), await keyOf()]
      const { db } = opened.get()
      await insertStoredReply(db, { ...old, ...answer('old', 99) })
      await insertStoredReply(db, { ...young, ...answer('young', 100) })
      expect(await deleteRepliesBefore(db, 100)).toBe(1)
      expect(await findStoredReply(db, old)).toBeUndefined()
      expect(await findStoredReply(db, young)).toBeDefined()
    })

    it('is not there after a rollback', async () => {
      const key = await keyOf()
      const { db } = opened.get()
      const failed = db.transaction().execute(async (tx) => {
        await insertStoredReply(tx, { ...key, ...answer('one') })
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await findStoredReply(db, key)).toBeUndefined()
    })
  })
}
