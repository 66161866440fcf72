// What a person allows an agent: limits over everything under way, questions, duplicates, reasons.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ASK_REASONS,
  type AskDecision,
  type AskReason,
  type Commitment,
  DECLINE_REASONS,
  type Decision,
  type DecisionFacts,
  type DecisionHistory,
  type DecisionPolicy,
  decide,
  explainDecision,
  type PersonChoice,
  type PersonQuestion,
} from '../../src/index.ts'
import { addDays, parseAmount } from '../../src/protocol/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { CASH_FLOW, IBAN, MENU, POLICY, ROW, TODAY } from '../support/fixtures.ts'

const HISTORY: DecisionHistory = {
  ...{ counterMade: true, answersMade: 0, confirmed: false, partlyPaid: false },
  commitments: [],
}
const ON_THE_TENTH = { ...MENU, rows: [{ ...ROW, firstDueTo: ROW.firstDueFrom }] }
const FACTS: DecisionFacts = {
  principal: { minor: 10_000n, currency: 'EUR' },
  menu: ON_THE_TENTH,
  today: TODAY,
  cashFlow: CASH_FLOW,
  policy: POLICY,
  history: HISTORY,
}

function outcome(policy: Partial<DecisionPolicy>, history: Partial<DecisionHistory> = {}): string {
  const decision = decide({
    ...FACTS,
    policy: { ...POLICY, ...policy },
    history: { ...HISTORY, ...history },
  })
  return decision.kind === 'decline' || decision.kind === 'ask' ? decision.reason : decision.kind
}

describe('a limit of the person', () => {
  const promised = { commitments: [{ day: '2026-03-10', amount: 5_000n, creditor: 'a' }] }
  const spent = { spent: [{ day: '2026-03-01', amount: 5_000n, creditor: 'a' }] }
  const own = { creditor: 'a' }

  it.each([
    ['a day, reached', { perDay: 15_000n }, promised, 'accept'],
    ['a day, a cent too little', { perDay: 14_999n }, promised, 'day-limit'],
    ['a day on which something else left', { perDay: 14_999n }, spent, 'accept'],
    ['a month, reached', { perMonth: 15_000n }, spent, 'accept'],
    ['a month, with what has left', { perMonth: 14_999n }, spent, 'month-limit'],
    ['a month, with what is promised', { perMonth: 14_999n }, promised, 'month-limit'],
    ['a creditor, reached', { perCreditorMonth: 15_000n }, { ...promised, ...own }, 'accept'],
    ['a creditor', { perCreditorMonth: 14_999n }, { ...promised, ...own }, 'creditor-limit'],
    [
      'a creditor, with what has left',
      { perCreditorMonth: 14_999n },
      { ...spent, ...own },
      'creditor-limit',
    ],
    ['another creditor', { perCreditorMonth: 14_999n }, { ...promised, creditor: 'b' }, 'accept'],
    ['a payment, reached', { perPayment: 10_000n }, {}, 'accept'],
    ['a payment, a cent too little', { perPayment: 9_999n }, {}, 'payment-limit'],
  ] as const)('for %s', (_, policy, history, expected) => {
    expect(outcome(policy, history)).toBe(expected)
  })

  it('is never exceeded by a bill that is agreed to, whatever is under way', () => {
    const limit = fc.option(fc.bigInt(0n, 60_000n), { nil: undefined })
    const payment = fc.record({
      day: fc.integer({ min: -30, max: 150 }).map((days) => addDays(TODAY, days)),
      amount: fc.bigInt(1n, 20_000n),
      creditor: fc.constantFrom('a', 'b'),
    })
    const limits = fc.record({ perDay: limit, perMonth: limit, perCreditorMonth: limit })
    const payments = fc.array(payment, { maxLength: 8 })
    fc.assert(
      fc.property(
        limits,
        payments,
        payments,
        fc.bigInt(1n, 60_000n),
        (given, commitments, spent, minor) => {
          const policy = { ...POLICY, buffer: -10_000_000n, ...withoutUndefined(given) }
          const history = { ...HISTORY, commitments, spent, creditor: 'a' }
          const principal = { minor, currency: 'EUR' }
          const decision = decide({ ...FACTS, menu: MENU, principal, policy, history })
          if (decision.kind !== 'accept') return
          const lines = decision.plan.lines.map(({ dueDate, amount }) => {
            const parsed = parseAmount(amount)
            return { day: dueDate, amount: parsed.ok ? parsed.value.minor : 0n, creditor: 'a' }
          })
          const due = commitments.map((one) => (one.day < TODAY ? { ...one, day: TODAY } : one))
          const all = [...due, ...spent, ...lines]
          for (const { day } of lines) {
            const month = all.filter((one) => one.day.slice(0, 7) === day.slice(0, 7))
            expectWithin(sum(all.filter((one) => one.day === day)), policy.perDay)
            expectWithin(sum(month), policy.perMonth)
            expectWithin(
              sum(month.filter(({ creditor }) => creditor === 'a')),
              policy.perCreditorMonth,
            )
          }
        },
      ),
    )
  })

  it('of a month counts what receipts say has left', async () => {
    const policy = { ...POLICY, perMonth: 30_000n }
    const { agent, peer, push } = await createAgentWorld({ policy })
    const menu = {
      ...MENU,
      rows: [{ ...ROW, firstDueFrom: '2026-03-28', firstDueTo: '2026-03-28' }],
    }
    const first = await peer.request({ menu })
    await push(first)
    await agent.idle()
    const [thread] = await agent.threads()
    const euro = (value: string) => ({ value, currency: 'EUR' })
    await push(
      await peer.next(thread?.thr ?? '', 'receipt', {
        ...{ receiptId: 'rc1', amount: euro('240.00'), receivedOn: '2026-03-20' },
        ...{ allocations: [{ line: 1, amount: euro('240.00') }], overpaid: euro('0.00') },
        outstanding: euro('0.00'),
      }),
    )
    peer.behaviour.takeCounters = false
    await push(await peer.request({ menu, amount: euro('60.00') }))
    await push(await peer.request({ menu, amount: euro('60.01') }))
    await agent.idle()
    const kinds = (await agent.decisions()).map(({ decision }) => decision.kind)
    expect(kinds.slice(0, 2)).toEqual(['accept', 'accept'])
    expect(kinds[2]).not.toBe('accept')
  })
})

describe('a question to the person', () => {
  it.each([
    ['look-alike', { warnings: [{ code: 'look-alike', looksLike: 'Stadtwerke' }] }],
    ['account-change', { warnings: [{ code: 'account-change', iban: IBAN }] }],
    [
      'possible-duplicate',
      { warnings: [{ code: 'possible-duplicate', of: 'req_1', because: 'reference' }] },
    ],
    ['disputed', { disputed: true }],
    ['partly-paid', { partlyPaid: true }],
    ['answers', { answersMade: 6 }],
  ] as const)('comes before agreeing for %s, and the yes settles it', (reason, history) => {
    expect(outcome({}, history)).toBe(reason)
    expect(outcome({}, { ...history, confirmed: true })).toBe('accept')
    expect(outcome({})).toBe('accept')
  })

  it('is put through the hook of the app, and acted upon', async () => {
    const asked: PersonQuestion[] = []
    const { agent, peer, push } = await createAgentWorld({
      policy: { ...POLICY, askAbove: 23_999n },
      async askPerson(question) {
        asked.push(question)
        return { kind: 'approve' }
      },
    })
    await push(await peer.request())
    await agent.idle()
    expect(asked).toMatchObject([
      { request: { amount: { value: '240.00' } }, decision: { kind: 'ask', reason: 'amount' } },
    ])
    expect(peer.agreements).toHaveLength(1)
  })

  it('is not put at the limit itself', async () => {
    const { agent, peer, push } = await createAgentWorld({
      policy: { ...POLICY, askAbove: 24_000n },
      askPerson: () => Promise.reject(new Error('nobody is to be asked')),
    })
    await push(await peer.request())
    await agent.idle()
    expect(peer.agreements).toHaveLength(1)
  })

  it('stays open without an answer, is put again by the next process, and once at a time', async () => {
    let answer: PersonChoice | null = null
    let asked = 0
    const askPerson = async () => {
      asked++
      return answer
    }
    const world = await createAgentWorld({ policy: { ...POLICY, askAbove: 1n }, askPerson })
    await world.push(await world.peer.request())
    await world.agent.idle()
    expect(await world.agent.threads()).toMatchObject([{ stage: 'asking' }])
    answer = { kind: 'decline' }
    const next = world.restart()
    await Promise.all([next.resume(), next.resume()])
    await next.idle()
    expect(asked).toBe(2)
    expect((await next.decisions()).at(-1)?.decision).toMatchObject({ kind: 'decline' })
  })
})

describe('a bill that was paid before', () => {
  const reference = { scheme: 'SCOR' as const, reference: 'RF18539007547034' }

  it('is flagged under a new id, and asks the person', async () => {
    const { agent, peer, push } = await createAgentWorld()
    await push(await peer.request({ remittance: reference }))
    await agent.idle()
    await push(await peer.request({ remittance: reference }))
    await agent.idle()
    const [first, second] = (await agent.decisions()).map(({ decision }) => decision)
    expect(first).toMatchObject({ kind: 'accept' })
    expect(second).toMatchObject({ kind: 'ask', reason: 'possible-duplicate' })
    expect(peer.agreements).toHaveLength(1)
  })

  it('is another bill under another reference', async () => {
    const { agent, peer, push } = await createAgentWorld()
    await push(await peer.request({ remittance: reference }))
    await push(await peer.request())
    await agent.idle()
    expect(peer.agreements).toHaveLength(2)
  })
})

describe('the reasons of a decision', () => {
  const { plan } = decide(FACTS) as Extract<Decision, { kind: 'accept' }>
  const sentence = /^I [^\n]{20,}\.$/

  it.each(ASK_REASONS)('are told in words when it asks for %s', (reason) => {
    const ask: AskDecision = {
      ...{ kind: 'ask', menuId: 'm', reason, amount: { value: '1.00', currency: 'EUR' } },
      ...{ warnings: [], proposal: null },
    }
    expect(explainDecision(ask)).toMatch(sentence)
    expect(explainDecision(ask)).not.toContain('undefined')
  })

  it.each(DECLINE_REASONS)('are told in words when it declines for %s', (reason) => {
    const decline = { kind: 'decline', menuId: 'm', nothingAcceptable: true, reason } as const
    const counter = { kind: 'counter', menuId: 'm', plan, reason } as const
    for (const decision of [decline, counter]) {
      expect(explainDecision(decision)).toMatch(sentence)
      expect(explainDecision(decision)).not.toContain('undefined')
    }
  })

  it('are told apart', () => {
    const texts = ASK_REASONS.map((reason: AskReason) =>
      explainDecision({
        ...{ kind: 'ask', menuId: 'm', reason, amount: { value: '1.00', currency: 'EUR' } },
        ...{ warnings: [], proposal: null },
      }),
    )
    expect(new Set(texts).size).toBe(ASK_REASONS.length)
  })
})

function sum(payments: readonly Commitment[]): bigint {
  return payments.reduce((so, { amount }) => so + amount, 0n)
}

function expectWithin(amount: bigint, limit: bigint | undefined): void {
  if (limit !== undefined) expect(amount).toBeLessThanOrEqual(limit)
}

function withoutUndefined(
  limits: Readonly<Record<string, bigint | undefined>>,
): Partial<DecisionPolicy> {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
}
