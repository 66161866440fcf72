// Verifies an evidence bundle as a court's expert would: offline, with nothing but the file. Fails
// closed: what cannot be checked is a fault.

import { agentKeyFaults } from './evidence-agent-keys.ts'
import { checkAgreement } from './evidence-agreements.ts'
import type {
  EvidenceBundle,
  EvidenceFault,
  EvidenceFinding,
  EvidenceParty,
} from './evidence-bundle.ts'
import { readEvidenceBundle } from './evidence-bundle.ts'
import type { CheckedThread } from './evidence-checked.ts'
import { checkEquivocation } from './evidence-equivocations.ts'
import { erasureFaults } from './evidence-erasure.ts'
import { checkThread } from './evidence-threads.ts'
import { keyRecordOf } from './key-set.ts'

/** What was found in a bundle; `ok` exactly when there is no fault. */
export interface EvidenceReport {
  readonly ok: boolean
  readonly checked: {
    readonly messages: number
    readonly agreements: number
    /** Signatures found valid. */
    readonly signatures: number
    /** Messages of which the hash alone is left, since their person was erased. */
    readonly erased: number
  }
  readonly faults: readonly EvidenceFault[]
  /** What the file proves against a party: two messages signed for one place (EVI-04). */
  readonly findings: readonly EvidenceFinding[]
}

/**
 * Verifies a `parley-evidence-1` bundle with the keys inside it.
 *
 * Of each message: its signature by a key of the party that `iss` names, valid at `iat`; its
 * sender, schema, thread, sequence from 0 by 1, hash of the message before, receiver, debtor,
 * payment request, identity and sums. Of each agreement: the signatures of creditor and agent (of
 * the creditor alone when a person chose on the page), and that it is byte for byte what the offer
 * and the answer make of it. Of each equivocation: that it is one, which is a finding against its
 * signer and no fault; one that cannot be verified is a fault. One fault at most is reported for each message and agreement.
 *
 * Of a thread whose person was erased: that the hashes that are left are those which the creditor signed
 * as it erased, in their order; what they said, nobody can tell any more.
 *
 * What a bundle cannot show: that its keys are the parties' own (compare their thumbprints with
 * those published, except for parties named by their key, whose later keys carry the `rekey` that
 * named them), and that messages after the last one
 * of a thread were not left out.
 *
 * @example
 * import { evidencePlaceText, verifyEvidence } from '@parley/sdk/protocol'
 * declare const file: string
 * const { ok, faults } = await verifyEvidence(JSON.parse(file))
 * for (const { code, where } of faults) console.log(code, evidencePlaceText(where))
 * console.log(ok ? 'genuine' : 'not proven')
 */
export async function verifyEvidence(bundle: unknown): Promise<EvidenceReport> {
  const read = readEvidenceBundle(bundle)
  if (!read.ok) return reportOf([read.error], NOTHING)
  const faults = [
    ...partyFaults(read.value),
    ...(await agentKeyFaults(read.value)),
    ...(await erasureFaults(read.value)),
  ]
  const checked = { ...NOTHING, agreements: read.value.agreements.length }
  for (const { messages, erased = [] } of read.value.threads) {
    checked.messages += messages.length
    checked.erased += erased.length
  }
  const count = (valid: number) => {
    checked.signatures += valid
  }
  const threadById = await checkThreads(read.value, faults, count)
  await checkAgreements(read.value, { threadById, faults, count })
  const findings = await checkEquivocations(read.value, { threadById, faults, count })
  return reportOf(faults, checked, findings)
}

const NOTHING = { messages: 0, agreements: 0, signatures: 0, erased: 0 }

function reportOf(
  faults: readonly EvidenceFault[],
  checked: EvidenceReport['checked'],
  findings: readonly EvidenceFinding[] = [],
): EvidenceReport {
  return { ok: faults.length === 0, checked, faults, findings }
}

function partyFaults({ parties }: EvidenceBundle): EvidenceFault[] {
  const faults: EvidenceFault[] = []
  const names = new Set(parties.map(({ iss }) => iss))
  if (names.size !== parties.length) {
    faults.push({ code: 'party', where: {}, detail: 'one party is listed twice' })
  }
  if (parties.filter(({ role }) => role === 'creditor').length !== 1) {
    faults.push({ code: 'party', where: {}, detail: 'there must be exactly one creditor' })
  }
  const owners = new Map<string, string>()
  for (const party of parties) faults.push(...keyFaults(party, owners))
  return faults
}

/** Faults of a party's keys; `owners` remembers whose each key is over all parties. */
function keyFaults({ iss, jwks }: EvidenceParty, owners: Map<string, string>): EvidenceFault[] {
  const faults: EvidenceFault[] = []
  const where = { party: iss }
  for (const published of jwks.keys) {
    const record = keyRecordOf(published)
    if (!record.ok) {
      faults.push({ code: record.error.code, where, detail: 'one of its keys is unfit' })
      continue
    }
    const { kid } = record.value
    if (owners.has(kid)) faults.push({ code: 'party', where, detail: 'one key is listed twice' })
    owners.set(kid, iss)
  }
  return faults
}

async function checkThreads(
  bundle: EvidenceBundle,
  faults: EvidenceFault[],
  countSignatures: (valid: number) => void,
): Promise<Map<string, CheckedThread>> {
  const context = {
    paymentRequestId: bundle.paymentRequestId,
    exportedAt: bundle.exportedAt,
    partyByIss: new Map(bundle.parties.map((party) => [party.iss, party])),
    identities: new Set<string>(),
    report: (fault: EvidenceFault) => void faults.push(fault),
    countSignatures,
  }
  const threadById = new Map<string, CheckedThread>()
  const seen = new Set<string>()
  for (const thread of bundle.threads) {
    if (seen.has(thread.thr)) {
      faults.push({ code: 'thr', where: { thread: thread.thr }, detail: 'is here twice' })
    }
    seen.add(thread.thr)
    if (thread.erased !== undefined) continue
    const checked = await checkThread(thread, context)
    if (checked !== undefined) threadById.set(checked.thr, checked)
  }
  return threadById
}

interface AgreementWork {
  readonly threadById: ReadonlyMap<string, CheckedThread>
  readonly faults: EvidenceFault[]
  readonly count: (valid: number) => void
}

async function checkAgreements(bundle: EvidenceBundle, work: AgreementWork): Promise<void> {
  const { threadById, faults, count } = work
  const known = new Set<string>()
  for (const [index, jws] of bundle.agreements.entries()) {
    const where = { agreement: index + 1 }
    const checked = await checkAgreement(jws, { exportedAt: bundle.exportedAt, threadById })
    if (!checked.ok) {
      faults.push({ ...checked.error, where })
      continue
    }
    const { agreementId } = checked.value.agreement
    if (known.has(agreementId)) {
      faults.push({ code: 'agreement-twice', where, detail: 'is here twice' })
    }
    known.add(agreementId)
    count(checked.value.signatures)
  }
  for (const thread of threadById.values()) faults.push(...missingAgreements(thread, known))
}

async function checkEquivocations(
  { exportedAt, equivocations = [] }: EvidenceBundle,
  { threadById, faults, count }: AgreementWork,
): Promise<EvidenceFinding[]> {
  const findings: EvidenceFinding[] = []
  for (const [index, jws] of equivocations.entries()) {
    const checked = await checkEquivocation(jws, { exportedAt, threadById })
    if (checked.ok) {
      findings.push(checked.value)
      count(1)
    } else {
      faults.push({ ...checked.error, where: { equivocation: index + 1 } })
    }
  }
  return findings
}

/** Messages that speak of an agreement which the bundle does not prove. */
function missingAgreements(thread: CheckedThread, known: ReadonlySet<string>): EvidenceFault[] {
  return thread.messages.flatMap((message) => {
    if (message?.kind !== 'status' && message?.kind !== 'payment') return []
    const { agreementId } = message.payload
    if (agreementId === undefined || known.has(agreementId)) return []
    const where = { thread: thread.thr, message: message.position }
    return [{ code: 'agreement-missing', where, detail: 'speaks of an agreement not proved here' }]
  })
}
