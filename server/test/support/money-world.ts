// A store with creditors, claims and a real signing key, for tests of what money does to claims.
import { generateSigningKey } from '@parley/sdk/protocol'
import { loadCatalog } from '../../src/catalog-files.ts'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { renderIssued } from '../../src/http/operations/wire.ts'
import { createIdSource } from '../../src/ids.ts'
import { createPortalLinks } from '../../src/secrets/portal-links.ts'
import { signerOver } from '../../src/secrets/signer.ts'
import {
  type Claim,
  changeClaim,
  findClaim,
  planLinesOf,
  replacePlanLines,
} from '../../src/storage/claims.ts'
import type { Store } from '../../src/storage/database.ts'
import { replaceEnrolment } from '../../src/storage/enrolments.ts'
import { paymentsOfClaim } from '../../src/storage/payments.ts'
import { createCreditor } from '../../src/use-cases/create-creditor.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { issuePaymentRequests } from '../../src/use-cases/issue-payment-requests.ts'
import { camtNotification, type NotifiedPayment } from './camt-notification.ts'

/** 2026-12-01, 10:00 in Brussels. */
export const START = 1_796_115_600
export const IBAN = 'BE68539007547034'
export const OTHER_IBAN = 'NL91ABNA0417164300'
const PUBLIC_URL = 'https://parley.example'

export type MoneyWorld = Awaited<ReturnType<typeof createMoneyWorld>>

export interface IssueOptions {
  creditorId?: string
  invoiceNumber?: string
  value?: string
  currency?: string
  dueDate?: string
  reference?: string
  /** The debtor's external id; the same one is the same person. */
  debtor?: string
  email?: string
}

/** A world over a migrated store; several worlds may share one. */
export async function createMoneyWorld(store: Store) {
  let now = START
  let issued = 0
  const clock = { now: () => now }
  const key = await generateSigningKey('ES256')
  const deps = {
    db: store.db,
    pool: store.pool,
    clock,
    ids: createIdSource(clock),
    signer: signerOver(key),
    links: createPortalLinks(Buffer.alloc(32, 7), PUBLIC_URL),
    journeys: loadCatalog().journeys,
    publicUrl: PUBLIC_URL,
    outboxChanged: () => {},
    renderReply: renderIssued,
  }

  const addCreditor = async (iban = IBAN) => {
    const made = await createCreditor(deps, {
      name: 'Blue Power',
      account: { iban },
      timeZone: 'Europe/Brussels',
      language: 'fr',
      contact: { email: 'billing@blue-power.example' },
    })
    if (!made.ok) throw new Error(made.error.detail)
    return made.value.creditorId
  }
  const creditorId = await addCreditor()

  const issue = async (options: IssueOptions = {}): Promise<string> => {
    const number = options.invoiceNumber ?? `2026-${++issued}`
    const { value = '100.00', currency = 'EUR', reference } = options
    const [outcome] = await issuePaymentRequests(deps, [
      {
        creditorId: options.creditorId ?? creditorId,
        invoice: {
          invoiceNumber: number,
          debtor: {
            externalId: options.debtor ?? `customer-${number}`,
            name: 'Anna Peeters',
            ...(options.email === undefined ? {} : { contact: { email: options.email } }),
          },
          amount: { value, currency },
          dueDate: options.dueDate ?? '2026-12-15',
          ...(reference === undefined ? {} : { remittance: { scheme: 'SCOR', reference } }),
        },
      },
    ])
    if (!outcome?.ok || outcome.value.kind !== 'issued') throw new Error(JSON.stringify(outcome))
    return outcome.value.claimId
  }

  const claim = async (claimId: string, owner = creditorId): Promise<Claim> => {
    const found = await findClaim(store.db, { creditorId: owner, claimId })
    if (found === undefined) throw new Error(`no claim ${claimId}`)
    return found
  }

  return {
    store,
    deps,
    creditorId,
    publicJwk: key.publicJwk,
    advance: (seconds: number) => {
      now += seconds
    },
    addCreditor,
    issue,
    claim,
    referenceOf: async (claimId: string, owner?: string) => (await claim(claimId, owner)).reference,
    importFile: (file: Buffer | string, owner = creditorId) =>
      importBankStatement(deps, { creditorId: owner, file }),
    /** Imports a notification that must be accepted, and returns what it brought. */
    async receive(...payments: NotifiedPayment[]) {
      const file = camtNotification(IBAN, payments)
      const imported = await importBankStatement(deps, { creditorId, file })
      if (!imported.ok) throw new Error(imported.error.detail)
      return imported.value
    },
    lines: async (claimId: string) => await planLinesOf(store.db, { creditorId, claimId }),
    payments: async (claimId: string) => await paymentsOfClaim(store.db, { creditorId, claimId }),
    events: async (claimId: string) => {
      const rows = await store.db
        .selectFrom('events')
        .select(['type', 'data'])
        .where('claim_id', '=', claimId)
        .orderBy('event_id')
        .execute()
      return rows.filter(({ type }) => type !== 'payment-request.issued')
    },
    transactions: async () =>
      await store.db
        .selectFrom('bank_transactions')
        .selectAll()
        .where('creditor_id', '=', creditorId)
        .orderBy('booking_date')
        .orderBy('bank_key')
        .execute(),
    messages: async (claimId: string) => {
      const { thr } = await claim(claimId)
      return await store.db
        .selectFrom('messages')
        .selectAll()
        .where('thr', '=', thr)
        .orderBy('seq')
        .execute()
    },
    /** Agrees on a plan, without a message; money that came in counts for the first lines. */
    async agree(claimId: string, amounts: readonly bigint[], dueDates: readonly string[]) {
      const found = await claim(claimId)
      const total = amounts.reduce((sum, amount) => sum + amount, 0n)
      await store.db.transaction().execute(async (tx) => {
        const price = total - found.principal
        await changeClaim(tx, found, { conversation: 'agreed', price })
        await replacePlanLines(
          tx,
          found,
          amounts.map((amount, i) => {
            const before = amounts.slice(0, i).reduce((sum, one) => sum + one, 0n)
            const left = found.paid > before ? found.paid - before : 0n
            return {
              line: i + 1,
              dueDate: dueDates[i] ?? '',
              amount,
              paid: left < amount ? left : amount,
              endToEndId: `${claimId.slice(3)}X${i + 1}`,
            }
          }),
        )
      })
    },
    /** Enrols an agent for the debtor of a claim; claims issued afterwards are addressed to it. */
    async enrol(debtorId: string, inbox: string | null) {
      const enrolmentId = deps.ids.newId('en')
      await store.db.transaction().execute((tx) =>
        replaceEnrolment(tx, {
          creditorId,
          enrolmentId,
          debtorId,
          agentIss: 'https://agent.example',
          sub: `sub-${enrolmentId}`,
          kid: key.kid,
          publicJwk: key.publicJwk,
          inbox,
          pullTokenHash: Buffer.from(enrolmentId),
          pinnedIban: IBAN,
          enrolJti: `jti-${enrolmentId}`,
          enrolJws: 'enrol',
          enrolledJws: 'enrolled',
          at: now,
        }),
      )
      return enrolmentId
    },
    /** Throws unless the sums of a claim, its lines and its payments are the same money. */
    async checkSums(claimId: string) {
      const found = await claim(claimId)
      const lines = await planLinesOf(store.db, found)
      const payments = await paymentsOfClaim(store.db, found)
      const booked = payments.filter(({ reversedAt }) => reversedAt === null)
      const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)
      const faults = [
        sum(booked.map(({ amount }) => amount)) === found.paid + found.overpaid || 'payments',
        sum(lines.map(({ paid }) => paid)) === found.paid || 'lines',
        sum(booked.map(({ overpaid }) => overpaid)) === found.overpaid || 'overpaid',
        found.state === 'cancelled' ||
          (found.state === 'settled') === (outstandingOf(found) === 0n) ||
          'settled',
        ...payments.map(
          ({ amount, overpaid, allocations }) =>
            amount === overpaid + sum(allocations.map(({ minor }) => minor)) || 'shares',
        ),
      ].filter((fault) => fault !== true)
      if (faults.length > 0) throw new Error(`sums of ${claimId} differ: ${faults.join(', ')}`)
    },
  }
}
