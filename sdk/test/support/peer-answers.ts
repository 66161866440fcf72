// How a creditor in small answers questions, plans and payments; deviations are made by its switches.

import { deriveAgreement } from '../../src/protocol/agreement.ts'
import type {
  AcceptMessage,
  CounterMessage,
  Menu,
  PaymentMessage,
  PlanTerms,
} from '../../src/protocol/generated/messages.ts'
import {
  agreementSignature,
  assembleGeneralJws,
  parseAmount,
  type SigningKey,
} from '../../src/protocol/index.ts'
import { choosePlan } from '../../src/protocol/menu.ts'
import { problem, reply, said } from './peer-replies.ts'
import type { PeerThread, PeerThreads } from './peer-threads.ts'

/** How the peer behaves; tests change it. */
export interface PeerBehaviour {
  takeCounters: boolean
  /** Menus after the first, in order. */
  laterMenus: Menu[]
  tamperAgreement: (bytes: Uint8Array) => Uint8Array
  /** Answers a message with this problem instead of taking it. */
  problem: { readonly status: number; readonly code: string } | null
  grantLeases: boolean
  leaseReason: string
  leaseSeconds: number
  /** Grants every lease under this number instead of the next. */
  fencing: number | null
  outstanding: string | null
  claim: 'open' | 'settled' | 'cancelled'
  /** Members of every status that answers a payment or a question. */
  statusMembers: object
  quoteMembers: object
  profileMembers: object
  /** Members of the request behind the link. */
  linkMembers: object
}

/** Takes counters, grants leases, and does nothing wrong. */
export function honestBehaviour(): PeerBehaviour {
  return {
    takeCounters: true,
    laterMenus: [],
    tamperAgreement: (bytes) => bytes,
    problem: null,
    grantLeases: true,
    leaseReason: 'LOCK',
    leaseSeconds: 600,
    fencing: null,
    outstanding: null,
    claim: 'open',
    statusMembers: {},
    quoteMembers: {},
    profileMembers: {},
    linkMembers: {},
  }
}

/** Answers what the agent and the bank say; keeps the agreements and the payments. */
export function createPeerAnswers({
  key,
  clock,
  behaviour,
  conversations: { threads, append },
}: {
  readonly key: SigningKey
  readonly clock: () => number
  readonly behaviour: PeerBehaviour
  readonly conversations: PeerThreads
}) {
  const agreements: string[] = []
  const payments: PaymentMessage[] = []
  const leases = new Map<string, number>()

  async function answerInquiry(thread: PeerThread, inquiry: object) {
    const outstanding = thread.request?.amount
    const { asOf, disputed } = inquiry as { asOf?: string; disputed?: object }
    const status = { claim: behaviour.claim, conversation: 'negotiating', outstanding }
    const body =
      asOf === undefined
        ? { ...status, ...(disputed === undefined ? {} : { disputed }), ...behaviour.statusMembers }
        : {
            ...{ revision: 1, asOf, total: outstanding, rounding: 'half-even-per-part' },
            ...{ parts: [{ kind: 'principal', amount: outstanding }], ...behaviour.quoteMembers },
          }
    const kind = asOf === undefined ? 'status' : 'quote'
    return said(await append(thread.request?.thr ?? '', kind, { body }))
  }

  async function answerPlan(thread: PeerThread, answer: AcceptMessage | CounterMessage) {
    if (thread.request === null || thread.menu === null) throw new Error('no request')
    if ('plan' in answer && !behaviour.takeCounters) return nextMenu(thread)
    const chosen =
      'plan' in answer
        ? { ok: true as const, value: answer.plan as PlanTerms }
        : choosePlan(thread.menu, answer.rowId, answer.firstDueDate)
    if (!chosen.ok) return problem(422, chosen.error.code)
    const principal = parseAmount(thread.request.amount)
    if (!principal.ok || answer.prev === null) throw new Error('bad request')
    const { jti, iat, prev, payBy } = answer
    const { bytes } = await deriveAgreement({
      request: thread.request,
      principal: principal.value,
      plan: chosen.value,
      answer: { jti, iat, prev, ...(payBy ? { payBy } : {}) },
    })
    const signed = behaviour.tamperAgreement(bytes)
    const own = await agreementSignature(signed, 'parley-agreement+jwt', key)
    const general = assembleGeneralJws(signed, [own, answer.agreementSignature])
    const text = JSON.stringify(general)
    agreements.push(text)
    return reply('application/jose+json', text)
  }

  async function nextMenu(thread: PeerThread) {
    const thr = [...threads].find(([, one]) => one === thread)?.[0] ?? ''
    const menu = behaviour.laterMenus.shift()
    if (menu === undefined) {
      const status = { claim: 'open', conversation: 'impasse', outstanding: thread.request?.amount }
      return said(await append(thr, 'status', { body: status }))
    }
    thread.menu = menu
    return said(await append(thr, 'menu', { body: { menu } }))
  }

  async function answerPayment(payment: PaymentMessage) {
    payments.push(payment)
    const { thr, line, requestId, agreementId, amount } = payment
    const outstanding = { ...amount, value: behaviour.outstanding ?? amount.value }
    const { claim } = behaviour
    const fencing = behaviour.fencing ?? (leases.get(thr) ?? 0) + 1
    const until = clock() + behaviour.leaseSeconds
    const lease = behaviour.grantLeases
      ? { line, granted: true, fencing, until }
      : { line, granted: false, reason: { code: behaviour.leaseReason } }
    if (payment.status === 'ACCP') leases.set(thr, fencing)
    const state = { requestId, agreementId, claim, conversation: 'agreed', outstanding }
    const body = { ...state, ...behaviour.statusMembers }
    const withLease = payment.status === 'ACCP' ? { ...body, lease } : body
    return said(await append(thr, 'status', { body: withLease }))
  }

  return { agreements, payments, answerInquiry, answerPlan, nextMenu, answerPayment }
}
