// Who erases a person while others say something, ask for money, bring money or learn: no data of the person
// comes back, nobody is asked who is gone, and what was proven stays as it was.
import { verifyEvidence } from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadRetention } from '../../src/retention-files.ts'
import { findBankTransaction } from '../../src/storage/bank-transactions.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { consentsOf } from '../../src/storage/consents.ts'
import type { Store } from '../../src/storage/database.ts'
import { keyringOf } from '../../src/storage/keyring.ts'
import { erasePerson } from '../../src/use-cases/erase-person.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { learnAboutCustomer } from '../../src/use-cases/learn-about-customer.ts'
import { giveConsent } from '../../src/use-cases/manage-consents.ts'
import { createActivationCode } from '../../src/use-cases/manage-debtors.ts'
import { pullInbox } from '../../src/use-cases/pull-inbox.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { runRetention } from '../../src/use-cases/run-retention.ts'
import { settleCredit } from '../../src/use-cases/settle-credit.ts'
import { tellPreferences } from '../../src/use-cases/tell-preferences.ts'
import { codeFor, enrolWith, payloadOf } from '../support/enrolled-agent.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { bookingsOf, caseOf, OTHER_IBAN, receive } from '../support/money-world.ts'
import { openTestStore } from '../support/test-store.ts'
import {
  claimNow,
  DAY,
  debtorNamed,
  eventsOf,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'
import { acksOf, addressedClaim, lastHash, say, sign } from '../support/thread-talk.ts'

let database: FreshDatabase
let world: TestWorld
/** A second process over the same database. */
let other: Store

beforeAll(async () => {
  database = await freshDatabase()
  world = await openTestWorld({ url: database.url })
  other = await openTestStore({ url: database.url })
})
beforeEach(() => world.reset())
afterAll(async () => {
  await other?.close()
  await world?.close()
  await database?.drop()
})

const eraseDeps = () => ({
  ...world.deps,
  retention: loadRetention(),
  erasures: { read: async () => [], append: async () => {} },
})

async function erase(person: Pick<Claim, 'creditorId' | 'debtorId'>): Promise<void> {
  const erased = await erasePerson(eraseDeps(), person)
  if (!erased.ok) throw new Error(erased.error.detail)
}

/** The world of whoever signs next, and is stopped there until `work` is done. */
function stoppedAtSigning(work: () => Promise<void>): TestWorld {
  let isDone = false
  const sign: typeof world.deps.signer.sign = async (...args) => {
    if (!isDone) {
      isDone = true
      await work()
    }
    return await world.deps.signer.sign(...args)
  }
  const deps = { ...world.deps, signer: { ...world.deps.signer, sign } }
  return { ...world, creditorId: world.creditorId, deps }
}

const PAYER = { name: 'Ann Peeters', iban: OTHER_IBAN }

const pay = async (claim: Claim, bankReference: string, more: object = {}) => {
  const { reference } = claim
  return await receive(world, { amount: '120.00', bankReference, reference, payer: PAYER, ...more })
}

/** A bill that an agent talked about and that was paid. */
async function paidThroughAgent() {
  const { agent, claim } = await addressedClaim(world)
  await pay(claim, 'B1')
  return { agent, claim: await claimNow(world, claim.claimId) }
}

async function faultsOf({ creditorId, claimId }: Claim) {
  const bundle = await exportEvidence(world.deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.code)
  const { checked, faults } = await verifyEvidence(bundle.value)
  expect(checked.erased).toBeGreaterThan(0)
  return faults
}

const rowsOf = async (
  table: 'agent_deliveries' | 'learnt_facts' | 'person_replies' | 'activation_codes' | 'enrolments',
) => (await world.deps.db.selectFrom(table).select('creditor_id').execute()).length

describe('a bill that is being issued while its person is erased', () => {
  it('is refused: nobody is asked for money who is gone', async () => {
    const { claim } = await paidThroughAgent()
    const stopped = stoppedAtSigning(() => erase(claim))
    const { debtorId } = claim
    await expect(issueClaim(stopped, { debtorId })).rejects.toThrow('debtor-unknown')
    expect(await world.deps.db.selectFrom('claims').select('claim_id').execute()).toHaveLength(1)
    expect(await caseOf(world, claim)).toBeUndefined()
  })

  it('is that of a new customer where it brings one', async () => {
    const debtor = debtorNamed('comes-back')
    const claim = await issueClaim(world, { debtor })
    await pay(claim, 'B1')
    const stopped = stoppedAtSigning(() => erase(claim))
    const later = await issueClaim(stopped, { debtor })
    expect(later.debtorId).not.toBe(claim.debtorId)
    expect(later.state).toBe('open')
  })

  it('comes first, and the erasure is refused, where it holds the person', async () => {
    const { claim } = await paidThroughAgent()
    const client = await world.store.pool.connect()
    await client.query('begin')
    await client.query('select from debtors where debtor_id = $1 for key share', [claim.debtorId])
    const erasing = erasePerson(eraseDeps(), claim)
    const { debtorId } = claim
    const issued = await issueClaim(world, { debtorId })
    await client.query('commit')
    client.release()
    expect(await erasing).toMatchObject({ error: { code: 'erasure-obstructed' } })
    expect(issued.state).toBe('open')
  })
})

describe('what was said and is erased', () => {
  it('proves itself after money that comes once more, which is not lost', async () => {
    const { claim } = await paidThroughAgent()
    await erase(claim)
    expect((await pay(claim, 'B2')).matched).toBe(1)
    expect(await faultsOf(claim)).toEqual([])
    const second = (await bookingsOf(world)).find(({ details }) => details !== null)
    const key = { creditorId: claim.creditorId, transactionId: second?.transaction_id ?? '' }
    const { details } = (await findBankTransaction(world.deps.db, key)) ?? {}
    expect(details).toMatchObject({ debtorIban: OTHER_IBAN })
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'receipt.issued')).toHaveLength(1)

    // It is owed back, to the account that it came from.
    await settleCredit(world.deps, claim)
    expect(await faultsOf(claim)).toEqual([])
    world.pass(410 * DAY)
    await runRetention(eraseDeps(), { limit: 5 })
    expect((await bookingsOf(world)).filter((row) => row.details !== null)).toEqual([])
  })

  it('proves itself after money that was taken back: nobody is reminded', async () => {
    const { claim } = await paidThroughAgent()
    await erase(claim)
    await pay(claim, 'B1', { takesBack: 'AC06' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open', paid: 0n })
    expect(await caseOf(world, claim)).toBeUndefined()
    expect(await faultsOf(claim)).toEqual([])
  })

  it('is not added to by an agent that speaks in that moment', async () => {
    const { agent, claim } = await paidThroughAgent()
    const thr = await acksOf(claim.thr)
    const ref = await lastHash(world, claim.thr)
    const said = {
      kind: 'ack',
      thr,
      body: { requestId: claim.claimId, status: 'RCVD', ref },
    } as const
    await say(world, agent, said)
    const jws = await sign(world, agent, said)
    const stopped = stoppedAtSigning(() => erase(claim))
    expect(await receiveMessage(stopped.deps, jws)).toMatchObject({ error: { code: 'not-found' } })
    expect(await faultsOf(claim)).toEqual([])
  })

  it('gets no thread of acknowledgements in that moment', async () => {
    const { agent, claim } = await paidThroughAgent()
    const thr = await acksOf(claim.thr)
    const ref = await lastHash(world, claim.thr)
    const body = { requestId: claim.claimId, status: 'RCVD', ref }
    const jws = await sign(world, agent, { kind: 'ack', thr, body })
    const stopped = stoppedAtSigning(() => erase(claim))
    expect((await receiveMessage(stopped.deps, jws)).ok).toBe(false)
    expect(await faultsOf(claim)).toEqual([])
  })
})

describe('the agent of somebody who is erased', () => {
  it('is told by the last word, which is forgotten once it was taken', async () => {
    const { claim } = await paidThroughAgent()
    const activationCode = await codeFor(world, claim.debtorId)
    const { pullToken } = await enrolWith(world, { activationCode })
    await erase(claim)
    const first = await pullInbox(world.deps, { pullToken })
    const [last] = first.ok ? first.value.messages : []
    expect(payloadOf(last?.jws ?? '')).toMatchObject({ reason: { code: 'creditor' } })
    expect(first).toMatchObject({ ok: true, value: { more: false, messages: [{}] } })

    await runRetention(eraseDeps(), { limit: 5 })
    expect((await pullInbox(world.deps, { pullToken })).ok).toBe(true)
    await pullInbox(world.deps, { pullToken, after: Number(last?.cursor) })
    world.pass(DAY)
    await runRetention(eraseDeps(), { limit: 5 })
    expect(await pullInbox(world.deps, { pullToken })).toMatchObject({
      error: { code: 'not-found' },
    })
    const kept = await world.deps.db.selectFrom('messages').select('jws').execute()
    expect(kept.filter(({ jws }) => jws !== null)).toEqual([])
    expect(await rowsOf('agent_deliveries')).toBe(0)
  })

  it('that never asks is forgotten after thirty days', async () => {
    const { claim } = await paidThroughAgent()
    await erase(claim)
    expect(await rowsOf('agent_deliveries')).toBe(1)
    world.pass(29 * DAY)
    await runRetention(eraseDeps(), { limit: 5 })
    expect(await rowsOf('agent_deliveries')).toBe(1)
    world.pass(2 * DAY)
    await runRetention(eraseDeps(), { limit: 5 })
    expect(await rowsOf('agent_deliveries')).toBe(0)
  })
})

describe('somebody who is being erased', () => {
  it('enrols no agent any more', async () => {
    const { claim } = await paidThroughAgent()
    const activationCode = await codeFor(world, claim.debtorId)
    const stopped = stoppedAtSigning(() => erase(claim))
    await expect(enrolWith(stopped, { activationCode })).rejects.toThrow('activation-code-unknown')
    expect(await rowsOf('enrolments')).toBe(1)
  })

  it.each<[string, (claim: Claim) => Promise<unknown>]>([
    [
      'a consent',
      (claim) =>
        world.deps.db.transaction().execute((tx) =>
          giveConsent(world.deps, tx, claim, {
            purpose: 'contact-by-sms',
            textVersion: 'v1',
            channel: 'letter',
          }),
        ),
    ],
    [
      'a wish',
      (claim) => {
        const told = { payDay: 25, language: 'fr' } as const
        const wishes = { origin: 'form-1', told, withdrawn: [], stops: ['sms'] as const }
        return tellPreferences(world.deps, { ...claim, ...wishes })
      },
    ],
    [
      'a code',
      (claim) =>
        world.deps.db.transaction().execute((tx) => createActivationCode(world.deps, tx, claim)),
    ],
    ['a fact', (claim) => learnAboutCustomer(world.deps, claim)],
  ])('leaves no room for %s', async (_, act) => {
    const { claim } = await paidThroughAgent()
    await learnAboutCustomer(world.deps, claim)
    const client = await holdPerson(claim)
    const erasing = erase(claim)
    await untilWaiting(1)
    const acting = act(claim)
    await untilWaiting(2)
    await client.query('commit')
    client.release()
    await Promise.all([erasing, acting])
    expect(await consentsOf(world.deps.db, claim)).toEqual([])
    const emptied = ['learnt_facts', 'activation_codes', 'person_replies'] as const
    expect(await Promise.all(emptied.map(rowsOf))).toEqual([0, 0, 0])
    const left = await world.deps.db
      .selectFrom('debtors')
      .select(['preferences', 'closed_channels', 'language'])
      .executeTakeFirstOrThrow()
    expect(left).toEqual({ preferences: {}, closed_channels: [], language: null })
  })
})

/** Where an erased person is still known by our own number: what the law obliges to keep, and the proof. */
const NAMED_BY_NUMBER = [
  ...['claims', 'credit_offers', 'debtors', 'enrolments', 'erasures', 'events', 'human_messages'],
  ...['person_keys', 'refunds', 'tasks'],
]

it('is named by number where it must be, and nowhere else, in any table', async () => {
  const { agent, claim } = await paidThroughAgent()
  const { creditorId, debtorId, claimId } = claim
  await learnAboutCustomer(world.deps, claim)
  await createActivationCodeFor(claim)
  const { pool } = world.store
  await pool.query(
    `insert into profile_contests (creditor_id, contest_id, debtor_id, claim_id, kind, subject, channel,
      contested_at) values ($1, 'pc_1', $2, $3, 'pay-day', 'lf_1', 'portal', 1)`,
    [creditorId, debtorId, claimId],
  )
  await pool.query(
    `insert into action_choices (creditor_id, choice_id, claim_id, debtor_id, step, segment, arm,
      chosen_at, planned_at, judge_at, owed, choice)
      values ($1, 'ac_1', $3, $2, 's', 's', 'wait', 1, 1, 1, 1, '{}')`,
    [creditorId, debtorId, claimId],
  )
  await pool.query(
    `insert into experiment_members (creditor_id, experiment_id, debtor_id, stratum, arm, claim_id, owed,
      entered_at) values ($1, 'ex_1', $2, 's', 'champion', $3, 1, 1)`,
    [creditorId, debtorId, claimId],
  )
  expect(await tablesNaming(debtorId)).toEqual(
    expect.arrayContaining([
      'action_choices',
      'experiment_members',
      'learnt_facts',
      'profile_contests',
    ]),
  )
  await erase(claim)
  const left = await tablesNaming(debtorId)
  expect(left.filter((table) => !NAMED_BY_NUMBER.includes(table))).toEqual([])
  // What its agent was called is not known either.
  expect(await tablesNaming(agent.iss)).toEqual([])
  expect(await tablesNaming(agent.key.kid)).toEqual([])
})

async function createActivationCodeFor(claim: Claim): Promise<void> {
  await world.deps.db.transaction().execute((tx) => createActivationCode(world.deps, tx, claim))
}

/** The tables in which a text stands in any row. */
async function tablesNaming(text: string): Promise<string[]> {
  const { rows } = await world.store.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  )
  const named: string[] = []
  for (const { name } of rows) {
    const found = await world.store.pool.query(
      `select from "${name}" t where position($1 in t::text) > 0 limit 1`,
      [text],
    )
    if (found.rows.length > 0) named.push(name)
  }
  return named
}

/** Has the person until it commits: whoever comes waits in the order of coming. */
async function holdPerson({ debtorId }: Claim) {
  const client = await world.store.pool.connect()
  await client.query('begin')
  await client.query('select from debtors where debtor_id = $1 for update', [debtorId])
  return client
}

async function untilWaiting(many: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await world.store.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        return rows.length
      },
      { timeout: 20_000, interval: 5 },
    )
    .toBeGreaterThanOrEqual(many)
}

describe('money that another process books', () => {
  it('is sealed for the creditor once the person is gone, whatever key is still open there', async () => {
    const { claim } = await paidThroughAgent()
    const person = { creditorId: claim.creditorId, personId: claim.debtorId }
    const keyOf = await keyringOf(other.db).keysOf(other.db, [person])
    expect(keyOf(person)).not.toBeNull()
    await erase(claim)
    const there = { ...world, creditorId: world.creditorId }
    there.deps = { ...world.deps, db: other.db, statements: other.statements }
    const { reference } = claim
    await receive(there, { amount: '120.00', bankReference: 'B2', reference, payer: PAYER })
    const second = (await bookingsOf(world)).find(({ details }) => details !== null)
    const key = { creditorId: claim.creditorId, transactionId: second?.transaction_id ?? '' }
    const { details } = (await findBankTransaction(world.deps.db, key)) ?? {}
    expect(details).toMatchObject({ debtorIban: OTHER_IBAN })
  })
})
