// The composition of an agent: options in, a handful of methods out. Everything that decides is in
// the pure files beside this one; here are only wiring, order and background work.

import type { Fetch } from '../peer/bounded-fetch.ts'
import { createDirectory } from '../peer/directory.ts'
import type { Day } from '../protocol/days.ts'
import type { QuoteMessage, Reason, StatusMessage } from '../protocol/generated/messages.ts'
import { isIssuer, jwkThumbprintUri } from '../protocol/identifiers.ts'
import type { SigningKey } from '../protocol/keys.ts'
import type { Amount } from '../protocol/money.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { owePresented } from './acknowledge.ts'
import type { AgentEvent } from './agent-event.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import { withDecision, withGivenDecision } from './answer-decision.ts'
import type { CashFlow } from './cash-flow.ts'
import { activeEnrolment } from './change-enrolment.ts'
import { type AgentContext, changeThread } from './context.ts'
import type { Decision } from './decide.ts'
import { endConversations } from './end-conversations.ts'
import { type EnrolmentOrder, enrol } from './enrol.ts'
import type { ActiveEnrolment, Enrolment } from './enrolment.ts'
import { explainDecision } from './explain-decision.ts'
import { findConversation, type RequestRef } from './find-conversation.ts'
import { handlePush } from './inbox.ts'
import {
  asQuote,
  asStatus,
  assistanceInquiry,
  disputeInquiry,
  type Inquiry,
  inquire,
  quoteInquiry,
  statusInquiry,
} from './inquire.ts'
import {
  confirmAnnounced,
  endEnrolment,
  type NextKey,
  owePreferences,
  type Preferences,
  prepareNextKey,
} from './manage-enrolment.ts'
import { isDueAtBank } from './payment-under-way.ts'
import { type PersonChoice, personDecision } from './person-choice.ts'
import { type AskPerson, createPersonQuestions } from './person-questions.ts'
import type { DecisionPolicy } from './policy.ts'
import { type LinkedRequest, readLink } from './read-link.ts'
import type { AgentStore, ThreadKey, ThreadRecord } from './store.ts'
import { createTraffic, type PullResult, type Traffic } from './traffic.ts'

/** What an agent is made of. */
export interface AgentOptions {
  /** The agent's own key; its thumbprint names the agent. */
  readonly key: SigningKey
  readonly store: AgentStore
  /** The person's rules, or a function that reads them afresh for every decision. */
  readonly policy: DecisionPolicy | (() => DecisionPolicy | Promise<DecisionPolicy>)
  /** The household, or a function that reads it afresh for every decision. */
  readonly cashFlow: CashFlow | (() => CashFlow | Promise<CashFlow>)
  /** Epoch seconds; the system's clock unless given. */
  readonly clock?: () => number
  /** Random bytes; `crypto.getRandomValues` unless given. */
  readonly randomBytes?: (length: number) => Uint8Array
  readonly fetch?: Fetch
  /** Public https address that `handle` serves; without it the agent only pulls. */
  readonly inbox?: string
  /** Issuer of the only bank that may pay what this agent agrees to. */
  readonly payBy?: { readonly bank: string }
  readonly agentName?: string
  /** Acknowledges what arrives (true); see `markPresented` for what the person has seen. */
  readonly acknowledge?: boolean
  /** Days between a notice of another account and its automatic use (3, and no less). */
  readonly coolingOffDays?: number
  /** Asks the person about a bill that waits for a yes; without it `choose` is called by the app. */
  readonly askPerson?: AskPerson
  /** Whether money is on its way for a bill that is cancelled; by default what the bank has due. */
  readonly isPaymentUnderWay?: (thread: ThreadRecord) => boolean | Promise<boolean>
  /** Lets creditors and banks be `http://127.0.0.1` or `http://localhost`, for trials. */
  readonly allowLoopbackHttp?: boolean
  /** Told what happened, after it was kept. Must not throw. */
  readonly onEvent?: (event: AgentEvent) => void
}

/** A decision with its place and time. */
export interface AgentDecision {
  readonly thread: ThreadKey
  readonly requestId: string
  /** Epoch seconds. */
  readonly at: number
  readonly decision: Decision
}

/** A personal finance agent: takes bills in, decides by the person's rules, answers, keeps proof. */
export interface Agent {
  /** The agent's `iss`: its key as an RFC 9278 thumbprint URI. */
  readonly issuer: string
  /** Reads what stands behind the link of a bill, to be shown before the person enrols with it. */
  readLink(url: string): Promise<Result<LinkedRequest, AgentRefusal>>
  /** Enrols by the code that the person received, or by the link of a bill for that bill alone. */
  enrol(order: EnrolmentOrder): Promise<Result<ActiveEnrolment, AgentRefusal>>
  enrolments(): Promise<readonly Enrolment[]>
  /** Ends an enrolment at once; the creditor is told as soon as it can be reached. */
  revoke(enrolmentId: string): Promise<Result<null, AgentRefusal>>
  /**
   * Makes the next key of an enrolment and names it to the creditor. It signs from the moment that
   * the creditor has noted it; the person's bank has to be told about it, too.
   */
  rotateKey(enrolmentId: string): Promise<Result<NextKey, AgentRefusal>>
  /** Tells a creditor the person's wishes, with the person's consent. */
  setPreferences(enrolmentId: string, wishes: Preferences): Promise<Result<null, AgentRefusal>>
  /** The person has checked an account that the creditor announced. */
  confirmAccount(enrolmentId: string, iban: string): Promise<Result<null, AgentRefusal>>
  /** Serves the inbox: give it every request that arrives at `inbox`. */
  handle(request: Request): Promise<Response>
  /** Fetches and answers what waits with every creditor. */
  pull(): Promise<PullResult>
  /**
   * Goes on after a crash or an outage: sends enrolments, answers and agreements that still wait,
   * byte for byte. Call it at the start and now and then.
   */
  resume(): Promise<void>
  /** Answers a question (`ask`), or any bill still open, with what the person chose. */
  choose(thread: ThreadKey, choice: PersonChoice): Promise<Result<Decision, AgentRefusal>>
  /** The person has seen the bill. */
  markPresented(request: RequestRef): Promise<Result<null, AgentRefusal>>
  /** Asks the creditor where a claim stands. */
  query(request: RequestRef): Promise<Result<StatusMessage, AgentRefusal>>
  /** Asks what is owed on a day, for a payment that arrives by then; the parts sum to the total. */
  amountAsOf(request: RequestRef, day: Day): Promise<Result<QuoteMessage, AgentRefusal>>
  /** Disputes a part of a claim; an amount of zero takes the dispute back. */
  dispute(
    request: RequestRef,
    dispute: { readonly amount: Amount; readonly reason: Reason },
  ): Promise<Result<StatusMessage, AgentRefusal>>
  /** Asks for a person's help with a claim; no reason is needed. */
  requestAssistance(request: RequestRef): Promise<Result<StatusMessage, AgentRefusal>>
  decisions(): Promise<readonly AgentDecision[]>
  threads(): Promise<readonly ThreadRecord[]>
  /** One sentence of plain English. */
  explain(decision: Decision): string
  /** Resolves when no answer is being sent; for tests and orderly ends. */
  idle(): Promise<void>
}

/**
 * Creates an agent. It does nothing on its own: call `handle` for every push, or `pull` now and
 * then, and `resume` at the start.
 *
 * @throws {TypeError} for an `inbox` or a bank that is no https address.
 */
export function createAgent(options: AgentOptions): Agent {
  const context = createContext(options)
  const traffic = createTraffic(context)
  const chooseFor = async (key: ThreadKey, choice: PersonChoice) => {
    const chosen = await choose(context, key, choice)
    if (chosen.ok) await traffic.deliver(key)
    return chosen
  }
  const { askPerson = async () => null } = options
  const questions = createPersonQuestions(context, askPerson, chooseFor)
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
    rotateKey: (id) => told(id, prepareNextKey(context, id)),
    setPreferences: (id, wishes) => told(id, owePreferences(context, id, wishes)),
    confirmAccount: (id, iban) => confirmAnnounced(context, id, iban),
  }
}

function inquiryMethods(
  context: AgentContext,
  { deliver }: Traffic,
): Pick<Agent, 'markPresented' | 'query' | 'amountAsOf' | 'dispute' | 'requestAssistance'> {
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
    query: async (request) => asStatus(await ask(request, statusInquiry)),
    amountAsOf: async (request, day) =>
      asQuote(await ask(request, quoteInquiry(day, context.clock())), day),
    dispute: async (request, { amount, reason }) =>
      asStatus(await ask(request, disputeInquiry(amount, reason))),
    requestAssistance: async (request) => asStatus(await ask(request, assistanceInquiry)),
  }
}

const MIN_COOLING_OFF_DAYS = 3

function createContext(options: AgentOptions): AgentContext {
  const { key, store, policy, cashFlow, inbox, payBy, agentName, onEvent } = options
  const allowLoopbackHttp = options.allowLoopbackHttp ?? false
  const isAddress = (url: string) => isIssuer(URL.parse(url)?.origin, { allowLoopbackHttp })
  if (inbox !== undefined && !isAddress(inbox)) throw new TypeError('inbox: not an https address')
  if (payBy !== undefined && !isIssuer(payBy.bank, { allowLoopbackHttp })) {
    throw new TypeError('payBy.bank: not an https origin')
  }
  const clock = options.clock ?? (() => Math.floor(Date.now() / 1000))
  const fetchFunction = options.fetch ?? ((...parameters) => fetch(...parameters))
  return {
    key,
    iss: jwkThumbprintUri(key.kid),
    store,
    directory: createDirectory({ fetch: fetchFunction, clock, allowLoopbackHttp }),
    fetch: fetchFunction,
    clock,
    randomBytes: options.randomBytes ?? ((size) => crypto.getRandomValues(new Uint8Array(size))),
    readPolicy: async () => (typeof policy === 'function' ? policy() : policy),
    readCashFlow: async () => (typeof cashFlow === 'function' ? cashFlow() : cashFlow),
    ...(inbox === undefined ? {} : { inbox }),
    ...(payBy === undefined ? {} : { payBy }),
    ...(agentName === undefined ? {} : { agentName }),
    allowLoopbackHttp,
    acknowledge: options.acknowledge ?? true,
    isPaymentUnderWay: async (thread) =>
      options.isPaymentUnderWay === undefined
        ? isDueAtBank(thread, clock())
        : options.isPaymentUnderWay(thread),
    coolingOffSeconds: Math.max(MIN_COOLING_OFF_DAYS, options.coolingOffDays ?? 0) * 86_400,
    importedKeys: new Map(),
    emit: (event) => onEvent?.(event),
    exclusive: createQueue(),
  }
}

/** Runs tasks one after the other; a task that fails does not stop the next. */
function createQueue(): AgentContext['exclusive'] {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run.catch(() => undefined)
    return run
  }
}

async function choose(
  context: AgentContext,
  key: ThreadKey,
  choice: PersonChoice,
): Promise<Result<Decision, AgentRefusal>> {
  const chosen = await changeThread<Result<Decision, AgentRefusal>>(
    context,
    key,
    async (thread) => {
      const isOpen = thread?.stage === 'asking' || thread?.stage === 'quiet'
      if (thread === undefined || !isOpen)
        return { thread: null, outcome: err({ code: 'not-found' }) }
      const enrolment = await activeEnrolment(context, key.enrolmentId)
      if (enrolment === undefined) return { thread: null, outcome: err({ code: 'not-found' }) }
      if (thread.menuUntil <= context.clock())
        return { thread: null, outcome: err({ code: 'expired' }) }
      const principal = checkedMoney(thread.request.amount)
      const given = personDecision(choice, { menu: thread.menu, principal })
      if (!given.ok) return { thread: null, outcome: given }
      const decided =
        given.value === null
          ? await withDecision(context, thread, { confirmed: true })
          : await withGivenDecision(context, thread, given.value)
      const decision = decided.decisions.at(-1)?.decision
      if (decision === undefined) throw new TypeError('a decision was taken')
      return { thread: decided, outcome: ok(decision) }
    },
  )
  if (chosen === null) return err({ code: 'busy' })
  if (chosen.ok) context.emit({ type: 'decided', thread: key, decision: chosen.value })
  return chosen
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
