// Erases a person (GDPR, article 17): the key goes, and with it whatever was sealed under it in this store,
// in its log and in its backups; what the law obliges to keep stays, and names nobody.
import {
  ERASURE_TYP,
  type ErasedThread,
  erasedChain,
  err,
  ok,
  type Result,
} from '@parley/sdk/protocol'
import { erasureObstacles } from '../domain/privacy/erasure.ts'
import { type KeptRecords, keptByLaw, type RetentionBook } from '../domain/privacy/retention.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { appendToEnrolment, type Enrolment, liveEnrolmentsOf } from '../storage/enrolments.ts'
import { erasePersonRows } from '../storage/erase-person.ts'
import {
  allErasures,
  type Erasure,
  erasureFacts,
  findErasure,
  hashedThreads,
  insertErasure,
  lastAccountingDay,
  lockPerson,
  type PersonKey,
} from '../storage/erasures.ts'
import { appendEvents } from '../storage/events.ts'
import { OF_CREDITOR } from '../storage/keyring.ts'
import { type PreparedMessage, queueDelivery } from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { prepareRevoke } from './end-enrolment.ts'
import { forgetKeptReplies } from './forget-kept-replies.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'

export type EraseDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'publicUrl' | 'vault' | 'outboxChanged'
> & {
  retention: RetentionBook
  erasures: ErasureList
}

/** A list of erasures outside of the store, which no backup of the store can turn back. */
export interface ErasureList {
  read(): Promise<ErasureMark[]>
  append(marks: readonly ErasureMark[]): Promise<void>
}

/** Who was erased, by our own ids. */
export type ErasureMark = Pick<Erasure, 'creditorId' | 'debtorId' | 'erasedAt'>

/** What a proof of erasure states. Names nobody. */
export interface ErasureProof {
  ver: '1.0'
  iss: string
  iat: number
  creditorId: string
  debtorId: string
  /** What is left of each thread. */
  threads: ErasedThread[]
  kept: KeptRecords[]
}

export interface ErasedPerson extends Erasure {
  kept: KeptRecords[]
}

/**
 * Erases a person in one transaction; the second time it gives what the first gave. Refuses `not-found`,
 * and `erasure-obstructed` with what stands in the way: then nothing was touched.
 */
export async function erasePerson(
  deps: EraseDeps,
  key: PersonKey,
): Promise<Result<ErasedPerson, Refusal>> {
  const erased = await retryWhenOutrun(() => erase(deps, key, { isForced: false }))
  if (!erased.ok) return erased
  const { creditorId, debtorId, erasedAt } = erased.value
  await deps.erasures.append([{ creditorId, debtorId, erasedAt }])
  deps.outboxChanged()
  return erased
}

/**
 * Erases again whom the list outside of the store names and the store still knows, whatever it says is
 * owed: a backup from before was put back. Writes to the list what the store alone knows. Returns how
 * many were erased again.
 */
export async function reapplyErasures(deps: EraseDeps): Promise<number> {
  const listed = await deps.erasures.read()
  const stored = await allErasures(deps.db)
  const known = new Set(stored.map(idOf))
  let again = 0
  for (const mark of listed) {
    if (known.has(idOf(mark))) continue
    const erased = await retryWhenOutrun(() => erase(deps, mark, { isForced: true }))
    if (erased.ok) again += 1
    known.add(idOf(mark))
  }
  const ids = new Set(listed.map(idOf))
  await deps.erasures.append(stored.filter((erasure) => !ids.has(idOf(erasure))))
  return again
}

const idOf = ({ creditorId, debtorId }: PersonKey) => `${creditorId} ${debtorId}`

/** @throws {Outrun} when somebody has said something since the proof was signed. */
async function erase(
  deps: EraseDeps,
  { creditorId, debtorId }: PersonKey,
  { isForced }: { isForced: boolean },
): Promise<Result<ErasedPerson, Refusal>> {
  const key = { creditorId, debtorId }
  const debtor = await findDebtor(deps.db, key)
  if (debtor === undefined) return err(unknownDebtor())
  const before = await findErasure(deps.db, key)
  if (before !== undefined) return ok({ ...before, kept: proofOf(before.proof).kept })
  if (!isForced) {
    const obstructed = obstructedBy(await erasureFacts(deps.db, key))
    if (obstructed !== undefined) return err(obstructed)
  }
  const farewells = await signFarewells(deps, key)
  const proof = await makeProof(deps, debtor)
  const erasure = { ...key, erasedAt: proof.iat, proof: await deps.signer.sign(ERASURE_TYP, proof) }
  await deps.db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, key))) throw new Outrun()
    if (await hasMoved(tx, key, { proof, isForced })) throw new Outrun()
    await appendEvents(
      tx,
      (await erasureFacts(tx, key)).map(({ claimId }) => ({
        creditorId,
        claimId,
        type: 'debtor.erased',
        at: proof.iat,
        data: { debtorId },
      })),
    )
    await forgetKeptReplies(deps, tx, key)
    await erasePersonRows(tx, key, proof.iat)
    for (const farewell of farewells) await sayFarewell(tx, farewell, proof.iat)
    await insertErasure(tx, erasure)
  })
  return ok({ ...erasure, kept: proof.kept })
}

interface Farewell {
  enrolment: Enrolment
  revoke: PreparedMessage
}

async function signFarewells(deps: EraseDeps, key: PersonKey): Promise<Farewell[]> {
  const farewells: Farewell[] = []
  for (const enrolment of await liveEnrolmentsOf(deps.db, key)) {
    farewells.push({ enrolment, revoke: await prepareRevoke(deps, enrolment, 'creditor') })
  }
  return farewells
}

/** The last word to an agent names nobody: it is sealed for the creditor, and goes once it was told. */
async function sayFarewell(tx: Tx, { enrolment, revoke }: Farewell, at: number): Promise<void> {
  const owned = { ...enrolment, debtorId: OF_CREDITOR }
  if (!(await appendToEnrolment(tx, owned, [revoke], at))) throw new Outrun()
  await queueDelivery(tx, { ...enrolment, claimId: null, seq: revoke.seq })
}

function obstructedBy(facts: Awaited<ReturnType<typeof erasureFacts>>): Refusal | undefined {
  const obstacles = erasureObstacles(facts)
  if (obstacles.length === 0) return undefined
  const told = obstacles.map(({ code, claimId }) => `${code} (${claimId})`).join(', ')
  return refusal('erasure-obstructed', `nothing was erased, since there is: ${told}`)
}

async function makeProof(deps: EraseDeps, debtor: Debtor): Promise<ErasureProof> {
  const { creditorId, debtorId } = debtor
  const creditor = await readCreditor(deps.db, creditorId)
  const rules = deps.retention.of(debtor.country ?? creditor.country)
  const iat = deps.clock.now()
  const lastDay = await lastAccountingDay(deps.db, debtor)
  return {
    ver: '1.0',
    iss: deps.publicUrl,
    iat,
    creditorId,
    debtorId,
    threads: await erasedThreads(deps.db, debtor),
    kept: lastDay === null ? [] : [keptByLaw(rules, lastDay)],
  }
}

async function hasMoved(
  tx: Tx,
  key: PersonKey,
  { proof, isForced }: { proof: ErasureProof; isForced: boolean },
): Promise<boolean> {
  if ((await findErasure(tx, key)) !== undefined) return true
  if (!isForced && obstructedBy(await erasureFacts(tx, key)) !== undefined) return true
  return JSON.stringify(await erasedThreads(tx, key)) !== JSON.stringify(proof.threads)
}

async function erasedThreads(db: Deps['db'] | Tx, key: PersonKey): Promise<ErasedThread[]> {
  const threads = await hashedThreads(db, key)
  return await Promise.all(
    threads.map(async ({ thr, hashes }) => ({
      thr,
      messages: hashes.length,
      chain: await erasedChain(hashes),
    })),
  )
}

/** What a proof of ours states. */
export function proofOf(jws: string): ErasureProof {
  const [, payload = ''] = jws.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as ErasureProof
}

/** The erasure of a person with what is kept. Refuses `not-found` and `erasure-unknown`. */
export async function readErasure(
  { db }: Pick<Deps, 'db'>,
  key: PersonKey,
): Promise<Result<ErasedPerson, Refusal>> {
  if ((await findDebtor(db, key)) === undefined) return err(unknownDebtor())
  const erasure = await findErasure(db, key)
  return erasure === undefined
    ? err(refusal('erasure-unknown', 'this debtor was not erased'))
    : ok({ ...erasure, kept: proofOf(erasure.proof).kept })
}

function unknownDebtor(): Refusal {
  return refusal('not-found', 'you have no debtor with this id')
}
