// The judge is judged: a run without a fault is clean, and each way to break an invariant is told.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { check } from '../../faults/checker.ts'
import type { Evidence } from '../../faults/evidence.ts'
import type { HistoryLine } from '../../faults/history.ts'

const line = (kind: HistoryLine['kind'], act: number, more: Partial<HistoryLine>): HistoryLine => ({
  ...{ kind, act, at: act * 10, who: 'agents', op: 'parley-accept+jwt', key: 'iss jti', facts: {} },
  ...more,
})

const creditor = { who: 'creditor', op: '/v1/payment-requests', key: 'k1' }
const said = { op: 'parley-accept+jwt', key: 'iss jti' }

const jws = (prev: string | null) =>
  `h.${Buffer.from(JSON.stringify({ prev })).toString('base64url')}.s`
const FIRST = jws(null)
const hashOf = (text: string) =>
  createHash('sha256')
    .update(text.slice(0, text.lastIndexOf('.')))
    .digest('base64url')

const AGREEMENT = {
  ...{ agreement_id: 'a1', claim_id: 'pr_1', total: '500' },
  ...{ in_force: true, offered_another: false },
}

/** One bill, issued, agreed and paid, and one that was withdrawn: nothing is wrong with it. */
const CLEAN: Evidence = {
  history: [
    line('invoke', 1, { ...creditor, facts: { invoiceNumber: 'I-1', newDebtor: 1 } }),
    line('ok', 1, { ...creditor, facts: { id: 'pr_1', reply: 'r1' } }),
    line('invoke', 2, { ...said, facts: { exp: 100, sent: 50, body: 'b1' } }),
    line('ok', 2, { ...said, facts: { agreementId: 'a1', requestId: 'pr_1', reply: 'r2' } }),
    line('invoke', 3, {
      ...creditor,
      op: '/v1/payment-requests/{id}/cancel',
      key: 'k3',
      facts: { path: '/v1/payment-requests/pr_2/cancel' },
    }),
    line('ok', 3, { ...creditor, op: '/v1/payment-requests/{id}/cancel', key: 'k3' }),
  ],
  mails: [{ id: 'm1', to: 'a@example.org', at: 5 }],
  mailings: [
    { message_id: 'm1', claim_id: 'pr_2', step: 's1', state: 'sent', delivery: 'accepted' },
  ],
  told: [
    { id: 'evt_1', type: 'payment-request.issued', claimId: 'pr_1', at: 1 },
    { id: 'evt_2', type: 'negotiation.agreed', claimId: 'pr_1', at: 2 },
    { id: 'evt_3', type: 'payment.announced', claimId: 'pr_1', at: 3 },
    { id: 'evt_4', type: 'payment-request.issued', claimId: 'pr_2', at: 4 },
    { id: 'evt_5', type: 'payment-request.cancelled', claimId: 'pr_2', at: 5 },
  ],
  events: [
    {
      event_id: '1',
      claim_id: 'pr_1',
      type: 'payment-request.issued',
      granted: null,
      status: null,
    },
    { event_id: '2', claim_id: 'pr_1', type: 'negotiation.agreed', granted: null, status: null },
    { event_id: '3', claim_id: 'pr_1', type: 'payment.announced', granted: true, status: 'ACCP' },
    {
      event_id: '4',
      claim_id: 'pr_2',
      type: 'payment-request.issued',
      granted: null,
      status: null,
    },
    {
      event_id: '5',
      claim_id: 'pr_2',
      type: 'payment-request.cancelled',
      granted: null,
      status: null,
    },
  ],
  bookings: [{ key: 'i1', agreementId: 'a1', line: 1, minor: '500', at: 9 }],
  claims: [
    {
      claim_id: 'pr_1',
      invoice_number: 'I-1',
      claim_state: 'open',
      conversation: 'agreed',
      owed: '500',
    },
    {
      claim_id: 'pr_2',
      invoice_number: 'I-2',
      claim_state: 'cancelled',
      conversation: 'sent',
      owed: '7',
    },
  ],
  agreements: [AGREEMENT],
  lines: [
    { claim_id: 'pr_1', line: 1, amount: '500' },
    { claim_id: 'pr_2', line: 1, amount: '7' },
  ],
  messages: [{ thr: 't1', seq: 0, iss: 'iss', jti: 'jti', hash: 'h0', is_theirs: true }],
  threads: [{ thr: 't1', last_seq: 0, last_hash: 'h0' }],
  bundles: [[FIRST, jws(hashOf(FIRST))]],
  debtors: 1,
  left: [],
  logs: ['quiet'],
  oddEnds: [],
  secrets: ['parley_sk_1'],
  mostRssMb: 200,
  foreignSockets: [],
}

const [ISSUE_ASKED, ISSUED, ACCEPT_SAID, ACCEPTED, , WITHDRAWN] = CLEAN.history as [
  HistoryLine,
  HistoryLine,
  HistoryLine,
  HistoryLine,
  HistoryLine,
  HistoryLine,
]
const again = (one: HistoryLine, act: number, more: Partial<HistoryLine>) => ({
  ...one,
  act,
  ...more,
})

const BREAKS: readonly [invariant: string, how: string, change: Partial<Evidence>][] = [
  ['I1', 'an issued bill is gone', { claims: CLEAN.claims.slice(1) }],
  ['I1', 'an agreement is gone', { agreements: [] }],
  ['I1', 'a message is gone', { messages: [] }],
  [
    'I1',
    'a withdrawal is gone',
    { claims: CLEAN.claims.map((it) => ({ ...it, claim_state: 'open' })) },
  ],
  ['I2', 'two agreements', { agreements: [AGREEMENT, { ...AGREEMENT, agreement_id: 'a2' }] }],
  [
    'I2',
    'one that was replaced, and no other plan was offered',
    {
      agreements: [
        { ...AGREEMENT, in_force: false },
        { ...AGREEMENT, agreement_id: 'a2' },
      ],
    },
  ],
  [
    'I2',
    'the agent holds another one',
    {
      history: [
        ...CLEAN.history,
        again(ACCEPTED, 2, { facts: { agreementId: 'a2', requestId: 'pr_1', reply: 'r2' } }),
      ],
    },
  ],
  ['I3', 'a part is missing', { lines: CLEAN.lines.slice(1) }],
  [
    'I4',
    'what nobody agreed to is paid',
    { bookings: CLEAN.bookings.map((it) => ({ ...it, agreementId: 'a2' })) },
  ],
  ['I4', 'a part is paid twice', { bookings: [...CLEAN.bookings, ...CLEAN.bookings] }],
  [
    'I4',
    'another amount is paid',
    { bookings: CLEAN.bookings.map((it) => ({ ...it, minor: '501' })) },
  ],
  [
    'I4',
    'a payment is allowed after the withdrawal',
    {
      events: CLEAN.events.map((it) =>
        it.event_id === '2' ? { ...it, type: 'payment-request.cancelled' } : it,
      ),
    },
  ],
  ['I5', 'a step has two mails', { mails: [...CLEAN.mails, ...CLEAN.mails] }],
  ['I5', 'a mail comes long after the withdrawal', { mails: [{ id: 'm1', to: '', at: 9_000 }] }],
  ['I5', 'an accepted mail never arrived', { mails: [] }],
  [
    'I6',
    'something is agreed after the end',
    {
      events: [
        ...CLEAN.events,
        {
          event_id: '6',
          claim_id: 'pr_2',
          type: 'negotiation.agreed',
          granted: null,
          status: null,
        },
      ],
    },
  ],
  ['I6', 'state and timeline differ', { events: CLEAN.events.slice(0, 4) }],
  [
    'I7',
    'one key, two answers',
    { history: [...CLEAN.history, again(ISSUED, 1, { facts: { id: 'pr_1', reply: 'other' } })] },
  ],
  [
    'I7',
    'taken, then refused',
    { history: [...CLEAN.history, again(ISSUED, 1, { kind: 'fail', facts: { code: 'taken' } })] },
  ],
  [
    'I7',
    'an effect that was never answered',
    {
      history: CLEAN.history.map((it) =>
        it === ISSUED ? { ...it, kind: 'fail' as const, facts: { code: 'taken' } } : it,
      ),
    },
  ],
  ['I7', 'one debtor too many', { debtors: 2 }],
  ['I8', 'one message, two effects', { messages: [...CLEAN.messages, ...CLEAN.messages] }],
  [
    'I8',
    'two contents under one jti',
    {
      history: [
        ...CLEAN.history,
        again(ACCEPT_SAID, 9, { facts: { exp: 100, sent: 50, body: 'b2' } }),
        again(ACCEPTED, 9, {}),
      ],
    },
  ],
  [
    'I8',
    'taken after its term',
    {
      history: CLEAN.history.map((it) =>
        it === ACCEPT_SAID ? { ...it, facts: { ...it.facts, sent: 101 } } : it,
      ),
    },
  ],
  ['I9', 'an event is never told', { told: CLEAN.told.slice(1) }],
  ['I9', 'something is told that never was', { events: CLEAN.events.slice(1) }],
  ['I10', 'a thread has a gap', { threads: [{ thr: 't1', last_seq: 1, last_hash: 'h1' }] }],
  ['I10', 'a bundle is out of order', { bundles: [[FIRST, FIRST]] }],
  ['I11', 'work is left', { left: ['1 × job send-message retry'] }],
  ['I12', 'a secret is in the logs', { logs: ['key parley_sk_1'] }],
  ['I12', 'a connection leads away', { foreignSockets: ['0101A8C0:01BB'] }],
  ['I13', 'a process ends by itself', { oddEnds: ['1'] }],
  ['I13', 'a process is too large', { mostRssMb: 401 }],
  ['I13', 'a rejection is not handled', { logs: ['triggerUncaughtException'] }],
]

describe('the judge of a run', () => {
  it('finds nothing in a clean one, and has looked at everything', () => {
    const { violations, looked } = check(CLEAN)
    expect(violations).toEqual([])
    for (const [invariant, count] of Object.entries(looked)) {
      expect(count, invariant).toBeGreaterThan(0)
    }
  })

  it.each(BREAKS)('%s: %s', (invariant, _, change) => {
    const { violations } = check({ ...CLEAN, ...change })
    expect(violations.map((it) => it.invariant)).toContain(invariant)
  })

  it('takes another plan for what it is', () => {
    const former = { ...AGREEMENT, agreement_id: 'a0', in_force: false, offered_another: true }
    const [, agreed] = CLEAN.events
    const another = {
      ...agreed,
      event_id: '9',
      type: 'plan.replanned',
    } as (typeof CLEAN.events)[number]
    const told = { id: 'evt_9', type: 'plan.replanned', claimId: 'pr_1', at: 9 }
    const changed = {
      agreements: [former, AGREEMENT],
      events: [...CLEAN.events, another],
      told: [...CLEAN.told, told],
    }
    expect(check({ ...CLEAN, ...changed }).violations).toEqual([])
  })

  it('takes a second try for what it is', () => {
    const retried = [
      ...CLEAN.history,
      again(ISSUE_ASKED, 8, {}),
      again(ISSUED, 8, {}),
      again(WITHDRAWN, 3, { kind: 'fail', key: 'k9', facts: { code: 'claim-settled' } }),
    ]
    expect(check({ ...CLEAN, history: retried }).violations).toEqual([])
  })
})
