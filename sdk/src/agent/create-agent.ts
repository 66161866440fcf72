// The composition of an agent: options in, a handful of methods out. Everything that decides is in
// the pure files beside this one; here are only wiring, order and background work.

import type { Fetch } from '../peer/bounded-fetch.ts'
import { createDirectory } from '../peer/directory.ts'
import { isIssuer, jwkThumbprintUri } from '../protocol/identifiers.ts'
import type { SigningKey } from '../protocol/keys.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentEvent } from './agent-event.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import { withDecision, withGivenDecision } from './answer-decision.ts'
import type { CashFlow } from './cash-flow.ts'
import { type AgentContext, changeThread } from './context.ts'
import type { Decision } from './decide.ts'
import { enrol } from './enrol.ts'
import { explainDecision } from './explain-decision.ts'
import { handlePush } from './inbox.ts'
import { type PersonChoice, personDecision } from './person-choice.ts'
import type { DecisionPolicy } from './policy.ts'
import type { ActiveEnrolment, AgentStore, ThreadKey, ThreadRecord } from './store.ts'
import { createTraffic, type PullResult } from './traffic.ts'

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
  /** Enrols with a creditor's server by the code that the person received. */
  enrol(
    serverUrl: string,
    activationCode: string,
    options?: { readonly acceptNewAccount?: boolean },
  ): Promise<Result<ActiveEnrolment, AgentRefusal>>
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
  return {
    issuer: context.iss,
    enrol: (server, activationCode, { acceptNewAccount = false } = {}) =>
      enrol(context, { server, activationCode, acceptNewAccount }),
    handle: (request) => handlePush(context, request, traffic.deliverLater),
    pull: traffic.pullAll,
    resume: traffic.resume,
    async choose(key, choice) {
      const chosen = await choose(context, key, choice)
      if (chosen.ok) await traffic.deliver(key)
      return chosen
    },
    async decisions() {
      const threads = await context.store.threads()
      return threads.flatMap(decisionsOf).sort((left, right) => left.at - right.at)
    },
    threads: () => context.store.threads(),
    explain: explainDecision,
    idle: traffic.idle,
  }
}

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
