// That a bank pays each line once, on its day, inside the limits, under a lease, and tells what became of it.
import { CREDITOR } from '../../play/bill.ts'
import type { Asked } from '../../play/lease-desk.ts'
import { problem } from '../../play/replies.ts'
import type { Case } from '../../run/case.ts'
import { amountOf } from '../../wire/money.ts'
import { bankCase, codesFor, PAYS, sameCode } from './cases.ts'
import type { BankWorld } from './world.ts'

const DAY = 86_400

const pays = bankCase(
  {
    id: PAYS,
    level: 'MUST',
    clause: 'PAY-04',
    also: ['PAY-20'],
    title: 'an agreement is paid once, as it says',
    sends:
      'An agreement that is due today, inside all limits; the same one again, in this turn and in two more.',
    expects:
      'A lease, one payment with the amount, account, end-to-end id and reference of the agreement, and ACSC.',
  },
  async (scene, trial) => {
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement, agreement, agreement] })
    await scene.turn({ later: 60, agreements: [agreement] })
    await scene.turn({ later: DAY })
    trial.same('what the creditor was told', scene.told(agreement), 'ACCP ACSC')
    trial.same('payments', scene.rail.orders.length, 1)
    const [order] = scene.rail.booked
    const [line] = agreement.facts.lines
    trial.same('amount', order?.amount, line?.amount)
    trial.holds('end-to-end id', order?.endToEndId === line?.endToEndId, 'another one')
    trial.same('account', order?.creditor.iban, CREDITOR.account.iban)
    const { reference } = agreement.facts.remittance
    trial.holds('reference', order?.reference === reference, 'another one')
  },
)

const instalments = bankCase(
  {
    id: 'BNK-710',
    level: 'MUST',
    clause: 'PAY-07',
    title: 'each line once, and none before its day',
    sends: 'An agreement over three weekly lines; turns on the days around each.',
    expects: 'One payment on each day, in order.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree({ minor: 10_000n, plan: { instalments: 3, interval: 'P1W' } })
    const after: number[] = []
    await scene.turn({ agreements: [agreement] })
    after.push(scene.booked().length)
    for (const days of [6, 1, 6, 1, 1]) {
      await scene.turn({ later: days * DAY })
      after.push(scene.booked().length)
    }
    trial.same('payments after 0, 6, 7, 13, 14 and 15 days', after, [1, 1, 2, 2, 3, 3])
    const ids = agreement.facts.lines.map(({ endToEndId }) => endToEndId)
    trial.holds(
      'each line once',
      String(scene.booked()) === String(ids),
      'in another order, or others',
    )
  },
)

const late = bankCase(
  {
    id: 'BNK-714',
    level: 'MUST',
    clause: 'PAY-13',
    title: 'a line that is found late is paid at once, and this is told',
    sends: 'An agreement whose day was yesterday.',
    expects: 'It is paid today, and the log tells the customer that the day has moved.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree({ dueIn: -1 })
    const turn = await scene.turn({ agreements: [agreement] })
    trial.same('payments', scene.booked().length, 1)
    trial.same('day of execution', scene.rail.booked[0]?.executionDay, '2027-03-01')
    trial.holds(
      'the log tells that the day moved',
      turn.events.some(({ event }) => event === 'moved'),
    )
  },
)

const limit = bankCase(
  {
    id: 'BNK-712',
    level: 'MUST',
    clause: 'PAY-08',
    title: 'a limit holds to the minor unit',
    sends: 'Agreements over exactly the limit of a payment, and over one cent more.',
    expects: 'The first is paid, the second is not.',
    control: PAYS,
  },
  async (scene, trial) => {
    const [equal, above] = [scene.agree({ minor: 20_000n }), scene.agree({ minor: 20_001n })]
    const turn = await scene.turn({ agreements: [equal, above] })
    trial.same(
      'amounts that were paid',
      scene.rail.booked.map(({ amount }) => amount.value),
      ['200.00'],
    )
    sameCode(trial, 'the log says', codesFor(turn, above), ['limit-per-payment'])
  },
)

const together = bankCase(
  {
    id: 'BNK-726',
    level: 'MUST',
    clause: 'PAY-08',
    title: 'limits count what is under way together',
    sends: 'With 100 a day, two agreements of 60 that are due today.',
    expects: 'Exactly one is paid; also when the rail gives no answer to the first.',
    control: PAYS,
  },
  async (scene, trial) => {
    const limits = {
      ...{ currency: 'EUR', perPayment: '200.00', perDay: '100.00' },
      perMonth: '5000.00',
      perCreditorMonth: '5000.00',
    }
    scene.rail.mood = 'book-and-vanish'
    const agreements = [scene.agree({ minor: 6_000n }), scene.agree({ minor: 6_000n })]
    await scene.turn({ agreements, customer: { limits } })
    scene.rail.mood = 'book'
    await scene.turn({ later: 60, customer: { limits } })
    trial.same('payments', scene.booked().length, 1)
  },
)

const currency = bankCase(
  {
    id: 'BNK-713',
    level: 'MUST',
    clause: 'PAY-08',
    also: ['PAY-19'],
    title: 'another currency than the customer allows',
    sends: 'An agreement in dollars.',
    expects: 'It is not paid, and the log says why.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree({ currency: 'USD' })
    const turn = await scene.turn({ agreements: [agreement] })
    trial.same('payments', scene.booked().length, 0)
    sameCode(trial, 'the log says', codesFor(turn, agreement), ['currency'])
  },
)

/** What a creditor says of a claim when it is asked for a lease, and nothing may be paid; what the log says then. */
const REFUSING: readonly {
  readonly what: string
  readonly code: string
  readonly members: (asked: Asked) => object
}[] = [
  {
    what: 'the claim is cancelled',
    code: 'claim-cancelled',
    members: () => ({ claim: 'cancelled' }),
  },
  {
    what: 'the claim is settled',
    code: 'claim-settled',
    members: ({ agreement }) => ({
      claim: 'settled',
      outstanding: amountOf(0n, agreement.principal.currency),
    }),
  },
  {
    what: 'all of it is disputed',
    code: 'disputed',
    members: ({ agreement }) => ({ disputed: agreement.principal }),
  },
  {
    what: 'a cent of it is disputed',
    code: 'disputed',
    members: () => ({ disputed: amountOf(1n, 'EUR') }),
  },
  {
    what: 'another agreement is in force',
    code: 'agreement-superseded',
    members: () => ({ agreementId: 'B'.repeat(43) }),
  },
  {
    what: 'a cent less is owed than the line',
    code: 'paid-otherwise',
    members: () => ({ outstanding: amountOf(9_999n, 'EUR') }),
  },
  {
    what: 'no lease is granted',
    code: 'lease-PDNG',
    members: () => ({ lease: { line: 1, granted: false, reason: { code: 'PDNG' } } }),
  },
  {
    what: 'the lease is over',
    code: 'lease-expired',
    members: ({ status, said }) => ({ lease: leaseOf(status, { until: said.claims.iat - 1 }) }),
  },
  {
    what: 'the lease is of another line',
    code: 'lease-refused',
    members: ({ status }) => ({ lease: leaseOf(status, { line: 2 }) }),
  },
  {
    what: 'the lease has no number',
    code: 'lease-refused',
    members: ({ status }) => ({ lease: leaseOf(status, { fencing: undefined }) }),
  },
]

function leaseOf({ lease }: Asked['status'], change: object): object {
  return { ...(lease as object), ...change }
}

const leases = bankCase(
  {
    id: 'BNK-709',
    level: 'MUST',
    clause: 'PAY-03',
    title: 'what the creditor says at execution decides',
    sends:
      'To requests for a lease: claims that are closed, disputed or paid, other agreements, leases that are none.',
    expects:
      'None of them is paid, each with its code in the log, and the good one in the same turn is.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreements = REFUSING.map(() => scene.agree())
    const good = scene.agree()
    scene.desk.script = (asked) => {
      const at = agreements.findIndex(
        ({ facts }) => facts.agreementId === asked.agreement.agreementId,
      )
      const refusing = REFUSING[at]
      if (refusing === undefined || asked.said.claims['status'] !== 'ACCP') return undefined
      return { members: refusing.members(asked) }
    }
    const turn = await scene.turn({ agreements: [...agreements, good] })
    for (const [index, { what, code }] of REFUSING.entries()) {
      sameCode(trial, `${what}: the log says`, codesFor(turn, agreements[index] ?? good), [code])
    }
    const [line] = good.facts.lines
    trial.holds(
      'only the good one is paid',
      String(scene.booked()) === line?.endToEndId,
      'others are, or it is not',
    )
  },
)

const vanished = bankCase(
  {
    id: 'BNK-716',
    level: 'MUST',
    clause: 'PAY-05',
    title: 'a rail that gives no answer is asked, not paid again',
    sends: 'A payment that the rail books without an answer; later it can be looked up.',
    expects: 'PDNG, no second payment, then ACSC once it is found.',
    control: PAYS,
  },
  async (scene, trial) => {
    scene.rail.mood = 'book-and-vanish'
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement] })
    trial.same('told at first', scene.told(agreement), 'ACCP PDNG')
    scene.rail.mood = 'book'
    await scene.turn({ later: 60 })
    await scene.turn({ later: DAY })
    trial.same('told at last', scene.told(agreement), 'ACCP PDNG ACSC')
    trial.same('orders at the rail', scene.rail.orders.length, 1)
  },
)

const unknown = bankCase(
  {
    id: 'BNK-727',
    level: 'MUST',
    clause: 'PAY-05',
    title: 'not found counts from the end of the lease on',
    sends:
      'A payment that got lost on the way to the rail; the rail does not find it, a minute and an hour later.',
    expects:
      'Nothing is submitted while the lease lives; then RJCT, and one payment under a new lease.',
    control: PAYS,
  },
  async (scene, trial) => {
    scene.rail.mood = 'vanish'
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement] })
    scene.rail.mood = 'book'
    await scene.turn({ later: 60 })
    trial.same('orders while the lease lives', scene.rail.orders.length, 1)
    await scene.turn({ later: 3600 })
    await scene.turn({ later: DAY })
    trial.same('payments in the end', scene.booked().length, 1)
    trial.same('told in the end', scene.told(agreement), 'ACCP PDNG RJCT ACCP ACSC')
  },
)

const rejected = bankCase(
  {
    id: 'BNK-717',
    level: 'MUST',
    clause: 'PAY-06',
    title: 'a payment that the rail rejects is reported',
    sends: 'A payment that the rail rejects with AC04.',
    expects: 'RJCT with the fencing number, and no second payment in the next turn.',
    control: PAYS,
  },
  async (scene, trial) => {
    scene.rail.mood = 'reject'
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement] })
    await scene.turn({ later: 60 })
    trial.same('told', scene.told(agreement), 'ACCP RJCT')
    trial.same('its reason', scene.desk.said.at(-1)?.claims['reason']?.code, 'AC04')
    trial.same('orders at the rail', scene.rail.orders.length, 1)
  },
)

const lost = bankCase(
  {
    id: 'BNK-718',
    level: 'MUST',
    clause: 'THR-04',
    title: 'answers of the creditor that get lost',
    sends: 'No answer to the request for a lease, a page, 503; then no answer to the report.',
    expects: 'The same bytes again, one payment, and one report in the end.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree()
    const bad = [
      'cut',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' },
      problem(503, 'busy'),
    ] as const
    for (const [index, answer] of bad.entries()) {
      scene.desk.script = () => answer
      await scene.turn(index === 0 ? { agreements: [agreement] } : { later: 60 })
      trial.same('payments without a lease', scene.booked().length, 0)
    }
    scene.desk.script = ({ said }) => (said.claims['status'] === 'ACSC' ? 'cut' : undefined)
    await scene.turn({ later: 60 })
    scene.desk.script = null
    await scene.turn({ later: 60 })
    trial.same('told, repeats left out', scene.told(agreement), 'ACCP ACSC')
    trial.same('payments', scene.booked().length, 1)
  },
)

const switches = bankCase(
  {
    id: 'BNK-722',
    level: 'MUST',
    clause: 'PAY-09',
    title: 'the operator’s switches',
    sends:
      'Agreements while a creditor is stopped, then while everything is; then both are let go on.',
    expects: 'No payment while a switch is turned, and each agreement is paid afterwards.',
    control: PAYS,
  },
  async (scene, trial) => {
    const creditor = { creditorId: CREDITOR.id }
    await scene.turn({
      agreements: [scene.agree()],
      orders: [{ do: 'stop-creditor', ...creditor }],
    })
    trial.same('payments while the creditor is stopped', scene.booked().length, 0)
    await scene.turn({
      later: 60,
      orders: [{ do: 'resume-creditor', ...creditor }, { do: 'stop-bank' }],
    })
    trial.same('payments while everything is stopped', scene.booked().length, 0)
    await scene.turn({ later: 60, orders: [{ do: 'resume-bank' }] })
    trial.same('payments afterwards', scene.booked().length, 1)
  },
)

const payees = bankCase(
  {
    id: 'BNK-705',
    level: 'MUST',
    clause: 'PAY-12',
    title: 'a payee whose bank names another one',
    sends: 'An agreement whose payee’s bank answers close match, then one with no match.',
    expects: 'Neither is paid: the customer is asked.',
    control: PAYS,
  },
  async (scene, trial) => {
    for (const answer of ['close-match', 'no-match'] as const) {
      scene.rail.payee = answer
      const agreement = scene.agree()
      const turn = await scene.turn({ later: 60, agreements: [agreement] })
      trial.same(`${answer}: payments`, scene.booked().length, 0)
      const code = `payee-${answer}`
      sameCode(trial, `${answer}: the log says`, codesFor(turn, agreement), [code])
    }
  },
)

export const paymentCases: readonly Case<BankWorld>[] = [
  ...[pays, instalments, late, limit, together, currency, leases, vanished, unknown, rejected],
  ...[lost, switches, payees],
]
