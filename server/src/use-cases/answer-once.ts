// Idempotency: work runs once per (creditor, operation, key); the reply is kept with its effect and
// given again for the same body. Refusals changed nothing and are not kept. Replies are sealed at
// rest: some hold a secret that is shown once.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { Tx } from '../storage/database.ts'
import { findStoredReply, insertStoredReply } from '../storage/idempotency.ts'
import type { Deps } from './deps.ts'

export interface OnceKey {
  creditorId: string
  operation: string
  key: string
  /** SHA-256 over the method, the path and the exact body. */
  requestHash: Buffer
}

export interface KeptReply {
  status: number
  body: string
}

/**
 * Runs `work` and keeps its reply, both in one transaction. The same key again gets the same reply,
 * with another body `idempotency-key-reuse`, and while the first runs `idempotency-key-in-flight`.
 */
export async function answerOnce(
  deps: Pick<Deps, 'db' | 'clock' | 'vault'>,
  key: OnceKey,
  work: (tx: Tx) => Promise<Result<KeptReply, Refusal>>,
): Promise<Result<KeptReply, Refusal>> {
  return await deps.db.transaction().execute(async (tx) => {
    const isFirst = await tryLock(tx, key)
    const known = await findStoredReply(tx, key)
    if (known !== undefined) return replay(deps, known, key)
    if (!isFirst) return err(inFlight())
    const answer = await work(tx)
    if (answer.ok) await keep(deps, tx, { ...key, ...answer.value })
    return answer
  })
}

/** Keys whose work runs in this process; another process is met when the reply is kept. */
const underway = new Set<string>()

/**
 * The same for work that brings its own transactions and has one effect however often it runs: its
 * reply is kept after it. A crash in between runs it again, without a second effect; of two
 * processes that ran it beside each other both give the reply that was kept first.
 */
export async function answerOnceAfter(
  deps: Pick<Deps, 'db' | 'clock' | 'vault'>,
  key: OnceKey,
  work: () => Promise<Result<KeptReply, Refusal>>,
): Promise<Result<KeptReply, Refusal>> {
  const name = nameOf(key)
  if (underway.has(name)) return err(inFlight())
  underway.add(name)
  try {
    const known = await findStoredReply(deps.db, key)
    if (known !== undefined) return replay(deps, known, key)
    const answer = await work()
    if (!answer.ok) return answer
    await keep(deps, deps.db, { ...key, ...answer.value })
    const kept = await findStoredReply(deps.db, key)
    return kept?.requestHash.equals(key.requestHash) ? replay(deps, kept, key) : answer
  } finally {
    underway.delete(name)
  }
}

async function keep(
  deps: Pick<Deps, 'clock' | 'vault'>,
  db: Parameters<typeof insertStoredReply>[0],
  answer: OnceKey & KeptReply,
): Promise<void> {
  const body = deps.vault.seal(answer.body)
  await insertStoredReply(db, { ...answer, body, at: deps.clock.now() })
}

function replay(
  deps: Pick<Deps, 'vault'>,
  known: { requestHash: Buffer; status: number; body: Buffer },
  key: OnceKey,
): Result<KeptReply, Refusal> {
  if (known.requestHash.equals(key.requestHash)) {
    return ok({ status: known.status, body: deps.vault.open(known.body) })
  }
  return err(
    refusal('idempotency-key-reuse', 'this Idempotency-Key was used with another body before'),
  )
}

function inFlight(): Refusal {
  return refusal(
    'idempotency-key-in-flight',
    'the first request with this Idempotency-Key still runs: try again in a second',
  )
}

const nameOf = ({ creditorId, operation, key }: OnceKey) => `${creditorId} ${operation} ${key}`

async function tryLock(tx: Tx, key: OnceKey): Promise<boolean> {
  const result = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${nameOf(key)}, 0)) as locked`.execute(tx)
  return result.rows[0]?.locked === true
}
