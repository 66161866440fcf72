// Text messages whose carrier broke off: asked again where it knows the message by its key, and never
// handed to another one.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderRefusal } from '../../src/domain/delivery/provider-outcome.ts'
import { createTextMessenger, type TextAnswer, type TextProvider } from '../../src/outbound/sms.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { updateDebtor } from '../../src/storage/debtors.ts'
import type { HumanMessageKey } from '../../src/storage/human-messages.ts'
import { noteDelivery } from '../../src/storage/sent-messages.ts'
import {
  giveUpHumanMessage,
  type SendDeps,
  sendHumanMessage,
} from '../../src/use-cases/send-human-message.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { recordingLog } from '../support/recording-log.ts'
import { DAY, issueClaim, openTestWorld, type TestWorld } from '../support/test-world.ts'

const ACCEPTED = { kind: 'accepted', providerId: 'P1', segments: 1 } as const
const BROKEN: ProviderRefusal = { kind: 'unknown', blames: 'network', code: 'timeout' }
const BUSY: ProviderRefusal = { kind: 'temporary', blames: 'provider', code: 'http-429' }

let world: TestWorld
let deps: SendDeps
/** What each provider answers next, and who was asked. */
let answers: Record<'first' | 'second', TextAnswer>
let asked: string[]

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  answers = { first: ACCEPTED, second: ACCEPTED }
  asked = []
})

afterAll(async () => {
  await world.close()
})

/** Two providers; the first keeps keys, or does not. */
function configure({ mayRepeat }: { mayRepeat: boolean }): void {
  const provider = (name: 'first' | 'second'): TextProvider => ({
    name,
    rate: { perSecond: 100, burst: 100 },
    mayRepeat,
    async send() {
      asked.push(name)
      const answer = answers[name]
      return answer.kind === 'unknown' ? { ...answer, mayRepeat } : answer
    },
  })
  const providers = [provider('first'), provider('second')]
  const messenger = createTextMessenger({ providers, clock: world.deps.clock })
  deps = { ...world.deps, mailer: undefined, messenger, letters: undefined, log: recordingLog() }
}

/** The question for the address of a Dutch consumer who can be reached by text alone. */
async function queuedText(): Promise<HumanMessageKey> {
  await updateCreditor(world.deps.db, world.creditorId, {
    journey: 'nl-consumer-wik',
    country: 'NL',
  })
  const claim = await issueClaim(world)
  const contact = { phone: '+31612345678' }
  await updateDebtor(world.deps.db, claim, { country: 'NL', contact })
  for (const day of ['2026-03-30', '2026-03-30', '2026-04-01']) {
    world.goTo(`${day}T10:00:00Z`)
    await takeDueDunningSteps(world.deps, { limit: 100 })
  }
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId'])
    .executeTakeFirstOrThrow()
}

async function rowOf({ messageId }: HumanMessageKey) {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['channel', 'state', 'provider', 'delivery', 'leaving'])
    .where('message_id', '=', messageId)
    .executeTakeFirstOrThrow()
}

async function countMessages(): Promise<number> {
  const { count } = await world.deps.db
    .selectFrom('human_messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

describe('a text that may have left', () => {
  it('is repeated at the provider that knows it again, and at no other', async () => {
    configure({ mayRepeat: true })
    const key = await queuedText()
    answers.first = BROKEN
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    expect(await rowOf(key)).toMatchObject({ state: 'queued', leaving: { provider: 'first' } })
    answers.first = BUSY
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    expect(await rowOf(key)).toMatchObject({ state: 'queued', leaving: { provider: 'first' } })
    answers.first = ACCEPTED
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(asked).toEqual(['first', 'first', 'first'])
    const sent = { channel: 'sms', state: 'sent', provider: 'first', delivery: 'accepted' }
    expect(await rowOf(key)).toMatchObject({ ...sent, leaving: null })
  })

  it('waits for a report where the provider would send it again', async () => {
    configure({ mayRepeat: false })
    const key = await queuedText()
    answers.first = BROKEN
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    await sendHumanMessage(deps, key)
    expect(asked).toEqual(['first'])
    expect(await rowOf(key)).toMatchObject({
      state: 'sent',
      provider: 'first',
      delivery: 'unknown',
    })
  })

  it('goes to another provider when it surely did not leave', async () => {
    configure({ mayRepeat: false })
    const key = await queuedText()
    answers.first = BUSY
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(asked).toEqual(['first', 'second'])
    expect(await rowOf(key)).toMatchObject({ state: 'sent', provider: 'second' })
  })

  it('waits for the morning as it is, and is repeated then', async () => {
    configure({ mayRepeat: true })
    const key = await queuedText()
    answers.first = BROKEN
    await sendHumanMessage(deps, key)
    world.goTo('2026-04-01T21:00:00Z')
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(await rowOf(key)).toMatchObject({ state: 'queued', leaving: { provider: 'first' } })
    world.goTo('2026-04-02T10:00:00Z')
    answers.first = ACCEPTED
    await sendHumanMessage(deps, key)
    expect(asked).toEqual(['first', 'first'])
    expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: 'accepted' })
  })

  it('is not sent by another channel when its provider says no to the repeat', async () => {
    configure({ mayRepeat: true })
    const key = await queuedText()
    answers.first = BROKEN
    await sendHumanMessage(deps, key)
    answers.first = { kind: 'permanent', blames: 'message', code: 'http-422' }
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: 'unknown' })
    expect(await countMessages()).toBe(1)
  })

  it('keeps its mark where a process has no way to send it', async () => {
    configure({ mayRepeat: true })
    const key = await queuedText()
    answers.first = BROKEN
    await sendHumanMessage(deps, key)
    await sendHumanMessage({ ...deps, messenger: undefined }, key)
    expect(await rowOf(key)).toMatchObject({ state: 'queued', leaving: { provider: 'first' } })
  })

  it.each(['delivered', 'undelivered'] as const)(
    'keeps a report that was faster: %s',
    async (it) => {
      configure({ mayRepeat: false })
      const key = await queuedText()
      answers.first = BROKEN
      await noteDelivery(world.deps.db, key, it)
      await sendHumanMessage(deps, key)
      expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: it })
    },
  )

  it('has perhaps been sent when it is given up, and goes by no other channel', async () => {
    configure({ mayRepeat: true })
    const key = await queuedText()
    answers.first = BROKEN
    await sendHumanMessage(deps, key)
    world.pass(4 * DAY)
    await giveUpHumanMessage(deps, key)
    expect(await rowOf(key)).toMatchObject({
      state: 'sent',
      provider: 'first',
      delivery: 'unknown',
    })
    expect(await countMessages()).toBe(1)
  })
})
