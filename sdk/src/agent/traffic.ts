// When things go out and come in: right after a push, at a pull, after a crash. What goes out was
// kept before; losing a delivery loses nothing.

import { flushAcks, hasAcks } from './acknowledge.ts'
import { activeEnrolment, enrolmentLane, findEnrolment } from './change-enrolment.ts'
import type { AgentContext } from './context.ts'
import { deliverAnswer } from './deliver-answer.ts'
import { endConversations } from './end-conversations.ts'
import { sendEnrolment } from './enrol.ts'
import type { ActiveEnrolment, EndedEnrolment } from './enrolment.ts'
import { flushLane } from './flush-lane.ts'
import { handOver, waitsForBank } from './hand-over.ts'
import { endDisowned } from './manage-enrolment.ts'
import { type InboxPull, isGone, pausedInbox, pullInbox } from './pull.ts'
import type { ThreadKey } from './store.ts'
import { openMessage } from './thread.ts'

/** What `pull` found, inbox by inbox. */
export interface PullResult {
  readonly inboxes: readonly InboxPull[]
}

/** The comings and goings of one agent. */
export interface Traffic {
  /** Sends the answer of a conversation; when the creditor is ahead, pulls and answers again. */
  deliver(key: ThreadKey): Promise<void>
  /** The same in the background, and then something more about the conversation. */
  deliverLater(key: ThreadKey, afterwards: (key: ThreadKey) => Promise<void>): void
  /** Runs in the background; `idle` waits for it. */
  runLater(task: () => Promise<void>): void
  /** Says what waits in the thread of an enrolment. */
  deliverEnrolment(enrolmentId: string): Promise<void>
  pullAll(): Promise<PullResult>
  /** Sends everything that waits: enrolments, answers, agreements for the bank. */
  resume(): Promise<void>
  /** Resolves when nothing is under way in the background. */
  idle(): Promise<void>
}

/** Creates the traffic of an agent. */
export function createTraffic(context: AgentContext): Traffic {
  const gaps = new Set<string>()
  const background = new Set<Promise<unknown>>()
  /** Since when, and for how long, a creditor asked not to be asked again, by enrolment. */
  const pauses = new Map<string, { readonly since: number; readonly seconds: number }>()

  async function pullUnlessPaused(enrolment: ActiveEnrolment): Promise<InboxPull> {
    const { id } = enrolment
    const pause = pauses.get(id)
    const rested = context.clock() - (pause?.since ?? 0)
    const remaining = (pause?.seconds ?? 0) - rested
    // A clock that was set back would else make the pause as much longer.
    if (rested >= 0 && remaining > 0) return pausedInbox(id, remaining)
    const pulled = await pullFrom(enrolment)
    pauses.set(id, { since: context.clock(), seconds: pulled.retryAfterSeconds ?? 0 })
    return pulled
  }

  async function pullFrom(enrolment: ActiveEnrolment | EndedEnrolment): Promise<InboxPull> {
    const pulled = await pullInbox(context, enrolment, gaps)
    for (const key of pulled.threads) {
      const delivery = await deliverAnswer(context, key)
      if (delivery === 'disowned') await askForTheEnd(key.enrolmentId)
      await acknowledge(key)
    }
    return pulled
  }

  async function acknowledge(key: ThreadKey): Promise<void> {
    // Nobody waits for it, and it goes out with the next delivery: it must not hold anything up.
    const delivery = await flushAcks(context, key).catch(() => undefined)
    if (delivery?.state === 'disowned') await askForTheEnd(key.enrolmentId)
  }

  async function deliver(key: ThreadKey): Promise<void> {
    const delivery = await deliverAnswer(context, key)
    if (delivery === 'behind') {
      const enrolment = await activeEnrolment(context, key.enrolmentId)
      if (enrolment !== undefined) await pullFrom(enrolment)
    }
    if (delivery === 'disowned') await askForTheEnd(key.enrolmentId)
    await acknowledge(key)
  }

  /**
   * A refusal that nobody has signed does not end an enrolment. Its inbox still has the signed
   * `revoke`, or is gone as well, which ends it; an inbox that goes on contradicts it (ENR-05).
   */
  async function askForTheEnd(enrolmentId: string): Promise<void> {
    const enrolment = await activeEnrolment(context, enrolmentId)
    if (enrolment === undefined) return
    const pulled = await pullInbox(context, enrolment, gaps)
    if (!isGone(pulled) || !(await endDisowned(context, enrolmentId)).ok) return
    context.emit({ type: 'enrolment-ended', enrolmentId, endedBy: 'creditor' })
    await endConversations(context, enrolmentId)
  }

  async function deliverEnrolment(enrolmentId: string): Promise<void> {
    const lane = enrolmentLane(context, enrolmentId)
    const delivery = await flushLane(context, lane)
    if (delivery.state === 'disowned') await askForTheEnd(enrolmentId)
    if (delivery.state !== 'behind') return
    const enrolment = await findEnrolment(context, enrolmentId)
    if (enrolment === undefined || enrolment.state === 'pending') return
    await pullFrom(enrolment)
    await flushLane(context, lane)
  }

  function inBackground(task: () => Promise<void>, thread: ThreadKey | null): void {
    // The push was acknowledged; a store that fails now is made up for by `resume`.
    const run = task()
      .catch(() => {
        if (thread !== null) context.emit({ type: 'waiting', thread, code: 'failed' })
      })
      .finally(() => background.delete(run))
    background.add(run)
  }

  return {
    deliver,
    deliverEnrolment,
    deliverLater(key, afterwards) {
      inBackground(async () => {
        await deliver(key)
        await afterwards(key)
      }, key)
    },
    runLater: (task) => inBackground(task, null),
    async pullAll() {
      const inboxes: InboxPull[] = []
      for (const enrolment of await context.store.enrolments()) {
        if (enrolment.state !== 'active') continue
        inboxes.push(await pullUnlessPaused(enrolment))
        await deliverEnrolment(enrolment.id)
      }
      return { inboxes }
    },
    resume: () => resume(context, { deliver, deliverEnrolment }),
    async idle() {
      while (background.size > 0) await Promise.allSettled(background)
    },
  }
}

async function resume(
  context: AgentContext,
  { deliver, deliverEnrolment }: Pick<Traffic, 'deliver' | 'deliverEnrolment'>,
): Promise<void> {
  for (const enrolment of await context.store.enrolments()) {
    if (enrolment.state === 'pending') {
      await sendEnrolment(context, enrolment)
      continue
    }
    if (enrolment.state === 'ended') await endConversations(context, enrolment.id)
    await deliverEnrolment(enrolment.id)
  }
  for (const thread of await context.store.threads()) {
    const key = { enrolmentId: thread.enrolmentId, thr: thread.thr }
    if (openMessage(thread) !== null || hasAcks(thread)) await deliver(key)
    if (waitsForBank(thread)) await handOver(context, key)
  }
}
