// That a bank pays once through crashes and new plans, on the days of its rail, and tells what became of it later.

import type { Case } from '../../run/case.ts'
import { bankCase, codesFor, PAYS, sameCode } from './cases.ts'
import type { BankWorld } from './world.ts'

const HOUR = 3600
const DAY = 86_400

const crash = bankCase(
  {
    id: 'BNK-706',
    level: 'MUST',
    clause: 'PAY-05',
    title: 'a bank that dies while the rail has a payment',
    sends:
      'Twenty copies of an agreement; the bank is killed when the rail has booked it; then turns in and after the lease, with twenty copies more.',
    expects: 'One order at the rail, and ACSC once it was looked up.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree()
    const copies = new Array(20).fill(agreement)
    scene.rail.mood = 'book-and-hang'
    await scene.turn({ agreements: copies, crashWhen: scene.rail.nextOrder() })
    trial.same('told before the crash', scene.told(agreement), 'ACCP')
    scene.rail.mood = 'book'
    await scene.turn({ later: 60, agreements: copies })
    trial.same('orders in the next turn', scene.rail.orders.length, 1)
    await scene.turn({ later: HOUR })
    trial.same('orders after the lease', scene.rail.orders.length, 1)
    const told = scene.told(agreement)
    trial.holds('told in the end', /^ACCP( PDNG)* ACSC$/.test(told), told)
  },
)

const superseded = bankCase(
  {
    id: 'BNK-708',
    level: 'MUST',
    clause: 'PAY-07',
    also: ['PAY-22'],
    title: 'another plan takes the place of the first',
    sends:
      'An agreement for tomorrow, an hour later another plan for its request, then the first one again.',
    expects: 'Tomorrow the newer one is paid, once, and the first one never.',
    control: PAYS,
  },
  async (scene, trial) => {
    const former = scene.agree({ dueIn: 1 })
    await scene.turn({ agreements: [former] })
    scene.desk.now += HOUR
    const newer = scene.agree({ dueIn: 1, minor: 7_500n, replaces: former })
    await scene.turn({ agreements: [newer, former] })
    trial.same('payments before the day', scene.booked().length, 0)
    await scene.turn({ later: DAY })
    await scene.turn({ later: DAY })
    const amounts = scene.rail.booked.map(({ amount }) => amount.value)
    trial.same('amounts that were paid', amounts, ['75.00'])
    trial.same('told of the first', scene.told(former), '')
  },
)

const outdated = bankCase(
  {
    id: 'BNK-734',
    level: 'MUST',
    clause: 'PAY-07',
    also: ['PAY-22'],
    title: 'a former plan that comes after the newer one',
    sends: 'The newer plan of a request, then the plan that it replaced.',
    expects: 'The former one is refused with `duplicate-request`; the newer one is paid.',
    control: PAYS,
  },
  async (scene, trial) => {
    const former = scene.agree()
    scene.desk.now += HOUR
    const newer = scene.agree({ minor: 7_500n, replaces: former })
    const turn = await scene.turn({ agreements: [newer, former] })
    sameCode(trial, 'the log says of the former one', codesFor(turn, former), ['duplicate-request'])
    const amounts = scene.rail.booked.map(({ amount }) => amount.value)
    trial.same('amounts that were paid', amounts, ['75.00'])
  },
)

/** The limits beside that of a payment, and what the log calls them. */
const LIMITS = {
  perDay: 'limit-per-day',
  perMonth: 'limit-per-month',
  perCreditorMonth: 'limit-per-creditor-month',
} as const

const LARGE = {
  ...{ currency: 'EUR', perPayment: '200.00', perDay: '1000.00' },
  ...{ perMonth: '5000.00', perCreditorMonth: '5000.00' },
}

const sums: Case<BankWorld> = {
  id: 'BNK-730',
  role: 'bank',
  level: 'MUST',
  clause: 'PAY-08',
  title: 'sums over a day, a month and a creditor hold to the minor unit',
  sends:
    'With 150.00 as one of the limits and 100.00 paid: agreements over 50.01, then over 50.00.',
  expects: 'The larger one waits with the code of that limit, and the smaller one is paid.',
  control: PAYS,
  async run(world, trial) {
    for (const [limit, code] of Object.entries(LIMITS)) {
      await world.play(trial, async (scene) => {
        const customer = { limits: { ...LARGE, [limit]: '150.00' } }
        await scene.turn({ agreements: [scene.agree()], customer })
        const [above, equal] = [scene.agree({ minor: 5_001n }), scene.agree({ minor: 5_000n })]
        const turn = await scene.turn({ later: 60, agreements: [above, equal], customer })
        const amounts = scene.rail.booked.map(({ amount }) => amount.value)
        trial.same(`${limit}: amounts that were paid`, amounts, ['100.00', '50.00'])
        sameCode(trial, `${limit}: the log says`, codesFor(turn, above), [code])
      })
    }
  },
}

const returned = bankCase(
  {
    id: 'BNK-731',
    level: 'MUST',
    clause: 'PAY-15',
    title: 'money that comes back after ACSC',
    sends:
      'A payment that is settled; the next day the rail returns it with AC04, and says so twice.',
    expects: 'RJCT with AC04 under the same fencing number, once, and no second payment.',
    control: PAYS,
  },
  async (scene, trial) => {
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement] })
    trial.same('told at first', scene.told(agreement), 'ACCP ACSC')
    const { agreementId } = agreement.facts
    const back = { do: 'returned', agreementId, line: 1, code: 'AC04' }
    await scene.turn({ later: DAY, orders: [back, back] })
    await scene.turn({ later: DAY })
    trial.same('told in the end', scene.told(agreement), 'ACCP ACSC RJCT')
    const [last] = scene.desk.said.slice(-1)
    trial.same('its reason', last?.claims['reason']?.code, 'AC04')
    trial.same('orders at the rail', scene.rail.orders.length, 1)
  },
)

const unresolved = bankCase(
  {
    id: 'BNK-732',
    level: 'MUST',
    clause: 'PAY-14',
    title: 'an outcome that stays open is brought before a person',
    sends:
      'A payment without an answer, and a rail that does not know for a month what became of it; then it does.',
    expects: 'PDNG, nothing submitted, `unresolved` in the log by then; ACSC when the rail knows.',
    control: PAYS,
  },
  async (scene, trial) => {
    scene.rail.mood = 'book-and-vanish'
    const agreement = scene.agree()
    await scene.turn({ agreements: [agreement] })
    scene.rail.mood = 'book'
    scene.rail.isForgetful = true
    let isTold = false
    for (const days of [1, 7, 23]) {
      const turn = await scene.turn({ later: days * DAY })
      const { agreementId } = agreement.facts
      isTold ||= turn.events.some(
        (one) => one.event === 'unresolved' && one.agreementId === agreementId,
      )
    }
    trial.same('told meanwhile', scene.told(agreement), 'ACCP PDNG')
    trial.holds('the log calls a person', isTold)
    scene.rail.isForgetful = false
    await scene.turn({ later: 60 })
    trial.same('told in the end', scene.told(agreement), 'ACCP PDNG ACSC')
    trial.same('orders at the rail', scene.rail.orders.length, 1)
  },
)

const closed = bankCase(
  {
    id: 'BNK-733',
    level: 'MUST',
    clause: 'DAY-04',
    also: ['PAY-13'],
    title: 'days and hours on which the rail is closed',
    sends:
      'On a rail of TARGET days, an agreement that is due on a Saturday; on one that closes at 16:00, one that is due today and comes at 17:00.',
    expects: 'Each is paid on the next business day, not before, and the log tells that it moved.',
    control: PAYS,
  },
  async (scene, trial) => {
    const railTerms = { opens: 'target-days' }
    const saturday = scene.agree({ dueIn: 5 })
    const turns = [await scene.turn({ agreements: [saturday], railTerms })]
    turns.push(await scene.turn({ later: 5 * DAY, railTerms }))
    turns.push(await scene.turn({ later: DAY, railTerms }))
    trial.same('payments at the weekend', scene.booked().length, 0)
    turns.push(await scene.turn({ later: DAY, railTerms }))
    const daysOf = () => scene.rail.booked.map(({ executionDay }) => executionDay)
    trial.same('day of execution', daysOf(), ['2027-03-08'])
    trial.holds('the log tells that it moved', turns.some(isMoved(saturday.facts)))

    const late = { ...railTerms, cutOff: { time: '16:00', timeZone: 'Europe/Brussels' } }
    const today = scene.agree()
    const evening = await scene.turn({ later: 7 * HOUR, agreements: [today], railTerms: late })
    trial.same('payments after the last hour', scene.booked().length, 1)
    const morning = await scene.turn({ later: 17 * HOUR, railTerms: late })
    trial.same('days of execution', daysOf(), ['2027-03-08', '2027-03-09'])
    trial.holds('the log tells of the evening', [evening, morning].some(isMoved(today.facts)))
  },
)

const isMoved =
  ({ agreementId }: { readonly agreementId: string }) =>
  ({ events }: { readonly events: readonly { event: string; agreementId?: string }[] }): boolean =>
    events.some((one) => one.event === 'moved' && one.agreementId === agreementId)

export const executionCases: readonly Case<BankWorld>[] = [
  ...[crash, superseded, outdated, sums, returned, unresolved, closed],
]
