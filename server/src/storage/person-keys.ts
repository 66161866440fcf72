// The wrapped data keys. A key is written with its person, and destroyed once: the row stays as the mark
// that this person was erased.
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { type KeyOwner, keyringOf } from './keyring.ts'

/** Writes a new key in the transaction of what it belongs to. */
export async function insertPersonKey(
  tx: Tx,
  { creditorId, personId }: KeyOwner,
  { wrapped, at }: { wrapped: Buffer; at: number },
): Promise<void> {
  await tx
    .insertInto('person_keys')
    .values({
      creditor_id: creditorId,
      person_id: personId,
      wrapped,
      wrapped_by: keyringOf(tx).wrap.keyId,
      created_at: at,
    })
    .execute()
}

/** Destroys keys; those that were destroyed before keep their day. */
export async function destroyPersonKeys(
  tx: Tx,
  owners: readonly KeyOwner[],
  at: number,
): Promise<void> {
  const ring = keyringOf(tx)
  for (const owner of owners) {
    ring.forget(owner)
    await tx
      .updateTable('person_keys')
      .set({ wrapped: null, destroyed_at: at })
      .where('creditor_id', '=', owner.creditorId)
      .where('person_id', '=', owner.personId)
      .where('wrapped', 'is not', null)
      .execute()
  }
}

/** Wrapped keys that another master key than `keyId` wrapped. */
export async function keysWrappedByOthers(
  db: Database | Tx,
  { keyId, limit }: { keyId: string; limit: number },
): Promise<(KeyOwner & { wrapped: Buffer })[]> {
  const rows = await db
    .selectFrom('person_keys')
    .select(['creditor_id', 'person_id', 'wrapped'])
    .where('wrapped', 'is not', null)
    .where('wrapped_by', '<>', keyId)
    .limit(limit)
    .execute()
  return rows.flatMap(({ creditor_id: creditorId, person_id: personId, wrapped }) =>
    wrapped === null ? [] : [{ creditorId, personId, wrapped }],
  )
}

/** Puts keys under another wrap; one that was destroyed meanwhile stays so. */
export async function rewrapKeys(
  db: Database | Tx,
  keyId: string,
  keys: readonly (KeyOwner & { wrapped: Buffer })[],
): Promise<void> {
  await sql`update person_keys k set wrapped = u.wrapped, wrapped_by = ${keyId}
    from unnest(${keys.map((it) => it.creditorId)}::text[],
      ${keys.map((it) => it.personId)}::text[], ${keys.map((it) => it.wrapped)}::bytea[])
      as u(creditor_id, person_id, wrapped)
    where k.creditor_id = u.creditor_id and k.person_id = u.person_id
      and k.wrapped is not null`.execute(db)
}
