// One negotiation, with both engines and the bodies of the real messages; nothing is signed, sent or
// stored. The same scenario gives the same transcript, to the byte.
import { performance } from 'node:perf_hooks'
import { type AnswerDecision as Answer, answerBody, checkMenu } from '@parley/sdk'
import type { Menu, Money, PlanTerms, Result } from '@parley/sdk/protocol'
import { planHash } from '@parley/sdk/protocol'
import { buildMenu, type MenuFacts } from '../../domain/negotiation/build-menu.ts'
import {
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
  type AnswerDecision as Judgement,
} from '../../domain/negotiation/decide-answer.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { type CreditorPlayer, creditorOf, sentMenu } from './creditors.ts'
import { debtorOf } from './debtors.ts'
import type { CreditorKind, DebtorKind } from './player-kinds.ts'
import { policyTermsOf, type Scenario } from './scenario.ts'

/** Who plays. */
export interface Match {
  creditor: CreditorKind
  debtor: DebtorKind
  /** Whether the creditor keeps its envelope to itself. */
  hidden: boolean
}

/** One line of the results file. */
export interface MatchResult {
  id: string
  agreement: {
    firstDueDate: string
    installments: number
    interval: string | null
    priceBps: number
  } | null
  /** Offers and answers; the countersigned agreement is the reply to the last of them. */
  messages: number
  debtorOffers: number
}

/** One message as a transcript keeps it: who said what, without its signature. */
export interface Message {
  from: 'creditor' | 'debtor'
  kind: 'request' | 'menu' | Answer['kind']
  body: object
}

/** What was said, and how long each side thought, in milliseconds. */
export interface MatchRecord {
  result: MatchResult
  transcript: readonly Message[]
  thinking: { creditor: number; debtor: number }
}

interface Talk {
  player: CreditorPlayer
  offering: MenuFacts
  principal: Money
  transcript: Message[]
  offered: Menu[]
  counters: number
  thinking: { creditor: number; debtor: number }
}

const NOW = 1_800_000_000
const MOST_ANSWERS = 12

/** Plays a scenario to its end. @throws {Error} when a side breaks the rules of the thread. */
export async function runScenario(scenario: Scenario, match: Match): Promise<MatchRecord> {
  const talk = openTalk(scenario, match)
  const debtor = debtorOf(match.debtor, scenario)
  offer(
    talk,
    think(talk, 'creditor', () => buildMenu(talk.offering)),
  )
  for (let turn = 0; turn < MOST_ANSWERS; turn++) {
    const menu = lastMenu(talk)
    const decision = think(talk, 'debtor', () => debtor(menu, talk.counters > 0))
    if (decision.kind === 'ask' || decision.kind === 'quiet') break
    talk.transcript.push(await answerMessage(scenario.id, talk, decision))
    const judged = await judge(talk, decision)
    if (decision.kind === 'counter') talk.counters++
    if (judged.kind !== 'offer') return record(scenario.id, talk, judged)
    offer(talk, judged.menu)
  }
  throw new Error(`${scenario.id}: the negotiation does not end`)
}

function openTalk(scenario: Scenario, match: Match): Talk {
  const player = creditorOf(match.creditor, match)
  const { tiers, publishEnvelope } = player
  const { currency, principalCents } = scenario.request
  const principal = { minor: BigInt(principalCents), currency }
  const terms = policyTermsOf(scenario, { tiers, publishEnvelope })
  return {
    player,
    offering: {
      policy: { segment: 'default', version: 1, policyHash: scenario.id, terms },
      outstanding: principal.minor,
      currency,
      dueDate: scenario.today,
      offeredOn: scenario.today,
    },
    principal,
    transcript: [],
    offered: [],
    counters: 0,
    thinking: { creditor: 0, debtor: 0 },
  }
}

function think<T>(talk: Talk, side: 'creditor' | 'debtor', decide: () => T): T {
  const start = performance.now()
  const decided = decide()
  talk.thinking[side] += performance.now() - start
  return decided
}

function offer(talk: Talk, built: Menu): void {
  const menu = sentMenu(talk.player, built)
  const checked = checkMenu(menu, talk.principal)
  if (!checked.ok) throw new Error(`the agent refuses the menu: ${checked.error.detail}`)
  const kind = talk.offered.length === 0 ? 'request' : 'menu'
  talk.offered.push(menu)
  talk.transcript.push({ from: 'creditor', kind, body: { menu } })
}

function lastMenu({ offered }: Talk): Menu {
  const menu = offered.at(-1)
  if (menu === undefined) throw new Error('a negotiation starts with a menu')
  return menu
}

async function answerMessage(
  requestId: string,
  { principal }: Talk,
  decision: Answer,
): Promise<Message> {
  const body = answerBody({ requestId }, decision)
  if (decision.kind === 'decline') return { from: 'debtor', kind: 'decline', body }
  const hash = await planHash(principal, decision.plan.terms)
  return { from: 'debtor', kind: decision.kind, body: { ...body, planHash: hash } }
}

async function judge(talk: Talk, decision: Answer): Promise<Judgement> {
  const judged = await decideAs(decision, factsOf(talk), talk)
  if (!judged.ok) throw new Error(`the creditor refuses the answer: ${judged.error.code}`)
  const concedes = !talk.player.isHard || decision.kind === 'accept'
  return concedes ? judged.value : { kind: 'end', conversation: 'impasse' }
}

/** The time that hashing takes is the message's, not the engine's. */
async function decideAs(
  decision: Answer,
  facts: AnswerFacts,
  talk: Talk,
): Promise<Result<Judgement, Refusal>> {
  const { menuId } = decision
  if (decision.kind === 'decline') {
    const { nothingAcceptable } = decision
    return think(talk, 'creditor', () => decideDecline(facts, { menuId, nothingAcceptable }))
  }
  const { terms } = decision.plan
  const hash = await planHash(talk.principal, terms)
  const start = performance.now()
  const judged =
    decision.kind === 'counter'
      ? await decideCounter(facts, { plan: terms, planHash: hash })
      : await decideAccept(facts, {
          ...{ menuId, rowId: decision.rowId, firstDueDate: terms.firstDueDate },
          planHash: hash,
        })
  talk.thinking.creditor += performance.now() - start
  return judged
}

function factsOf({ offering, principal, offered, counters }: Talk): AnswerFacts {
  return {
    now: NOW,
    today: offering.offeredOn,
    claim: { state: 'open', conversation: 'negotiating' },
    principal,
    offered: offered.map((menu) => ({ menu, exp: NOW + 1 })),
    offering,
    counters,
  }
}

function record(
  id: string,
  { transcript, thinking }: Talk,
  judged: Exclude<Judgement, { kind: 'offer' }>,
): MatchRecord {
  const debtorOffers = transcript.filter(({ kind }) => kind === 'counter').length
  const agreement = judged.kind === 'agree' ? agreementOf(judged.plan) : null
  return {
    result: { id, agreement, messages: transcript.length, debtorOffers },
    transcript,
    thinking,
  }
}

function agreementOf(plan: PlanTerms): MatchResult['agreement'] {
  const { firstDueDate, instalments, interval, priceBps } = plan
  return { firstDueDate, installments: instalments, interval, priceBps }
}
