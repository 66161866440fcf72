// Second messages by one sender under a place of a thread: proof against their signer, without any
// effect. Spec: THR-05.

import type { VerifiedMessage } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { openFields, sealField } from './sealed-fields.ts'
import { personOfThread } from './threads.ts'

/** So many a thread are kept: two prove everything, and nobody may fill the store with them. */
const MAX_PER_THREAD = 16

export interface Equivocation {
  thr: string
  jws: string
}

/** Keeps a proof. Returns false for one that is kept already, and beyond 16 of a thread. */
export async function insertEquivocation(
  tx: Tx,
  creditorId: string,
  message: Pick<VerifiedMessage, 'payload' | 'hash' | 'jws'>,
  at: number,
): Promise<boolean> {
  const { thr, seq, iss } = message.payload
  const personId = await personOfThread(tx, thr)
  const { hash } = message
  const place = equivocationPlace(hash)
  const jws = await sealField(tx, { creditorId, personId, place, text: message.jws })
  const inserted = await sql`
    insert into equivocations (creditor_id, thr, seq, iss, hash, jws, received_at)
    select ${creditorId}, ${thr}, ${seq}::int4, ${iss}, ${hash}, ${jws}, ${at}::int8
    where (select count(*) from equivocations where creditor_id = ${creditorId} and thr = ${thr})
      < ${MAX_PER_THREAD}
    on conflict do nothing`.execute(tx)
  return inserted.numAffectedRows === 1n
}

/** The proofs of these threads that can be opened, in the order of place and arrival. */
export async function equivocationsOf(
  db: Database | Tx,
  threads: readonly { creditorId: string; thr: string }[],
): Promise<Equivocation[]> {
  const [first] = threads
  if (first === undefined) return []
  const rows = await db
    .selectFrom('equivocations')
    .select(['creditor_id as creditorId', 'thr', 'hash', 'jws as sealed'])
    .where('creditor_id', '=', first.creditorId)
    .where(sql<boolean>`thr = any(${threads.map(({ thr }) => thr)}::text[])`)
    .orderBy('thr')
    .orderBy('seq')
    .orderBy('received_at')
    .orderBy('hash')
    .execute()
  const opened = await openFields(
    db,
    rows.map((row) => ({ ...row, place: equivocationPlace(row.hash) })),
  )
  return rows.flatMap(({ thr }, index) => {
    const jws = opened[index] ?? null
    return jws === null ? [] : [{ thr, jws }]
  })
}

const equivocationPlace = (hash: string) => `equivocations.jws ${hash}`
