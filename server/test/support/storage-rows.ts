// Rows for tests of the storage: complete and valid, under a creditor of their own, so that tests
// never meet; each test changes the one member that it is about.
import { randomBytes } from 'node:crypto'
import { completeTerms } from '../../src/domain/negotiation/policy.ts'
import { insertCreditor } from '../../src/storage/creditors.ts'
import type { Database, Store } from '../../src/storage/database.ts'
import { insertDebtor } from '../../src/storage/debtors.ts'
import { endEnrolment, insertEnrolment, liveEnrolmentsOf } from '../../src/storage/enrolments.ts'
import { type IssuedRow, writeIssued } from '../../src/storage/issue-claims.ts'
import { insertPolicyVersion } from '../../src/storage/policies.ts'
import type { PreparedMessage } from '../../src/storage/threads.ts'

export const AT = 1_773_133_200

const random = (prefix: string) => `${prefix}_${randomBytes(9).toString('hex')}`

/** Adds a creditor with a policy, and returns its id. */
export async function addCreditorRow({ db }: Pick<Store, 'db'>): Promise<string> {
  const creditorId = random('cr')
  await db.transaction().execute(async (tx) => {
    await insertCreditor(tx, {
      creditorId,
      name: 'Blue Water',
      iban: 'BE71096123456769',
      bic: null,
      referenceScheme: 'SCOR',
      timeZone: 'Europe/Brussels',
      language: 'en',
      contact: {},
      country: 'BE',
      chargesAgreed: false,
      enterpriseNumber: null,
      journey: 'friendly-default',
      responseTimeHours: 24,
      creditRules: {},
      retention: {},
      createdAt: AT,
    })
    const terms = completeTerms({
      maxDeferralDays: 30,
      maxInstalments: 3,
      maxDurationDays: 90,
      minInstalment: '10.00',
      intervals: ['P1M'],
    })
    const policy = { segment: 'default', version: 1, policyHash: 'hash', terms }
    await insertPolicyVersion(tx, { creditorId, ...policy, at: AT })
  })
  return creditorId
}

/** Adds a debtor, and returns its id. */
export async function addDebtorRow(db: Database, creditorId: string, externalId?: string) {
  const debtorId = random('db')
  await db.transaction().execute((tx) =>
    insertDebtor(tx, {
      creditorId,
      debtorId,
      externalId: externalId ?? null,
      name: 'Ann Peeters',
      party: 'b2c',
      country: null,
      language: 'nl',
      timeZone: null,
      contact: { email: 'ann@example.org' },
      preferences: {},
      closedChannels: [],
      createdAt: AT,
    }),
  )
  return debtorId
}

/** Enrols an agent for a debtor or one claim, with or without an inbox. */
export async function addEnrolmentRow(
  db: Database,
  debtor: { creditorId: string; debtorId: string },
  inbox: string | null = null,
  onlyClaimId: string | null = null,
): Promise<string> {
  const enrolmentId = random('en')
  const thr = random('thr')
  await db.transaction().execute(async (tx) => {
    const live = (await liveEnrolmentsOf(tx, debtor)).filter((e) => e.onlyClaimId === onlyClaimId)
    for (const before of live) await endEnrolment(tx, before, { by: 'replaced', at: AT })
    await insertEnrolment(tx, {
      ...debtor,
      enrolmentId,
      onlyClaimId,
      agentIss: random('urn:agent'),
      sub: random('sub'),
      thr,
      kid: random('kid'),
      publicJwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
      inbox,
      pullTokenHash: randomBytes(32),
      pinnedIban: 'BE71096123456769',
      accountVersion: 1,
      messages: [messageRow(thr, 0)],
      at: AT,
    })
  })
  return enrolmentId
}

/** A claim over 120.00 EUR with all that is written beside it. */
export function issuedRow(
  owner: { creditorId: string; debtorId: string },
  change: Partial<IssuedRow> = {},
): IssuedRow {
  return {
    ...owner,
    claimId: random('pr'),
    invoiceNumber: random('N'),
    segment: 'default',
    currency: 'EUR',
    principal: 12_000n,
    issueDate: '2026-03-01',
    dueDate: '2026-03-27',
    referenceScheme: 'SCOR',
    reference: random('RF'),
    documents: '[]',
    subject: null,
    conversation: 'none',
    dunning: 'active',
    respondBy: AT,
    createdAt: AT,
    thr: random('thr'),
    peerRole: 'anyone',
    peerIss: 'anyone',
    sub: 'anyone',
    enrolmentId: null,
    iss: 'https://pay.example',
    jti: random('jti'),
    typ: 'parley-request+jwt',
    hash: random('hash'),
    jws: 'h.p.s',
    endToEndId: random('e2e'),
    event: '{"amount":"120.00"}',
    hasWebhooks: false,
    journeyId: 'friendly-default',
    journeyVersion: 1,
    firstStep: 'first-notice',
    arm: null,
    idempotencyKey: null,
    requestHash: null,
    reply: null,
    ...change,
  }
}

/** Writes a claim of a debtor of its own, and returns its row. */
export async function addClaimRow(store: Store, change: Partial<IssuedRow> = {}) {
  const creditorId = change.creditorId ?? (await addCreditorRow(store))
  const debtorId = change.debtorId ?? (await addDebtorRow(store.db, creditorId))
  const row = issuedRow({ creditorId, debtorId }, change)
  await writeIssued(store, [row])
  return row
}

/** The next message of a thread. */
export function messageRow(thr: string, seq: number): PreparedMessage {
  const [jti, hash] = [random('jti'), random('hash')]
  return { thr, seq, iss: 'https://pay.example', jti, typ: 'parley-menu+jwt', hash, jws: 'h.p.s' }
}
