// What an app sees of an agent: options in, methods out.

import type { Fetch } from '../peer/bounded-fetch.ts'
import type { Day } from '../protocol/days.ts'
import type {
  ProfileMessage,
  QuoteMessage,
  Reason,
  StatusMessage,
} from '../protocol/generated/messages.ts'
import type { SigningKey } from '../protocol/keys.ts'
import type { Amount } from '../protocol/money.ts'
import type { Result } from '../protocol/result.ts'
import type { AgentEvent } from './agent-event.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { CashFlow } from './cash-flow.ts'
import type { PersonCreditChoice } from './credit-choice.ts'
import type { Decision } from './decide.ts'
import type { EnrolmentOrder } from './enrol.ts'
import type { ActiveEnrolment, Enrolment } from './enrolment.ts'
import type { RequestRef } from './find-conversation.ts'
import type { Contested } from './inquire.ts'
import type { NextKey, Preferences } from './manage-enrolment.ts'
import type { PersonChoice } from './person-choice.ts'
import type { AskPerson } from './person-questions.ts'
import type { DecisionPolicy } from './policy.ts'
import type { LinkedRequest } from './read-link.ts'
import type { AgentStore, ThreadKey, ThreadRecord } from './store.ts'
import type { PullResult } from './traffic.ts'
import type { TrustSource } from './trust.ts'

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
  /**
   * Who is asked about a creditor that is not pinned. With any, the agent enrols only where one
   * vouches (`creditor-untrusted`); without, the person's enrolment alone decides. Spec: TRU-03.
   */
  readonly trust?: readonly TrustSource[]
  /** Acknowledges what arrives (true); see `markPresented` for what the person has seen. */
  readonly acknowledge?: boolean
  /** Days between a notice of another account and its automatic use (3, and no less). */
  readonly coolingOffDays?: number
  /** Asks the person about a bill that waits for a yes; without it `choose` is called by the app. */
  readonly askPerson?: AskPerson
  /**
   * Whether money is on its way for a bill that is cancelled; by default what the bank has due. Must
   * not call the agent.
   */
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
  /** Asks what ends the agreed plan on a day: paid by `payoff.lastDay`, the total settles the claim. */
  payoff(request: RequestRef, day: Day): Promise<Result<QuoteMessage, AgentRefusal>>
  /** Disputes a part of a claim; an amount of zero takes the dispute back. */
  dispute(
    request: RequestRef,
    dispute: { readonly amount: Amount; readonly reason: Reason },
  ): Promise<Result<StatusMessage, AgentRefusal>>
  /** Asks for a person's help with a claim; no reason is needed. */
  requestAssistance(request: RequestRef): Promise<Result<StatusMessage, AgentRefusal>>
  /** The debtor's own copy of what the creditor has learnt of the debtor, signed. */
  profile(enrolmentId: string): Promise<Result<ProfileMessage, AgentRefusal>>
  /** Says that a fact of the profile, or a step about a claim, is not right: a person decides. */
  contest(
    request: RequestRef,
    contested: Contested,
    text?: string,
  ): Promise<Result<StatusMessage, AgentRefusal>>
  /**
   * Chooses what happens with a credit that the person was asked about (event `credit`). Refuses
   * `credit-unknown` for what is not offered.
   */
  chooseCredit(
    request: RequestRef,
    chosen: PersonCreditChoice,
  ): Promise<Result<StatusMessage, AgentRefusal>>
  decisions(): Promise<readonly AgentDecision[]>
  threads(): Promise<readonly ThreadRecord[]>
  /** One sentence of plain English. */
  explain(decision: Decision): string
  /** Resolves when no answer is being sent; for tests and orderly ends. */
  idle(): Promise<void>
}
