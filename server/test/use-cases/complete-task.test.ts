// A task from the queue to its end: what staff see, what their acts do, and who is on record for them.
import { describe, expect, it } from 'vitest'
import { type CompleteTask, completeTask } from '../../src/use-cases/complete-task.ts'
import { listTasks, readTask } from '../../src/use-cases/read-tasks.ts'
import { isSigned, openTask } from '../support/desk-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { claimNow, DAY, eventsOf, issueClaim, transcriptOf } from '../support/test-world.ts'
import { addressedClaim, eur, say } from '../support/thread-talk.ts'

const world = await openFileWorld({ oneMenu: true })
const deps = world.deps

async function end(
  task: { creditorId: string; taskId: string },
  command: Partial<CompleteTask> = {},
): Promise<string> {
  const done = await completeTask(deps, { ...task, outcome: 'done', by: 'Kim', ...command })
  return done.ok ? 'ok' : done.error.code
}

const detail = async (task: { creditorId: string; taskId: string }) => {
  const found = await readTask(deps, task)
  if (!found.ok) throw new Error(found.error.code)
  return found.value
}

describe('the queue', () => {
  it('shows what is due first, and of one day the largest amount', async () => {
    const small = await issueClaim(world, { amount: eur('9.00') })
    const large = await issueClaim(world, { amount: eur('500.00') })
    const later = await openTask(world, large, { kind: 'call-back', inDays: 5 })
    const minor = await openTask(world, small, { kind: 'call-back' })
    const major = await openTask(world, large, { kind: 'read-reply' })
    const late = await openTask(world, small, { kind: 'look-for-payment', inDays: -1 })
    const { creditorId } = world
    const { data } = await listTasks(deps, { creditorId, limit: 10 })
    expect(data.map(({ taskId }) => taskId)).toEqual(
      [late, major, minor, later].map(({ taskId }) => taskId),
    )
    expect(data.map(({ urgency }) => urgency)).toEqual(['overdue', 'later', 'later', 'later'])
  })

  it('goes on where a page ended, whatever its length', async () => {
    for (let i = 0; i < 7; i++) {
      const claim = await issueClaim(world, { amount: eur(i % 2 === 0 ? '10.00' : '20.00') })
      await openTask(world, claim, { kind: 'call-back', inDays: i < 4 ? 1 : 3 })
    }
    const { creditorId } = world
    const whole = (await listTasks(deps, { creditorId, limit: 50 })).data
    for (const limit of [1, 2, 3, 7]) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await listTasks(deps, { creditorId, limit, cursor })
        seen.push(...page.data.map(({ taskId }) => taskId))
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      expect(seen).toEqual(whole.map(({ taskId }) => taskId))
    }
  })

  it('shows one kind alone when asked for it', async () => {
    const claim = await issueClaim(world)
    await openTask(world, claim, { kind: 'call-back' })
    await openTask(world, claim, { kind: 'read-reply' })
    const { creditorId } = world
    const { data } = await listTasks(deps, { creditorId, kind: 'read-reply', limit: 10 })
    expect(data.map(({ kind }) => kind)).toEqual(['read-reply'])
  })

  it("opens the person's words for whoever reads the task", async () => {
    const claim = await issueClaim(world)
    const details = {
      channel: 'email',
      text: 'I paid on Monday',
      proposed: { kind: 'look-for-payment' },
    }
    const task = await openTask(world, claim, { kind: 'read-reply', details })
    expect(await detail(task)).toMatchObject({
      channel: 'email',
      text: 'I paid on Monday',
      proposed: { kind: 'look-for-payment', day: null },
      debtorName: 'Ann Peeters',
      paymentRequest: { nextStep: { action: 'send-email' } },
      timeline: [{ type: 'payment-request.issued' }],
    })
  })
})

describe('the end of a task', () => {
  it('is on record with who did it, signed by a key that we publish', async () => {
    const claim = await issueClaim(world)
    const task = await openTask(world, claim, { kind: 'call-back' })
    expect(await end(task, { note: 'Called; pays on Friday.' })).toBe('ok')
    const event = (await eventsOf(world, claim.claimId)).at(-1)
    expect(event).toMatchObject({
      type: 'task.done',
      data: { kind: 'call-back', by: 'Kim', outcome: 'done', note: 'Called; pays on Friday.' },
    })
    if (event === undefined) throw new Error('no event')
    expect(await isSigned(world, claim.claimId, event)).toBe(true)
    const forged = { ...event, data: { ...event.data, by: 'Sam' } }
    expect(await isSigned(world, claim.claimId, forged)).toBe(false)
    expect(await detail(task)).toMatchObject({ state: 'done', endedBy: 'Kim' })
  })

  it('by the same person again has no effect; by another one it is refused', async () => {
    const claim = await issueClaim(world)
    const task = await openTask(world, claim, { kind: 'call-back' })
    expect([await end(task), await end(task)]).toEqual(['ok', 'ok'])
    expect(await end(task, { by: 'Sam' })).toBe('task-ended')
    expect(await end(task, { outcome: 'dismissed' })).toBe('task-ended')
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type.startsWith('task.'))).toEqual(['task.done'])
  })

  it.each([
    ['a task of nobody', { taskId: 'tk_none' }, 'not-found'],
    ['another creditor', { creditorId: 'cr_other' }, 'not-found'],
    ['a name of two lines', { by: 'Kim\nSam' }, 'text-invalid'],
    ['a note of two lines', { note: 'a\u0000b' }, 'text-invalid'],
    ['a hand-over elsewhere', { action: { kind: 'approve-hand-over' } }, 'action-invalid'],
    ['a write-off without a reason', { action: { kind: 'write-off' } }, 'action-invalid'],
    ['a hold without one', { action: { kind: 'set-hold' } }, 'action-invalid'],
    ['a release of nothing', { action: { kind: 'release-hold' } }, 'action-invalid'],
    ['a decision without one', { action: { kind: 'resolve-dispute' } }, 'action-invalid'],
    [
      'an act on a task that is dismissed',
      { outcome: 'dismissed', action: { kind: 'write-off', writeOff: 'other' } },
      'action-invalid',
    ],
    [
      'a decision where nothing is disputed',
      { action: { kind: 'resolve-dispute', resolution: { outcome: 'rejected' } } },
      'dispute-unknown',
    ],
  ] as const)('refuses %s and leaves the task open', async (_what, command, code) => {
    const claim = await issueClaim(world)
    const task = await openTask(world, claim, { kind: 'call-back' })
    expect(await end(task, command as Partial<CompleteTask>)).toBe(code)
    expect(await detail(task)).toMatchObject({ state: 'open' })
  })
})

describe('an act', () => {
  it('decides on a dispute together with its task', async () => {
    const { agent, claim } = await addressedClaim(world)
    await say(world, agent, {
      kind: 'dispute',
      thr: claim.thr,
      body: {
        requestId: claim.claimId,
        disputed: eur('20.00'),
        reason: { code: 'goods-missing' },
      },
    })
    const task = await openTask(world, claim, { kind: 'look-into-dispute' })
    const resolution = { outcome: 'upheld' as const, credit: eur('20.00') }
    expect(await end(task, { action: { kind: 'resolve-dispute', resolution } })).toBe('ok')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ credit: 2_000n, disputed: 0n })
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.slice(-3)).toEqual(['dispute.upheld', 'payment-request.revised', 'task.done'])
  })

  it('writes nothing when somebody else ends the task meanwhile', async () => {
    const claim = await issueClaim(world)
    const task = await openTask(world, claim, { kind: 'call-back' })
    const hold = { reason: 'hardship' as const, until: null }
    const ends = await Promise.all([
      end(task, { by: 'Kim', action: { kind: 'set-hold', hold } }),
      end(task, { by: 'Sam', action: { kind: 'write-off', writeOff: 'goodwill' } }),
    ])
    expect(ends.toSorted()).toEqual(['ok', 'task-ended'])
    const { state } = await claimNow(world, claim.claimId)
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    const isKims = ends[0] === 'ok'
    expect(state).toBe(isKims ? 'open' : 'written-off')
    expect(types.includes('hold.set')).toBe(isKims)
    expect(types.filter((type) => type === 'task.done')).toHaveLength(1)
  })

  it('sets and releases a hold', async () => {
    const claim = await issueClaim(world)
    const hold = { reason: 'moratorium' as const, until: world.deps.clock.now() + 60 * DAY }
    const first = await openTask(world, claim, { kind: 'talk-about-help' })
    expect(await end(first, { action: { kind: 'set-hold', hold } })).toBe('ok')
    expect((await claimNow(world, claim.claimId)).dunning).toBe('holding')
    const second = await openTask(world, claim, { kind: 'review-moratorium' })
    expect(await end(second, { action: { kind: 'release-hold', release: 'moratorium' } })).toBe(
      'ok',
    )
    expect((await claimNow(world, claim.claimId)).dunning).toBe('active')
    const third = await openTask(world, claim, { kind: 'review-moratorium' })
    const again = { action: { kind: 'release-hold', release: 'moratorium' } } as const
    expect(await end(third, again)).toBe('ok')
  })

  it('writes a claim off, tells the agent and ends its journey', async () => {
    const { claim } = await addressedClaim(world)
    const task = await openTask(world, claim, { kind: 'decide-on-claim' })
    expect(await end(task, { action: { kind: 'write-off', writeOff: 'uneconomic' } })).toBe('ok')
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      state: 'written-off',
      dunning: 'idle',
    })
    const cases = await world.deps.db.selectFrom('dunning_cases').select('claim_id').execute()
    expect(cases).toEqual([])
    const told = (await transcriptOf(world, claim.thr)).at(-1)
    expect(told).toMatchObject({
      typ: 'parley-status+jwt',
      payload: { claim: 'written-off', nextStep: 'none' },
    })
    const events = await eventsOf(world, claim.claimId)
    const written = events.find(({ type }) => type === 'payment-request.written-off')
    expect(written?.data).toMatchObject({ by: 'Kim', reason: 'uneconomic' })
    if (written === undefined) throw new Error('no event')
    expect(await isSigned(world, claim.claimId, written)).toBe(true)
  })

  it('does not write off what is settled or withdrawn', async () => {
    const claim = await issueClaim(world)
    const task = await openTask(world, claim, { kind: 'decide-on-claim' })
    const states = { cancelled: 'claim-not-open', settled: 'claim-settled' }
    for (const [state, code] of Object.entries(states)) {
      await world.deps.db
        .updateTable('claims')
        .set({ claim_state: state, paid: state === 'settled' ? 12_000n : 0n })
        .execute()
      const action = { kind: 'write-off' as const, writeOff: 'other' as const }
      expect(await end(task, { action })).toBe(code)
    }
  })
})
