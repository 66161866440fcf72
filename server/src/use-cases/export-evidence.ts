// Gathers everything that was signed about a claim into one file that proves itself offline. Reads
// one state of the store and calls nobody: keys of banks were kept when their messages came.
import {
  EVIDENCE_FORMAT,
  type EvidenceBundle,
  type EvidenceParty,
  type EvidenceThread,
  err,
  ok,
  type PublicJwk,
  type PublishedJwk,
  peekClaims,
  type Result,
  thumbprint,
  typOf,
} from '@parley/sdk/protocol'
import { publishedKeys } from '../domain/claim/published-keys.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementsOf } from '../storage/agreements.ts'
import { findClaim } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { agentKeys, type Enrolment, findEnrolment } from '../storage/enrolments.ts'
import { equivocationsOf } from '../storage/equivocations.ts'
import { findErasure } from '../storage/erasures.ts'
import { peerKeysOf } from '../storage/peer-keys.ts'
import { publicSigningKeys } from '../storage/signing-keys.ts'
import {
  messagesByThread,
  messagesOfThread,
  type StoredMessage,
  type Thread,
  threadsOfClaim,
} from '../storage/threads.ts'
import type { Deps } from './deps.ts'

type ShownKey = PublishedJwk & { rekey?: string }

type EvidenceDeps = Pick<Deps, 'db' | 'clock' | 'publicUrl'>

/**
 * The evidence of a claim: all threads and agreements, with every key of ours, the keys of each
 * agent, and the keys with which banks spoke. The enrolment itself stays out: its
 * answer holds the agent's secret inbox address. Refuses `not-found`.
 */
export async function exportEvidence(
  deps: EvidenceDeps,
  key: { creditorId: string; claimId: string },
): Promise<Result<EvidenceBundle, Refusal>> {
  const snapshot = deps.db.transaction().setIsolationLevel('repeatable read')
  return await snapshot.execute(async (tx) => {
    const claim = await findClaim(tx, key)
    if (claim === undefined) {
      return err(refusal('not-found', 'you have no payment request with this id'))
    }
    return ok(await gatherEvidence(deps, tx, key))
  })
}

/** The evidence of a claim that exists, as the given transaction sees it. */
export async function gatherEvidence(
  deps: Omit<EvidenceDeps, 'db'>,
  tx: Tx,
  key: { creditorId: string; claimId: string },
): Promise<EvidenceBundle> {
  const threads = await threadsOfClaim(tx, key)
  const agreements = await agreementsOf(tx, key)
  return {
    format: EVIDENCE_FORMAT,
    paymentRequestId: key.claimId,
    exportedAt: deps.clock.now(),
    parties: [
      await ourselves(deps, tx),
      ...(await agentsOf(tx, threads)),
      ...(await banksOf(tx, threads)),
    ],
    threads: await transcriptsOf(tx, key.creditorId, threads),
    agreements: agreements.flatMap(({ jws }) => jws ?? []),
    equivocations: (await equivocationsOf(tx, threads)).map(({ jws }) => jws),
    ...(await proofOfErasure(tx, key)),
  }
}

async function proofOfErasure(tx: Tx, key: { creditorId: string; claimId: string }) {
  const claim = await findClaim(tx, key)
  const erasure = claim && (await findErasure(tx, claim))
  return erasure === undefined ? {} : { erasure: erasure.proof }
}

async function ourselves(
  { publicUrl }: Pick<EvidenceDeps, 'publicUrl'>,
  tx: Tx,
): Promise<EvidenceParty> {
  return { iss: publicUrl, role: 'creditor', jwks: publishedKeys(await publicSigningKeys(tx)) }
}

/** The end of an enrolment is not the end of its keys: only a rekey gives them times. */
async function agentsOf(tx: Tx, threads: readonly Thread[]): Promise<EvidenceParty[]> {
  const keysByIss = new Map<string, Map<string, ShownKey>>()
  for (const { creditorId, enrolmentId } of threads) {
    if (enrolmentId === null) continue
    const enrolment = await findEnrolment(tx, { creditorId, enrolmentId })
    if (enrolment === undefined) continue
    const keys = keysByIss.get(enrolment.agentIss) ?? new Map<string, ShownKey>()
    const rekeys = await rekeysOf(tx, enrolment)
    for (const key of agentKeys(enrolment).keys) {
      const rekey = rekeys.get(key.kid)
      keys.set(key.kid, rekey === undefined ? key : { ...key, rekey })
    }
    keysByIss.set(enrolment.agentIss, keys)
  }
  return [...keysByIss].map(([iss, keys]) => ({
    iss,
    role: 'agent',
    jwks: { keys: [...keys.values()] },
  }))
}

/** The message that named a key, by the key's name: it proves that the agent did. */
async function rekeysOf(tx: Tx, enrolment: Enrolment): Promise<Map<string, string>> {
  const rekeys = new Map<string, string>()
  if (enrolment.keys.length === 1) return rekeys
  for (const { typ, jws } of await messagesOfThread(tx, enrolment)) {
    if (jws === null) continue
    const peeked = peekClaims(jws)
    if (typ !== typOf('rekey') || !peeked.ok) continue
    rekeys.set(await thumbprint(peeked.value.payload['jwk'] as PublicJwk), jws)
  }
  return rekeys
}

async function banksOf(tx: Tx, threads: readonly Thread[]): Promise<EvidenceParty[]> {
  const withBanks = threads.filter(({ peerRole }) => peerRole === 'bank')
  const issuers = [...new Set(withBanks.map(({ peerIss }) => peerIss))]
  const creditorId = withBanks[0]?.creditorId ?? ''
  const known = await peerKeysOf(tx, { creditorId, issuers })
  return issuers.map((iss) => ({
    iss,
    role: 'bank',
    jwks: { keys: known.filter((key) => key.iss === iss).map(({ jwk }) => jwk) },
  }))
}

async function transcriptsOf(tx: Tx, creditorId: string, threads: readonly Thread[]) {
  const thrs = threads.map(({ thr }) => thr)
  const messages = await messagesByThread(tx, { creditorId, thrs })
  return thrs.map((thr) => transcriptOf(thr, messages.get(thr) ?? []))
}

/** All messages of a thread are of one person: once erased, their hashes alone are left. */
function transcriptOf(thr: string, messages: readonly StoredMessage[]): EvidenceThread {
  const readable = messages.flatMap(({ jws }) => jws ?? [])
  if (readable.length === messages.length) return { thr, messages: readable }
  return { thr, messages: [], erased: messages.map(({ hash }) => hash) }
}
