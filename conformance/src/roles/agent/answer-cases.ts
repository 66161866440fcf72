// What an agent says when it is asked, and what it never says.
import { dayAfter, menuOf, singleRow } from '../../play/bill.ts'
import type { Case } from '../../run/case.ts'
import { amountOf } from '../../wire/money.ts'
import { AGREES, answersOf, bindingIn, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const CANARIES = ['Xanthippe Quokkasdottir', 'NL02CANA0123456789', 'salary 4711.08']

const canaries = sceneCase(
  {
    id: 'AGT-622',
    level: 'MUST',
    clause: 'NEG-12',
    title: 'nothing of the person goes over the wire',
    sends:
      'An order that tells the agent about the person, and bills to accept, to decline and to ask about.',
    expects: 'No request of the agent has anything of it.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const fee = { ...singleRow(creditor.now), priceBps: 500 }
    const person = { name: CANARIES[0], account: CANARIES[1], note: CANARIES[2] }
    const bills = [{}, { menu: menuOf([fee]) }, { amount: amountOf(90_000n, 'EUR') }]
    await scene.bills(bills, { context: { person } })
    trial.holds('the agent answered', answersOf(scene).includes('accept'))
    const sent = creditor.host.received.map(({ target, headers, body }) =>
      [target, JSON.stringify(headers), body.toString(), ...payloadsIn(body.toString())].join(' '),
    )
    for (const canary of CANARIES) {
      trial.holds(
        `${canary.split(' ')[0]} stays with the agent`,
        !sent.some((one) => one.includes(canary)),
      )
    }
  },
)

const proof = sceneCase(
  {
    id: 'AGT-611',
    level: 'SHOULD',
    clause: 'FRD-04',
    title: 'a reminder of a paid bill is answered with a dispute',
    sends: 'After an agreement a receipt over everything, then a reminder of the same bill.',
    expects: 'A dispute over its total with the reason PAID; no answer that binds the person.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    const { bill } = thread
    const nothing = amountOf(0n, 'EUR')
    const receipt = {
      ...{ requestId: bill.requestId, receiptId: 'rc_1', amount: bill.amount },
      ...{
        receivedOn: dayAfter(creditor.now, 0),
        allocations: [],
        overpaid: nothing,
        outstanding: nothing,
      },
    }
    const reminder = {
      ...{ requestId: bill.requestId, revision: 1, dunning: { ...bill.dunning, level: 1 } },
      ...{ dueDate: bill.dueDate, total: bill.amount },
      ...{ parts: [{ kind: 'principal', amount: bill.amount }], menu: bill.menu },
    }
    await scene.turn({
      later: 60,
      before: () =>
        creditor.deliver(
          creditor.next(thread, 'receipt', receipt),
          creditor.next(thread, 'reminder', reminder),
        ),
    })
    trial.same('answers that bind', bindingIn(scene, thread), 'accept')
    const disputes = scene.saidIn(thread).filter(({ kind }) => kind === 'dispute')
    trial.same(
      'disputes',
      disputes.map(({ claims }) => [claims['reason'].code, claims['disputed'].value]),
      [['PAID', bill.amount.value]],
    )
  },
)

const cancelled = sceneCase(
  {
    id: 'AGT-632',
    level: 'MUST',
    clause: 'STA-03',
    title: 'a cancellation is answered',
    sends: 'A bill, and its cancellation with a reason.',
    expects: 'A `cancelled` in the thread, and no answer that binds the person afterwards.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill({ amount: amountOf(90_000n, 'EUR') })
    const cancel = { requestId: thread.bill.requestId, reason: { code: 'CUST' } }
    await scene.turn({
      later: 60,
      before: () => creditor.deliver(creditor.next(thread, 'cancel', cancel)),
    })
    const said = scene.saidIn(thread).filter(({ kind }) => kind === 'cancelled')
    trial.same(
      'the answer',
      said.map(({ claims }) => claims['status']),
      ['CNCL'],
    )
    trial.same('answers that bind', bindingIn(scene, thread), '')
  },
)

const credit = sceneCase(
  {
    id: 'AGT-635',
    level: 'MUST',
    clause: 'CRD-04',
    title: 'no other account for money that comes back',
    sends: 'A credit that may be refunded to its origin or to another account, about a bill.',
    expects: 'If the agent chooses by itself, it names no account.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    const { thread } = await scene.bill()
    const { requestId, amount } = thread.bill
    const owed = {
      ...{
        requestId,
        creditId: 'cd_1',
        amount,
        choices: ['refund-to-origin', 'refund-to-account'],
      },
      ...{ defaultChoice: 'refund-to-origin', defaultOn: dayAfter(creditor.now, 30) },
    }
    await scene.turn({
      later: 60,
      before: () => creditor.deliver(creditor.next(thread, 'credit', owed)),
    })
    const chosen = scene.saidIn(thread).filter(({ kind }) => kind === 'credit-choice')
    const named = chosen.filter(
      ({ claims }) => claims['account'] !== undefined || claims['choice'] === 'refund-to-account',
    )
    trial.same('choices that name an account', named.length, 0)
  },
)

/** Payloads of the messages in a body, as text. */
function payloadsIn(body: string): string[] {
  return (body.match(/[A-Za-z0-9_-]{40,}/g) ?? []).map((part) =>
    Buffer.from(part, 'base64url').toString(),
  )
}

export const answerCases: readonly Case<AgentWorld>[] = [canaries, proof, cancelled, credit]
