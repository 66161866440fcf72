// When things go out and come in: right after a push, at a pull, after a crash. What goes out was
// kept before; losing a delivery loses nothing.

import type { AgentContext } from './context.ts'
import { activeEnrolment, deliverAnswer } from './deliver-answer.ts'
import { sendEnrolment } from './enrol.ts'
import { handOver, waitsForBank } from './hand-over.ts'
import { type InboxPull, pullInbox } from './pull.ts'
import type { ActiveEnrolment, ThreadKey } from './store.ts'
import { openAnswer } from './thread.ts'

/** What `pull` found, inbox by inbox. */
export interface PullResult {
  readonly inboxes: readonly InboxPull[]
}

/** The comings and goings of one agent. */
export interface Traffic {
  /** Sends the answer of a conversation; when the creditor is ahead, pulls and answers again. */
  deliver(key: ThreadKey): Promise<void>
  /** The same in the background. */
  deliverLater(key: ThreadKey): void
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

  async function pullFrom(enrolment: ActiveEnrolment): Promise<InboxPull> {
    const pulled = await pullInbox(context, enrolment, gaps)
    for (const key of pulled.threads) await deliverAnswer(context, key)
    return pulled
  }

  async function deliver(key: ThreadKey): Promise<void> {
    if ((await deliverAnswer(context, key)) !== 'behind') return
    const enrolment = await activeEnrolment(context, key.enrolmentId)
    if (enrolment !== undefined) await pullFrom(enrolment)
  }

  return {
    deliver,
    deliverLater(key) {
      // The push was acknowledged; a store that fails now is made up for by `resume`.
      const delivery = deliver(key)
        .catch(() => context.emit({ type: 'waiting', thread: key, code: 'failed' }))
        .finally(() => background.delete(delivery))
      background.add(delivery)
    },
    async pullAll() {
      const inboxes: InboxPull[] = []
      for (const enrolment of await context.store.enrolments()) {
        if (enrolment.state === 'active') inboxes.push(await pullFrom(enrolment))
      }
      return { inboxes }
    },
    resume: () => resume(context, deliver),
    async idle() {
      while (background.size > 0) await Promise.allSettled(background)
    },
  }
}

async function resume(context: AgentContext, deliver: Traffic['deliver']): Promise<void> {
  for (const enrolment of await context.store.enrolments()) {
    if (enrolment.state === 'pending') await sendEnrolment(context, enrolment)
  }
  for (const thread of await context.store.threads()) {
    const key = { enrolmentId: thread.enrolmentId, thr: thread.thr }
    if (openAnswer(thread) !== null) await deliver(key)
    else if (waitsForBank(thread)) await handOver(context, key)
  }
}
