import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openMessages } from '../../src/storage/threads.ts'
import { type InboxPage, pullInbox, pullTokenHash } from '../../src/use-cases/pull-inbox.ts'
import {
  claimNow,
  enrolTestAgent,
  eventsOf,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'

const TOKEN = 'p'.repeat(43)

let world: TestWorld
let debtorId: string

beforeAll(async () => {
  world = await openTestWorld()
})

afterAll(async () => {
  await world.close()
})

beforeEach(async () => {
  await world.reset()
  debtorId = (await issueClaim(world)).debtorId
  const { enrolmentId } = await enrolTestAgent(world, debtorId)
  await world.deps.db
    .updateTable('enrolments')
    .set({ pull_token_hash: pullTokenHash(TOKEN) })
    .where('enrolment_id', '=', enrolmentId)
    .execute()
})

async function pull(after?: number): Promise<InboxPage> {
  const page = await pullInbox(world.deps, { pullToken: TOKEN, after })
  if (!page.ok) throw new Error(page.error.detail)
  return page.value
}

/** What an agent that has stored a page names in `after`. */
const lastOf = ({ messages }: InboxPage) => Number(messages.at(-1)?.cursor)

async function states() {
  const { db } = world.deps
  const rows = await db
    .selectFrom('agent_deliveries')
    .select('state')
    .orderBy('delivery_id')
    .execute()
  return rows.map(({ state }) => state)
}

async function storedJws(): Promise<string[]> {
  const { db } = world.deps
  const rows = await db
    .selectFrom('agent_deliveries as d')
    .innerJoin('messages as m', (join) =>
      join.onRef('m.thr', '=', 'd.thr').onRef('m.seq', '=', 'd.seq'),
    )
    .select(['m.creditor_id as creditorId', 'm.thr', 'm.seq', 'm.jws'])
    .orderBy('d.delivery_id')
    .execute()
  return (await openMessages(db, rows)).flatMap((jws) => jws ?? [])
}

describe('pulling from the inbox', () => {
  it('hands out what waits, oldest first, and again until it is acknowledged', async () => {
    await issueClaim(world, { debtorId })
    const first = await pull()
    expect(first.messages.map(({ jws }) => jws)).toEqual(await storedJws())
    expect(first.more).toBe(false)
    expect(first.messages).toHaveLength(2)
    expect(await pull()).toEqual(first)
    expect(await states()).toEqual(['waiting', 'waiting'])
  })

  it('marks what the agent has stored, and moves the conversations on', async () => {
    const page = await pull()
    world.pass(60)
    expect(await pull(lastOf(page))).toEqual({ messages: [], more: false })
    expect(await states()).toEqual(['delivered'])
    const { claim_id: claimId } = await world.deps.db
      .selectFrom('claims')
      .select('claim_id')
      .executeTakeFirstOrThrow()
    expect((await claimNow(world, claimId)).conversation).toBe('received')
    const events = await eventsOf(world, claimId)
    expect(events.at(-1)).toMatchObject({
      type: 'payment-request.delivered',
      data: { by: 'pull' },
      at: world.deps.clock.now(),
    })
  })

  it('has one effect when the same cursor comes again', async () => {
    const page = await pull()
    await pull(lastOf(page))
    await pull(lastOf(page))
    const { count } = await world.deps.db
      .selectFrom('events')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('type', '=', 'payment-request.delivered')
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(1)
  })

  it('says outbox rows wait only after an acknowledgement', async () => {
    let woken = 0
    const deps = { ...world.deps, outboxChanged: () => (woken += 1) }
    const first = await pullInbox(deps, { pullToken: TOKEN })
    expect(woken).toBe(0)
    if (!first.ok) throw new Error(first.error.detail)
    await pullInbox(deps, { pullToken: TOKEN, after: lastOf(first.value) })
    expect(woken).toBe(1)
  })

  it('[DLV-02] names a cursor for each message, so that a part of a page can be stored', async () => {
    await issueClaim(world, { debtorId })
    const { messages } = await pull()
    expect(await pull(Number(messages[0]?.cursor))).toEqual({
      messages: messages.slice(1),
      more: false,
    })
    expect(await states()).toEqual(['delivered', 'waiting'])
  })

  it('[DLV-02] hands out fifty at a time, and says whether more waits', async () => {
    for (let i = 0; i < 54; i++) await issueClaim(world, { debtorId })
    const all = await storedJws()
    const first = await pull()
    expect(first.messages.map(({ jws }) => jws)).toEqual(all.slice(0, 50))
    const second = await pull(lastOf(first))
    expect(second.messages.map(({ jws }) => jws)).toEqual(all.slice(50))
    expect([first.more, second.more]).toEqual([true, false])
    expect((await pull(lastOf(second))).messages).toEqual([])
    expect(new Set(await states())).toEqual(new Set(['delivered']))
  })

  it('[DLV-02] says that nothing more waits behind exactly fifty', async () => {
    for (let i = 0; i < 49; i++) await issueClaim(world, { debtorId })
    const page = await pull()
    expect([page.messages.length, page.more]).toEqual([50, false])
    await issueClaim(world, { debtorId })
    expect((await pull()).more).toBe(true)
  })

  it('also hands out what an inbox turned away', async () => {
    await world.deps.db.updateTable('agent_deliveries').set({ state: 'failed' }).execute()
    const page = await pull()
    expect(page.messages).toHaveLength(1)
    await pull(lastOf(page))
    expect(await states()).toEqual(['delivered'])
  })

  it('does not hand out what was pushed', async () => {
    await world.deps.db.updateTable('agent_deliveries').set({ state: 'delivered' }).execute()
    expect(await pull()).toEqual({ messages: [], more: false })
  })

  it('never marks a message that it did not hand out, whatever the cursor says', async () => {
    await pull(Number.MAX_SAFE_INTEGER)
    expect(await states()).toEqual(['waiting'])
    await pull()
    await issueClaim(world, { debtorId })
    await pull(1e19)
    expect(await states()).toEqual(['delivered', 'waiting'])
  })

  it('keeps a message whose lower number was committed after a higher one was handed out', async () => {
    await issueClaim(world, { debtorId })
    const { db } = world.deps
    const [early, late] = await db
      .selectFrom('agent_deliveries')
      .select(['delivery_id', 'enrolment_id'])
      .orderBy('delivery_id')
      .execute()
    const hide = (enrolment: string | undefined) =>
      db
        .updateTable('agent_deliveries')
        .set({ enrolment_id: enrolment ?? '' })
        .where('delivery_id', '=', early?.delivery_id ?? 0)
        .execute()
    await hide('not-committed-yet')
    const page = await pull()
    expect(lastOf(page)).toBe(late?.delivery_id)
    await hide(late?.enrolment_id)
    const { messages } = await pull(lastOf(page))
    expect(messages).toHaveLength(1)
    expect(await states()).toEqual(['waiting', 'delivered'])
  })
})

describe('who may pull', () => {
  it('refuses not-found for a token that nobody has', async () => {
    const refused = await pullInbox(world.deps, { pullToken: 'q'.repeat(43) })
    expect(refused).toMatchObject({ ok: false, error: { code: 'not-found' } })
    expect(await pullInbox(world.deps, { pullToken: TOKEN })).toMatchObject({ ok: true })
  })

  it('refuses not-found once the enrolment has ended', async () => {
    await world.deps.db.updateTable('enrolments').set({ ended_at: 1 }).execute()
    expect(await pullInbox(world.deps, { pullToken: TOKEN })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })

  it('shows and marks only the messages of its own enrolment', async () => {
    const other = await issueClaim(world)
    await enrolTestAgent(world, other.debtorId)
    const page = await pull()
    expect(page.messages).toHaveLength(1)
    await pull(lastOf(page) + 1_000)
    expect(await states()).toEqual(['delivered', 'waiting'])
  })
})
