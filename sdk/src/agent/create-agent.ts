// The composition of an agent. Everything that decides is in the pure files beside this one; here are
// only wiring, order and background work.

import { err, type Result } from '../protocol/result.ts'
import { owePresented } from './acknowledge.ts'
import type { Agent, AgentDecision, AgentOptions } from './agent.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { choose } from './choose.ts'
import type { AgentContext } from './context.ts'
import { createContext } from './create-context.ts'
import { creditInquiry } from './credit-choice.ts'
import { endConversations } from './end-conversations.ts'
import { enrol } from './enrol.ts'
import { explainDecision } from './explain-decision.ts'
import { findConversation, type RequestRef } from './find-conversation.ts'
import { handlePush } from './inbox.ts'
import {
  asPayoff,
  asQuote,
  asStatus,
  assistanceInquiry,
  contestInquiry,
  disputeInquiry,
  type Inquiry,
  inquire,
  quoteInquiry,
  statusInquiry,
} from './inquire.ts'
import {
  confirmAnnounced,
  endEnrolment,
  owePreferences,
  prepareNextKey,
} from './manage-enrolment.ts'
import { ownKeySet } from './own-keys.ts'
import type { PersonChoice } from './person-choice.ts'
import { createPersonQuestions } from './person-questions.ts'
import { readLink } from './read-link.ts'
import { readProfile } from './read-profile.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'
import { createTraffic, type Traffic } from './traffic.ts'

/**
 * Creates an agent. It does nothing on its own: call `handle` for every push, or `pull` now and
 * then, and `resume` at the start.
 *
 * @throws {TypeError} for an `inbox` or a bank that is no https address.
 *
 * @example
 * import { BALANCED_WEIGHTS, createAgent, createMemoryAgentStore } from '@parley/sdk'
 * import { generateSigningKey } from '@parley/sdk/protocol'
 * const agent = createAgent({
 *   key: await generateSigningKey('ES256'),
 *   store: createMemoryAgentStore(),
 *   policy: { buffer: 20_000n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
 *   cashFlow: {
 *     currency: 'EUR',
 *     asOf: '2026-03-01',
 *     balance: 90_000n,
 *     incomes: [{ dayOfMonth: 3, amount: 50_000n }],
 *     charges: [],
 *     dailySpend: 1_000n,
 *   },
 * })
 * await agent.enrolments() // => []
 * await agent.readLink('no link') // => { ok: false, error: { code: 'link' } }
 */
export function createAgent(options: AgentOptions): Agent {
  const context = createContext(options)
  const traffic = createTraffic(context)
  const chooseFor = async (key: ThreadKey, choice: PersonChoice) => {
    const chosen = await choose(context, key, choice)
    if (chosen.ok) await traffic.deliver(key)
    return chosen
  }
  const questions = createPersonQuestions(context, options.askPerson, chooseFor)
  return {
    issuer: context.iss,
    readLink: (url) => readLink(context, url),
    enrol: (order) => enrol(context, order),
    enrolments: () => context.store.enrolments(),
    ...enrolmentMethods(context, traffic),
    ...inquiryMethods(context, traffic),
    async handle(request) {
      return handlePush(context, request, (key) => traffic.deliverLater(key, questions.ask))
    },
    async pull() {
      const pulled = await traffic.pullAll()
      traffic.runLater(questions.askAll)
      return pulled
    },
    async resume() {
      await traffic.resume()
      traffic.runLater(questions.askAll)
    },
    choose: chooseFor,
    async decisions() {
      const threads = await context.store.threads()
      return threads.flatMap(decisionsOf).sort((left, right) => left.at - right.at)
    },
    threads: () => context.store.threads(),
    explain: explainDecision,
    idle: traffic.idle,
  }
}

function enrolmentMethods(
  context: AgentContext,
  { deliverEnrolment }: Traffic,
): Pick<Agent, 'revoke' | 'rotateKey' | 'setPreferences' | 'confirmAccount'> {
  async function told<T>(
    enrolmentId: string,
    change: Promise<Result<T, AgentRefusal>>,
  ): Promise<Result<T, AgentRefusal>> {
    const changed = await change
    if (changed.ok) await deliverEnrolment(enrolmentId)
    return changed
  }
  return {
    async revoke(id) {
      const revoked = await endEnrolment(context, id)
      if (!revoked.ok) return revoked
      context.emit({ type: 'enrolment-ended', enrolmentId: id, endedBy: 'agent' })
      await endConversations(context, id)
      await deliverEnrolment(id)
      return revoked
    },
    async rotateKey(id) {
      const made = await told(id, prepareNextKey(context, id))
      if (!made.ok) return made
      const { keys } = await ownKeySet(context, id)
      const isKept = keys.some(({ x }) => x === made.value.publicJwk.x)
      return isKept ? made : err({ code: 'peer-refused' })
    },
    setPreferences: (id, wishes) => told(id, owePreferences(context, id, wishes)),
    confirmAccount: (id, iban) => confirmAnnounced(context, id, iban),
  }
}

function inquiryMethods(
  context: AgentContext,
  { deliver }: Traffic,
): Pick<
  Agent,
  | 'markPresented'
  | 'query'
  | 'amountAsOf'
  | 'payoff'
  | 'dispute'
  | 'requestAssistance'
  | 'contest'
  | 'profile'
  | 'chooseCredit'
> {
  async function ask(request: RequestRef, inquiry: Inquiry) {
    const key = await findConversation(context, request)
    return key.ok ? inquire(context, { key: key.value, inquiry }, deliver) : key
  }
  return {
    async markPresented(request) {
      const key = await findConversation(context, request)
      if (!key.ok) return key
      const owed = await owePresented(context, key.value)
      if (owed.ok) await deliver(key.value)
      return owed
    },
    profile: (id) => readProfile(context, id),
    query: async (request) => asStatus(await ask(request, statusInquiry)),
    amountAsOf: async (request, day) =>
      asQuote(await ask(request, quoteInquiry(day, context.clock())), day),
    payoff: async (request, day) =>
      asPayoff(await ask(request, quoteInquiry(day, context.clock(), { payoff: true })), day),
    dispute: async (request, { amount, reason }) =>
      asStatus(await ask(request, disputeInquiry(amount, reason))),
    contest: async (request, contested, text) =>
      asStatus(await ask(request, contestInquiry(contested, text))),
    requestAssistance: async (request) => asStatus(await ask(request, assistanceInquiry)),
    async chooseCredit(request, chosen) {
      const key = await findConversation(context, request)
      const thread = key.ok ? await context.store.thread(key.value) : undefined
      if (!key.ok) return key
      if (thread === undefined) return err({ code: 'not-found' })
      return asStatus(await ask(request, creditInquiry(thread, chosen)))
    },
  }
}

function decisionsOf(thread: ThreadRecord): AgentDecision[] {
  const { enrolmentId, thr, request } = thread
  return thread.decisions.map(({ at, decision }) => ({
    thread: { enrolmentId, thr },
    requestId: request.requestId,
    at,
    decision,
  }))
}
