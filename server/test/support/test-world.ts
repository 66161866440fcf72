// A whole server without its edges, for tests of use-cases: a migrated store, a clock that tests
// move, real keys and links, the shipped catalog, one creditor. Nothing in it is a fake.
import {
  type Algorithm,
  type EnrolledMessage,
  err,
  generateSigningKey,
  jwkThumbprintUri,
  peekClaims,
  type RequestMessage,
  type SigningKey,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { loadCatalog } from '../../src/catalog-files.ts'
import type { InvoiceInput } from '../../src/domain/claim/issue-claim.ts'
import type { Channel } from '../../src/domain/compliance/profile.ts'
import type { Wording } from '../../src/domain/wording/wording.ts'
import { renderIssued } from '../../src/http/operations/wire.ts'
import { createIdSource } from '../../src/ids.ts'
import { createLawBook, loadLaw } from '../../src/law-files.ts'
import { loadPrior } from '../../src/learning-files.ts'
import { loadNextAction } from '../../src/next-action-files.ts'
import { createPortalLinks } from '../../src/secrets/portal-links.ts'
import { openSigner } from '../../src/secrets/signer.ts'
import { loadStatementProfiles } from '../../src/statement-profile-files.ts'
import { type Claim, findClaimById } from '../../src/storage/claims.ts'
import type { Store } from '../../src/storage/database.ts'
import { eventsOfClaim } from '../../src/storage/events.ts'
import { messagesOfThread } from '../../src/storage/threads.ts'
import { addressOpenClaims } from '../../src/use-cases/address-open-claims.ts'
import { createCreditor } from '../../src/use-cases/create-creditor.ts'
import type { Deps } from '../../src/use-cases/deps.ts'
import { enrolAgent } from '../../src/use-cases/enrol-agent.ts'
import { type IssueDeps, issuePaymentRequests } from '../../src/use-cases/issue-payment-requests.ts'
import { createJourneyBook } from '../../src/use-cases/journey-book.ts'
import { createActivationCode } from '../../src/use-cases/manage-debtors.ts'
import { openTestStore, TEST_VAULT } from './test-store.ts'

const LAWS = createLawBook(loadLaw())
const CATALOG = loadCatalog()
const NEXT_ACTION = loadNextAction()
const PRIOR = loadPrior()
const STATEMENT_PROFILES = loadStatementProfiles()
const MASTER_KEY = Buffer.alloc(32, 7)

/** Tuesday 10 March 2026, 10:00 in Brussels: inside every window of the shipped journeys. */
export const TUESDAY_MORNING = Date.parse('2026-03-10T09:00:00Z') / 1000

export const HOUR = 3_600
export const DAY = 86_400

export interface TestWorld {
  deps: Deps & IssueDeps & { wording: Wording }
  store: Store
  readonly creditorId: string
  /** Empties the store, sets the clock back and adds the creditor: as new, without a new engine. */
  reset(): Promise<void>
  /** Moves the clock on by so many seconds. */
  pass(seconds: number): void
  /** Sets the clock to an instant (RFC 3339). */
  goTo(instant: string): void
  close(): Promise<void>
}

export interface WorldOptions {
  /** Of a PostgreSQL database; the embedded engine without. */
  url?: string
  /** Has the creditor post its whole policy in one menu, for tests that are not about tiers. */
  oneMenu?: boolean
}

/**
 * Opens a world on the embedded engine, or on the PostgreSQL database of a URL. To start an engine
 * takes seconds: open one world a file and `reset` it before each test.
 */
export async function openTestWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const store = await openTestStore(options)
  let now = TUESDAY_MORNING
  const clock = { now: () => now }
  const vault = TEST_VAULT
  const publicUrl = 'https://pay.example'
  const deps = {
    db: store.db,
    statements: store.statements,
    clock,
    ids: createIdSource(clock),
    signer: await openSigner({ db: store.db, vault, clock }),
    peerKeys: { resolverFor: () => async () => err({ code: 'key-unavailable' as const }) },
    vault,
    links: createPortalLinks(MASTER_KEY, publicUrl),
    addresses: { allows: () => true },
    journeys: CATALOG.journeys,
    journeyBook: createJourneyBook(store.db, CATALOG.journeys),
    laws: LAWS,
    servedChannels: new Set<Channel>([
      'email',
      'sms',
      'letter',
      'registered-letter',
      'phone',
      'app',
    ]),
    unsupportedJourneys: CATALOG.unsupportedJourneys,
    statementProfiles: STATEMENT_PROFILES,
    nextAction: NEXT_ACTION,
    prior: PRIOR,
    wording: CATALOG.wording,
    publicUrl,
    outboxChanged: () => {},
    renderReply: renderIssued,
  }
  const enter = async () => {
    const id = await addCreditor(deps)
    if (options.oneMenu === true) await postWholePolicy(store)
    return id
  }
  let creditorId = await enter()
  return {
    deps,
    store,
    get creditorId() {
      return creditorId
    },
    async reset() {
      await emptyStore(store)
      now = TUESDAY_MORNING
      creditorId = await enter()
    },
    pass: (seconds) => {
      now += seconds
    },
    goTo: (instant) => {
      now = Date.parse(instant) / 1000
    },
    close: () => store.close(),
  }
}

async function postWholePolicy({ pool }: Store): Promise<void> {
  await pool.query(`update negotiation_policies set terms = jsonb_set(terms, '{tiers}', '[0]')`)
}

/** The signing keys stay: the signer holds them in memory. */
async function emptyStore({ pool }: Store): Promise<void> {
  await pool.query(EMPTY)
}

// Faster than to truncate forty tables, which makes as many new files.
const EMPTY = `do $$ declare t text; begin
  set local session_replication_role = replica;
  for t in select quote_ident(tablename) from pg_tables where schemaname = 'public'
    and tablename not in ('schema_migrations', 'signing_keys', 'server_secrets')
  loop execute 'delete from ' || t; end loop;
  for t in select quote_ident(sequencename) from pg_sequences where schemaname = 'public'
  loop execute 'alter sequence ' || t || ' restart'; end loop;
end $$`

async function addCreditor(deps: Deps): Promise<string> {
  const made = await createCreditor(deps, {
    name: 'Blue Water',
    account: { iban: 'BE71096123456769' },
    timeZone: 'Europe/Brussels',
    language: 'en',
    contact: {
      email: 'bills@blue-water.example',
      phone: '+32 2 555 01 23',
      postalAddress: { lines: ['Rue de la Source 1', '1000 Brussels'], country: 'BE' },
    },
  })
  if (!made.ok) throw new Error(made.error.detail)
  return made.value.creditorId
}

let invoices = 0

/** Issues an invoice of 120.00 EUR to Ann Peeters, due on 27 March, with some of it changed. */
export async function issueClaim(
  world: Pick<TestWorld, 'deps' | 'creditorId'>,
  change: Partial<InvoiceInput> = {},
): Promise<Claim> {
  invoices += 1
  const invoice: InvoiceInput = {
    invoiceNumber: `2026-${invoices}`,
    amount: { value: '120.00', currency: 'EUR' },
    dueDate: '2026-03-27',
    ...(change.debtorId === undefined ? { debtor: debtorNamed(`customer-${invoices}`) } : {}),
    ...change,
  }
  const [issued] = await issuePaymentRequests(world.deps, [
    { creditorId: world.creditorId, invoice },
  ])
  if (issued?.ok !== true || issued.value.kind !== 'issued') {
    throw new Error(`not issued: ${JSON.stringify(issued)}`)
  }
  return await claimNow(world, issued.value.claimId)
}

/** A debtor with an e-mail address of their own. */
export function debtorNamed(externalId: string): NonNullable<InvoiceInput['debtor']> {
  const contact = { email: `${externalId}@example.org` }
  return { externalId, name: 'Ann Peeters', language: 'nl', contact }
}

/** A claim as it is stored now. */
export async function claimNow({ deps }: Pick<TestWorld, 'deps'>, claimId: string): Promise<Claim> {
  const claim = await findClaimById(deps.db, claimId)
  if (claim === undefined) throw new Error(`no claim ${claimId}`)
  return claim
}

/** The token of the claim's link. */
export function tokenOf({ deps }: Pick<TestWorld, 'deps'>, claimId: string): string {
  return deps.links.urlOf(claimId).split('/').at(-1) ?? ''
}

/** What happened to a claim, oldest first. */
export async function eventsOf({ deps }: Pick<TestWorld, 'deps'>, claimId: string) {
  const claim = await claimNow({ deps }, claimId)
  const events = await eventsOfClaim(deps.db, claim)
  return events.map(({ type, data, at }) => ({ type, data, at }))
}

/** What the outbox asks for, oldest first. */
export async function outboxOf({ deps }: Pick<TestWorld, 'deps'>, queue: string) {
  const rows = await deps.db
    .selectFrom('outbox')
    .select(['payload'])
    .where('queue', '=', queue)
    .orderBy('outbox_id')
    .execute()
  return rows.map(({ payload }) => payload)
}

/** The payloads of a conversation in order, as signed. */
export async function transcriptOf({ deps }: Pick<TestWorld, 'deps'>, thr: string) {
  const row = await deps.db
    .selectFrom('messages')
    .select('creditor_id')
    .where('thr', '=', thr)
    .limit(1)
    .executeTakeFirst()
  const rows = await messagesOfThread(deps.db, { creditorId: row?.creditor_id ?? '', thr })
  return rows.map(({ typ, jws, hash }) => {
    const peeked = peekClaims(jws ?? '')
    if (!peeked.ok) throw new Error(`${typ} does not decode`)
    return { typ, hash, payload: peeked.value.payload as Record<string, unknown> }
  })
}

/** An agent that acts for a debtor. */
export interface TestAgent {
  iss: string
  key: SigningKey
  sub: string
  enrolmentId: string
}

/** Enrols an agent without an inbox for a debtor and addresses the open claims to it. */
export async function enrolTestAgent(
  { deps, creditorId }: Pick<TestWorld, 'deps' | 'creditorId'>,
  debtorId: string,
  algorithm: Algorithm = 'ES256',
): Promise<TestAgent> {
  const code = await deps.db
    .transaction()
    .execute((tx) => createActivationCode(deps, tx, { creditorId, debtorId }))
  if (!code.ok) throw new Error(code.error.detail)
  const key = await generateSigningKey(algorithm)
  const iss = jwkThumbprintUri(key.kid)
  const now = deps.clock.now()
  const jws = await signMessage(
    typOf('enrol'),
    {
      ver: '1.0',
      iss,
      aud: deps.publicUrl,
      sub: iss,
      jti: toBase64Url(deps.ids.randomBytes(16)),
      iat: now,
      exp: now + HOUR,
      thr: toBase64Url(deps.ids.randomBytes(16)),
      seq: 0,
      prev: null,
      activationCode: code.value.code,
      jwk: key.publicJwk,
    },
    key,
  )
  const enrolled = await enrolAgent(deps, jws)
  if (!enrolled.ok) throw new Error(`${enrolled.error.code}: ${enrolled.error.detail}`)
  const peeked = peekClaims(enrolled.value)
  if (!peeked.ok) throw new Error('the enrolment does not decode')
  const { sub } = peeked.value.payload as unknown as EnrolledMessage & { sub: string }
  const { enrolment_id: enrolmentId } = await deps.db
    .selectFrom('enrolments')
    .select('enrolment_id')
    .where('sub', '=', sub)
    .executeTakeFirstOrThrow()
  await addressOpenClaims(deps, { creditorId, enrolmentId })
  return { iss, key, sub, enrolmentId }
}

/** The request that opened a claim's conversation. */
export async function requestOf(
  world: Pick<TestWorld, 'deps'>,
  claim: Pick<Claim, 'thr'>,
): Promise<RequestMessage> {
  const [first] = await transcriptOf(world, claim.thr)
  return first?.payload as unknown as RequestMessage
}
