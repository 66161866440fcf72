// A claim to the agency and back: who may send it, what stands in the way, what goes with it, and what
// the agency's reports do.
import { createHash } from 'node:crypto'
import { verifyEvidence } from '@parley/sdk/protocol'
import { compactVerify, createLocalJWKSet } from 'jose'
import { describe, expect, it } from 'vitest'
import { publishedKeys } from '../../src/domain/claim/published-keys.ts'
import type { AgencyReport } from '../../src/domain/hand-over/agency-report.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { type DebtorChange, updateDebtor } from '../../src/storage/debtors.ts'
import { insertHumanMessages } from '../../src/storage/human-messages.ts'
import { allSigningKeys } from '../../src/storage/signing-keys.ts'
import { openTasks } from '../../src/storage/tasks.ts'
import { completeTask } from '../../src/use-cases/complete-task.ts'
import { composeHumanMessage } from '../../src/use-cases/compose-human-message.ts'
import { exportCaseBundle } from '../../src/use-cases/export-case-bundle.ts'
import { setHold } from '../../src/use-cases/manage-holds.ts'
import { readTask } from '../../src/use-cases/read-tasks.ts'
import { type RecallClaim, recallClaim } from '../../src/use-cases/recall-claim.ts'
import { resolveDispute } from '../../src/use-cases/resolve-dispute.ts'
import { takeAgencyReport } from '../../src/use-cases/take-agency-report.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { isSigned, NOTICE, openTask, readyCase } from '../support/desk-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { tell } from '../support/reply-world.ts'
import { claimNow, DAY, eventsOf, outboxOf } from '../support/test-world.ts'

const world = await openFileWorld()
const deps = world.deps

async function approve(claim: Claim): Promise<string> {
  const task = await openTask(world, claim, { kind: 'hand-over-review' })
  const action = { kind: 'approve-hand-over' as const }
  const done = await completeTask(deps, { ...task, outcome: 'done', by: 'Kim', action })
  return done.ok ? 'ok' : `${done.error.code}: ${done.error.detail}`
}

async function handedOver(): Promise<Claim> {
  const claim = await readyCase(world)
  expect(await approve(claim)).toBe('ok')
  return await claimNow(world, claim.claimId)
}

let reports = 0

async function report(claim: Claim, said: AgencyReport, origin = `r-${++reports}`) {
  const { creditorId, claimId } = claim
  const done = await takeAgencyReport(deps, { creditorId, claimId, report: said, origin })
  return done.ok ? 'ok' : done.error.code
}

async function recall(claim: Claim, change: Partial<RecallClaim> = {}): Promise<string> {
  const { creditorId, claimId } = claim
  const command = { creditorId, claimId, reason: 'agency-returned' as const, by: 'Kim' }
  const done = await recallClaim(deps, { ...command, ...change })
  return done.ok ? 'ok' : done.error.code
}

async function tasksOf({ claimId }: Claim) {
  const tasks = await openTasks(world.deps.db, { creditorId: world.creditorId, limit: 50 })
  return tasks.filter((task) => task.claimId === claimId && task.kind !== 'hand-over-review')
}

describe('a hand-over', () => {
  it('is approved by a person, ends the journey and is silent from then on', async () => {
    const claim = await handedOver()
    expect(claim).toMatchObject({ state: 'handed-over', dunning: 'idle' })
    const approval = (await eventsOf(world, claim.claimId)).at(-2)
    expect(approval).toMatchObject({
      type: 'payment-request.handed-over',
      data: { by: 'Kim', journey: 'friendly-default', profile: 'be-b2c', profileVersion: 1 },
    })
    if (approval === undefined) throw new Error('no event')
    expect(await isSigned(world, claim.claimId, approval)).toBe(true)
    world.pass(400 * DAY)
    await takeDueDunningSteps(deps, { limit: 50 })
    const queued = await world.deps.db
      .selectFrom('human_messages')
      .select('message_id')
      .where('state', '=', 'queued')
      .execute()
    expect(queued).toEqual([])
  })

  it('drops a message that was about to leave', async () => {
    const claim = await readyCase(world)
    const message = {
      creditorId: claim.creditorId,
      messageId: 'hm_waiting',
      claimId: claim.claimId,
      debtorId: claim.debtorId,
      step: 'first-notice',
      channel: 'email',
      template: 'payment-request-t1',
      journeyId: 'friendly-default',
      journeyVersion: 1,
      isContact: true,
      isNotice: false,
      toldIn: null,
      createdAt: deps.clock.now(),
    }
    await deps.db.transaction().execute((tx) => insertHumanMessages(tx, [message]))
    // A Friday morning, inside every window of the journey.
    expect((await composeHumanMessage(deps, message)).kind).toBe('ready')
    expect(await approve(claim)).toBe('ok')
    expect(await composeHumanMessage(deps, message)).toEqual({
      kind: 'drop',
      reason: 'handed-over',
    })
  })

  it('still takes the money that comes to us', async () => {
    const claim = await handedOver()
    const part = { amount: '20.00', bankReference: 'B-1', reference: claim.reference }
    await receive(world, part)
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      state: 'handed-over',
      paid: 2_000n,
    })
    await receive(world, { ...part, amount: '100.00', bankReference: 'B-2' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
    expect(await report(claim, { kind: 'paid' })).toBe('claim-settled')
  })

  it('asks a person to tell the agency of each payment, and thanks nobody for it', async () => {
    const claim = await handedOver()
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    expect(await tasksOf(claim)).toMatchObject([{ kind: 'tell-agency', state: 'open' }])
    await receive(world, { amount: '100.00', bankReference: 'B2', reference: claim.reference })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
    expect((await tasksOf(claim)).map(({ kind }) => kind)).toEqual(['tell-agency', 'tell-agency'])
    expect(await outboxOf(world, 'thank-debtor')).toEqual([])
  })

  it('has the claim again when the money that settled it goes back', async () => {
    const claim = await handedOver()
    const payment = { amount: '120.00', bankReference: 'B1', reference: claim.reference }
    await receive(world, payment)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
    world.pass(DAY)
    await receive(world, { ...payment, takesBack: 'reversal' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      state: 'handed-over',
      dunning: 'idle',
    })
    expect((await tasksOf(claim)).map(({ kind }) => kind)).toEqual(['tell-agency', 'tell-agency'])
    world.pass(90 * DAY)
    await takeDueDunningSteps(deps, { limit: 50 })
    expect(await outboxOf(world, 'send-message')).toEqual([])
  })

  it('is over for a claim that was recalled, also when money goes back', async () => {
    const claim = await handedOver()
    expect(await recall(claim)).toBe('ok')
    const payment = { amount: '120.00', bankReference: 'B1', reference: claim.reference }
    await receive(world, payment)
    await receive(world, { ...payment, takesBack: 'reversal' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open' })
  })

  it.each([
    ['look-for-payment', 'look-for-payment'],
    ['open-dispute', 'look-into-dispute'],
  ] as const)('brings what the person says of it (%s) to a person', async (kind, task) => {
    const claim = await handedOver()
    await tell(world, claim, { channel: 'portal', action: { kind } })
    expect((await tasksOf(claim)).map((it) => it.kind)).toEqual([task])
  })

  it('is refused by dismissing its task, which leaves the claim as it was', async () => {
    const claim = await readyCase(world)
    const task = await openTask(world, claim, { kind: 'hand-over-review' })
    const action = { kind: 'refuse-hand-over' as const }
    const asDone = await completeTask(deps, { ...task, outcome: 'done', by: 'Kim', action })
    expect(asDone.ok ? 'ok' : asDone.error.code).toBe('action-invalid')
    const done = await completeTask(deps, { ...task, outcome: 'dismissed', by: 'Kim', action })
    expect(done.ok).toBe(true)
    expect((await claimNow(world, claim.claimId)).state).toBe('open')
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({
      type: 'task.dismissed',
      data: { action: 'refuse-hand-over' },
    })
  })

  const setDebtor = (change: DebtorChange) => async (claim: Claim) => {
    await updateDebtor(world.deps.db, claim, change)
  }
  const set = (table: 'claims' | 'debtors' | 'human_messages', values: object) =>
    world.deps.db
      .updateTable(table)
      .set(values as never)
      .execute()

  it.each([
    ['not-due', () => set('claims', { due_date: '2026-05-01' })],
    ['nothing-owed', () => set('claims', { paid: 12_000n })],
    ['dispute-open', () => set('claims', { disputed: 100n })],
    ['plan-agreed', () => set('claims', { conversation: 'agreed' })],
    [
      'agent-may-answer',
      () => set('claims', { conversation: 'sent', respond_by: world.deps.clock.now() + 60 }),
    ],
    ['address-missing', setDebtor({ contact: { email: 'a@example.org' } })],
    ['language-unknown', () => set('debtors', { language: null })],
    ['name-missing', setDebtor({ name: ' ' })],
    ['no-notice', () => set('human_messages', { notice: null })],
    ['notice-undelivered', () => set('human_messages', { delivery: 'returned' })],
    ['no-notice', () => set('human_messages', { state: 'failed' })],
    [
      'notice-without-effect',
      () => set('human_messages', { sent_at: Date.parse('2026-03-20T08:00:00Z') / 1000 }),
    ],
    [
      'term-open',
      () =>
        set('human_messages', {
          notice: JSON.stringify({
            ...NOTICE,
            announced: { lastDay: '2026-06-01', fee: '0', feeFrom: '2026-06-02' },
          }),
        }),
    ],
  ])('is refused while the file has the gap %s', async (code, spoil) => {
    const claim = await readyCase(world)
    await spoil(claim)
    const refused = await approve(claim)
    expect(refused).toContain('case-file-incomplete')
    expect(refused).toContain(`${code} (`)
    expect((await claimNow(world, claim.claimId)).state).toBe('open')
  })

  it.each(['hardship', 'moratorium', 'promise', 'already-paid', 'deceased', 'insolvency'] as const)(
    'is refused under a hold for %s',
    async (reason) => {
      const claim = await readyCase(world)
      const { creditorId, claimId } = claim
      expect((await setHold(deps, { creditorId, claimId, reason, until: null })).ok).toBe(true)
      expect(await approve(claim)).toContain(`hold-${reason} (`)
    },
  )

  it('is refused while an answer of the person is unread; the review shows the gap', async () => {
    const claim = await readyCase(world)
    await openTask(world, claim, { kind: 'read-reply' })
    expect(await approve(claim)).toContain('a task is open: read an answer')
    const [task] = await world.deps.db
      .selectFrom('tasks')
      .select(['creditor_id as creditorId', 'task_id as taskId'])
      .where('kind', '=', 'hand-over-review')
      .execute()
    if (task === undefined) throw new Error('no task')
    const shown = await readTask(deps, task)
    expect(shown).toMatchObject({
      value: { gaps: [{ code: 'task-open', detail: 'a task is open: read an answer' }] },
    })
  })
})

describe('the case bundle', () => {
  it('is signed over the hash of every file, and its evidence proves itself', async () => {
    const claim = await handedOver()
    const bundle = await exportCaseBundle(deps, claim)
    if (!bundle.ok) throw new Error(bundle.error.code)
    const { manifest, signature, files } = bundle.value
    const keys = createLocalJWKSet(publishedKeys(await allSigningKeys(deps.db)) as never)
    const { payload, protectedHeader } = await compactVerify(signature, keys)
    expect(protectedHeader.typ).toBe('parley-case+jwt')
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(manifest)
    expect(manifest.files.map(({ name }) => name)).toEqual(Object.keys(files))
    for (const { name, sha256 } of manifest.files) {
      const hash = createHash('sha256')
        .update(files[name] ?? '')
        .digest('base64url')
      expect(hash, name).toBe(sha256)
    }
    const read = (name: string) => JSON.parse(files[name] ?? 'null')
    expect((await verifyEvidence(read('evidence.json'))).faults).toEqual([])
    expect(read('rules.json')).toMatchObject({
      journey: { id: 'friendly-default' },
      compliance: { profile: 'be-b2c', version: 1 },
      approvedBy: 'Kim',
    })
    expect(read('notices.json')).toMatchObject([
      { channel: 'letter', delivery: 'delivered', provider: 'post', notice: { total: '12000' } },
    ])
    expect(read('claim.json')).toMatchObject({ outstanding: { value: '120.00' } })
    expect(read('parties.json')).toMatchObject({ consent: { preferences: {} } })
  })

  it('is for claims that are with an agency, and for their creditor alone', async () => {
    const open = await readyCase(world)
    const codeOf = async (key: { creditorId: string; claimId: string }) => {
      const bundle = await exportCaseBundle(deps, key)
      return bundle.ok ? 'ok' : bundle.error.code
    }
    expect(await codeOf(open)).toBe('not-handed-over')
    const claim = await handedOver()
    expect(await codeOf(claim)).toBe('ok')
    expect(await codeOf({ ...claim, creditorId: 'cr_other' })).toBe('not-found')
  })
})

describe('a report of the agency', () => {
  it.each([
    ['paid', 'look-for-payment'],
    ['uncollectable', 'decide-on-claim'],
    ['note', 'read-agency-note'],
  ] as const)('%s becomes an event and a task, and books nothing', async (kind, task) => {
    const claim = await handedOver()
    expect(await report(claim, { kind, text: 'she moved' })).toBe('ok')
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({
      type: 'agency.reported',
      data: { kind },
    })
    const [made] = await tasksOf(claim)
    expect(made).toMatchObject({ kind: task, state: 'open' })
    expect(made?.details).toContain('she moved')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ paid: 0n, state: 'handed-over' })
  })

  it('of a dispute holds it, so that it stands when the claim comes back', async () => {
    const claim = await handedOver()
    const amount = { value: '30.00', currency: 'EUR' }
    expect(await report(claim, { kind: 'disputed', amount })).toBe('ok')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ disputed: 3_000n })
    expect(await recall(claim, { reason: 'disputed' })).toBe('ok')
    const { creditorId, claimId } = claim
    const done = await resolveDispute(deps, { creditorId, claimId, outcome: 'upheld' })
    expect(done.ok).toBe(true)
    expect(await claimNow(world, claimId)).toMatchObject({ credit: 3_000n, disputed: 0n })
  })

  it('has one effect, however often it comes', async () => {
    const claim = await handedOver()
    const said = { kind: 'disputed', amount: { value: '30.00', currency: 'EUR' } } as const
    expect([await report(claim, said, 'once'), await report(claim, said, 'once')]).toEqual([
      'ok',
      'ok',
    ])
    expect(await tasksOf(claim)).toHaveLength(1)
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'agency.reported')).toHaveLength(1)
  })

  it.each([
    ['another currency', { amount: { value: '1.00', currency: 'USD' } }, 'currency-mismatch'],
    ['no such amount', { amount: { value: '1.001', currency: 'EUR' } }, 'amount-invalid'],
    [
      'more in dispute than is owed',
      { kind: 'disputed', amount: { value: '120.01', currency: 'EUR' } },
      'amount-invalid',
    ],
    ['no such day', { day: '2026-02-30' }, 'date-invalid'],
    ['a day to come', { day: '2026-04-25' }, 'date-outside-window'],
    ['a note without a text', { kind: 'note' }, 'text-invalid'],
  ] as const)('is refused for %s', async (_what, change, code) => {
    const claim = await handedOver()
    expect(await report(claim, { kind: 'paid', ...change } as AgencyReport)).toBe(code)
    expect(await tasksOf(claim)).toEqual([])
  })

  it('is refused for a claim that is not with an agency', async () => {
    const claim = await readyCase(world)
    expect(await report(claim, { kind: 'paid' })).toBe('not-handed-over')
    expect(await report({ ...claim, claimId: 'pr_none' }, { kind: 'paid' })).toBe('not-found')
  })
})

describe('a recall', () => {
  it('opens the claim under a hold, signed by whoever decided it', async () => {
    const claim = await handedOver()
    expect(await recall(claim)).toBe('ok')
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      state: 'open',
      dunning: 'holding',
    })
    const event = (await eventsOf(world, claim.claimId)).at(-1)
    expect(event).toMatchObject({
      type: 'payment-request.recalled',
      data: { by: 'Kim', reason: 'agency-returned' },
    })
    if (event === undefined) throw new Error('no event')
    expect(await isSigned(world, claim.claimId, event)).toBe(true)
    expect(await approve(claim)).toContain('hold-other (')
  })

  it('again has no effect; another one is refused', async () => {
    const claim = await handedOver()
    expect([await recall(claim), await recall(claim)]).toEqual(['ok', 'ok'])
    expect(await recall(claim, { by: 'Sam' })).toBe('not-handed-over')
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type.endsWith('recalled'))).toHaveLength(1)
    expect(await tasksOf(claim)).toMatchObject([{ kind: 'decide-on-recalled', state: 'open' }])
  })

  it.each([
    ['text-invalid', { by: 'a\nb' }],
    ['not-found', { claimId: 'pr_none' }],
  ])('is refused as %s', async (code, change) => {
    expect(await recall(await handedOver(), change)).toBe(code)
  })
})
