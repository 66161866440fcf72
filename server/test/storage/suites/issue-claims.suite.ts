import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/storage/database.ts'
import { pageOfDebtors } from '../../../src/storage/debtors.ts'
import { ensureDebtors } from '../../../src/storage/ensure-debtors.ts'
import { writeIssued } from '../../../src/storage/issue-claims.ts'
import { type IssueQuestion, readIssueFacts } from '../../../src/storage/issue-facts.ts'
import { insertPolicyVersion } from '../../../src/storage/policies.ts'
import { violatedConstraint } from '../../../src/storage/write-conflicts.ts'
import {
  AT,
  addClaimRow,
  addCreditorRow,
  addDebtorRow,
  addEnrolmentRow,
  issuedRow,
} from '../../support/storage-rows.ts'
import type { OpenedStore } from './opened-store.ts'

export function issueClaimsSuite(opened: OpenedStore): void {
  const owner = async () => {
    const creditorId = await addCreditorRow(opened.get())
    return { creditorId, debtorId: await addDebtorRow(opened.get().db, creditorId) }
  }

  describe('writing issued claims', () => {
    it('writes each with all that belongs to it, in one statement', async () => {
      const { db } = opened.get()
      const debtor = await owner()
      const enrolmentId = await addEnrolmentRow(db, debtor, 'https://agent.example/inbox')
      const principal = 999_999_999_999_999_999n
      const documents = '[{"type":"invoice","id":"D-1","sha256":"x"}]'
      const addressed = { enrolmentId, peerRole: 'agent', hasWebhooks: true }
      const rows = [
        issuedRow(debtor, { principal, documents }),
        issuedRow(debtor, {
          ...addressed,
          idempotencyKey: 'k',
          requestHash: Buffer.of(1),
          reply: '{}',
        }),
      ]
      await writeIssued(opened.get(), rows)
      const found = async (table: 'claims' | 'threads' | 'messages' | 'plan_lines' | 'events') =>
        await db
          .selectFrom(table)
          .selectAll()
          .where('creditor_id', '=', debtor.creditorId)
          // The thread of the enrolment has a message of its own.
          .$if(table === 'messages', (query) =>
            query.where(
              sql.ref('thr'),
              'in',
              rows.map(({ thr }) => thr),
            ),
          )
          .execute()
      for (const table of ['claims', 'threads', 'messages', 'plan_lines', 'events'] as const) {
        expect(await found(table), table).toHaveLength(2)
      }
      const claim = await db
        .selectFrom('claims')
        .selectAll()
        .where('claim_id', '=', rows[0]?.claimId ?? '')
        .executeTakeFirstOrThrow()
      expect(claim).toMatchObject({
        principal,
        paid: 0n,
        price: 0n,
        issue_date: '2026-03-01',
        due_date: '2026-03-27',
        respond_by: AT,
        documents: JSON.parse(documents),
        claim_state: 'open',
        version: 0,
      })
      const outbox = db
        .selectFrom('outbox')
        .select('queue')
        .where('creditor_id', '=', debtor.creditorId)
      const queues = (await outbox.execute()).map(({ queue }) => queue)
      expect(queues.toSorted()).toEqual(['fan-out-event', 'push-to-agent'])
    })

    it.each([
      ['invoice number', 'invoiceNumber', 'claims_invoice_number_creditor_id_key'],
      ['reference', 'reference', 'claims_reference_creditor_id_key'],
    ] as const)(
      'writes none of them when one has a taken %s',
      async (_what, member, constraint) => {
        const taken = await addClaimRow(opened.get())
        const debtor = { creditorId: taken.creditorId, debtorId: taken.debtorId }
        const rows = [issuedRow(debtor), issuedRow(debtor, { [member]: taken[member] })]
        const error = await writeIssued(opened.get(), rows).catch((found: unknown) => found)
        expect(violatedConstraint(error)).toBe(constraint)
        expect(await claimsOf(opened.get(), taken.creditorId)).toBe(1)
      },
    )

    it('writes none of them when one has a taken idempotency key', async () => {
      const debtor = await owner()
      const row = () =>
        issuedRow(debtor, { idempotencyKey: 'k', requestHash: Buffer.of(1), reply: '{}' })
      await writeIssued(opened.get(), [row()])
      const error = await writeIssued(opened.get(), [row()]).catch((found: unknown) => found)
      expect(violatedConstraint(error)).toBe('idempotency_keys_pkey')
      expect(await claimsOf(opened.get(), debtor.creditorId)).toBe(1)
    })

    it('lets two creditors have one number and one reference', async () => {
      const [one, other] = [await owner(), await owner()]
      const same = { invoiceNumber: 'N-1', reference: 'RF18539007547034' }
      await writeIssued(opened.get(), [issuedRow(one, same), issuedRow(other, same)])
      expect(await claimsOf(opened.get(), other.creditorId)).toBe(1)
    })
  })

  describe('the facts for issuing', () => {
    const question = (creditorId: string, more: Partial<IssueQuestion> = {}): IssueQuestion => ({
      creditorId,
      debtorId: null,
      externalId: null,
      segment: 'default',
      invoiceNumber: 'new',
      idempotencyKey: null,
      ...more,
    })
    const read = (...questions: IssueQuestion[]) => readIssueFacts(opened.get(), questions)

    it('come in the order of the questions, whoever asks', async () => {
      const [one, other] = [await owner(), await owner()]
      const facts = await read(
        question(other.creditorId, { debtorId: other.debtorId }),
        question(one.creditorId, { debtorId: one.debtorId }),
        question(one.creditorId, { debtorId: other.debtorId }),
        question(one.creditorId),
      )
      expect(facts.map(({ ord, debtor_id }) => [ord, debtor_id])).toEqual([
        [0, other.debtorId],
        [1, one.debtorId],
        [2, null],
        [3, null],
      ])
    })

    it('find a debtor by the external id, with the live agent', async () => {
      const creditorId = await addCreditorRow(opened.get())
      const debtorId = await addDebtorRow(opened.get().db, creditorId, 'C-17')
      await addEnrolmentRow(opened.get().db, { creditorId, debtorId })
      const live = await addEnrolmentRow(opened.get().db, { creditorId, debtorId })
      const [facts] = await read(question(creditorId, { externalId: 'C-17' }))
      expect(facts).toMatchObject({ debtor_id: debtorId, enrolment_id: live })
    })

    it('take the policy of the segment, or that of the default', async () => {
      const { creditorId } = await owner()
      const { db } = opened.get()
      const [before] = await read(question(creditorId, { segment: 'students' }))
      expect(before).toMatchObject({ policy_segment: 'default', policy_version: 1 })
      const terms = before?.policy_terms
      if (terms === undefined) throw new Error('no policy')
      for (const version of [1, 2]) {
        const policy = { segment: 'students', version, policyHash: `h${version}`, terms, at: AT }
        expect(await insertPolicyVersion(db, { creditorId, ...policy })).toBe(true)
        expect(await insertPolicyVersion(db, { creditorId, ...policy })).toBe(false)
      }
      const [after] = await read(question(creditorId, { segment: 'students' }))
      expect(after).toMatchObject({ policy_segment: 'students', policy_version: 2 })
    })

    it('name the claim that has the number, and the reply that the key got', async () => {
      const key = {
        idempotencyKey: 'k',
        requestHash: Buffer.of(7),
        reply: '{"id":"x"}',
        jws: 'a.b.c',
      }
      const { creditorId, claimId, invoiceNumber } = await addClaimRow(opened.get(), key)
      const [facts] = await read(question(creditorId, { invoiceNumber, idempotencyKey: 'k' }))
      expect(facts).toMatchObject({
        taken_by: claimId,
        stored_hash: Buffer.of(7),
        stored_status: 201,
        stored_reply: '{"id":"x"}',
        stored_jws: 'a.b.c',
      })
      const stranger = await addCreditorRow(opened.get())
      const [none] = await read(question(stranger, { invoiceNumber, idempotencyKey: 'k' }))
      expect(none).toMatchObject({ taken_by: null, stored_reply: null, stored_jws: null })
    })
  })

  describe('debtors who come with an invoice', () => {
    it('are made once and keep what is known of them', async () => {
      const creditorId = await addCreditorRow(opened.get())
      const known = await addDebtorRow(opened.get().db, creditorId, 'C-1')
      const debtor = (externalId: string, debtorId: string) => ({
        creditorId,
        debtorId,
        externalId,
        name: 'Somebody Else',
        party: 'b2c' as const,
        country: null,
        language: null,
        timeZone: null,
        contact: {},
        preferences: {},
        payDayConsent: null,
        createdAt: AT,
      })
      const made = await ensureDebtors(opened.get(), [debtor('C-1', 'x'), debtor('C-2', 'y')])
      expect(made.map(({ external_id, debtor_id }) => [external_id, debtor_id])).toEqual([
        ['C-1', known],
        ['C-2', 'y'],
      ])
      const stored = await pageOfDebtors(opened.get().db, { creditorId, limit: 5 })
      const names = stored.map(({ externalId, name }) => [externalId, name])
      expect(names.toSorted()).toEqual([
        ['C-1', 'Ann Peeters'],
        ['C-2', 'Somebody Else'],
      ])
    })
  })
}

async function claimsOf({ db }: Store, creditorId: string): Promise<number> {
  const rows = await db
    .selectFrom('claims')
    .select('claim_id')
    .where('creditor_id', '=', creditorId)
    .execute()
  return rows.length
}
