// What stands in the menus of a server, and what must not.
import { after } from '../../play/agent.ts'
import { type Menu, type OfferedRequest, signCounter, signDecline } from '../../play/answers.ts'
import type { Case } from '../../run/case.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import type { Reply } from '../../wire/client.ts'
import { plusDays } from '../../wire/days.ts'
import { envelopeRows } from '../../wire/envelope.ts'
import { planOf } from '../../wire/plan.ts'
import { AGREED, answering, payloadIn, rowOf } from './talk.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

const menuIn = (reply: Reply) => payloadIn(reply)['menu'] as Menu

/** Every plan of a row, as keys: `<row without window>/<day>`. */
function* plansOf({ rows }: Pick<Menu, 'rows'>): Generator<string> {
  for (const row of rows) {
    for (let day = row.firstDueFrom; day <= row.firstDueTo; day = plusDays(day, 1)) {
      yield JSON.stringify(planOf(row, day))
    }
  }
}

/** Declines until the final menu, and returns every menu with the place after the last. */
async function everyMenu(world: ServerWorld, conversation: Conversation) {
  const { agent, payload } = conversation
  const menus = [payload['menu'] as Menu]
  let { place } = conversation
  while (menus.at(-1)?.final !== true) {
    const request = payload as unknown as OfferedRequest
    const talk = { agent, seeded: {} as never, now: world.now(), request, place }
    const reply = await agent.post(signDecline(talk, menus.at(-1) as Menu, false))
    if (saidBy(reply) !== '200 menu') {
      throw new CaseIncomplete(`a decline got ${saidBy(reply)}, not the next menu`)
    }
    menus.push(menuIn(reply))
    place = after(reply.text)
    if (menus.length > 6) break
  }
  return { menus, place }
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? number))
}

export const menuCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-233',
    level: 'MUST',
    clause: 'NEG-03',
    also: ['NEG-16', 'NEG-04'],
    title: 'a later menu has every plan of the one before',
    sends: 'Declines until the final menu.',
    expects:
      'Each menu has every plan of the former, is the next tier, names the same policy and the same envelope; at most six.',
    async run(world, trial) {
      const conversation = await world.converse(trial, { value: '600.00' })
      const { menus } = await everyMenu(world, conversation)
      trial.holds('menus', menus.length >= 1 && menus.length <= 6, `${menus.length}`)
      const neighbour = (await world.converse(trial)).payload['menu'] as Menu
      trial.holds(
        'another debtor has the same policy',
        neighbour.policyHash === menus[0]?.policyHash,
      )
      trial.same('tiers rise', isRising(menus.map(({ tier }) => tier)), true)
      trial.same('the last is final', menus.at(-1)?.final, true)
      for (const [index, menu] of menus.entries()) {
        const former = menus[index - 1]
        if (former === undefined) continue
        const plans = new Set(plansOf(menu))
        const lost = [...plansOf(former)].filter((plan) => !plans.has(plan))
        trial.same(`plans that menu ${index} lost`, lost.length, 0)
        const isSame = ['policyVersion', 'policyHash', 'envelope'].every(
          (name) =>
            JSON.stringify(menu[name as keyof Menu]) === JSON.stringify(former[name as keyof Menu]),
        )
        trial.holds(`menu ${index} has the policy and envelope of the one before`, isSame)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-234',
    level: 'MUST',
    clause: 'NEG-17',
    title: 'the final menu has exactly the rows of the envelope',
    sends: 'Declines until the final menu of claims over several amounts.',
    expects:
      'Its rows are those that section 4 derives from the envelope, with their ids and windows.',
    async run(world, trial) {
      for (const value of ['45.00', '120.00', '1234.56']) {
        const conversation = await world.converse(trial, { value })
        const { menus } = await everyMenu(world, conversation)
        const final = menus.at(-1)
        if (final?.envelope === undefined) {
          throw new CaseIncomplete('the final menu has no envelope: publish it in the policy')
        }
        const amount = { value, currency: 'EUR' }
        const wanted = envelopeRows(amount, final.envelope)
        trial.same(
          `rows for ${value}`,
          final.rows.map(({ rowId }) => rowId),
          wanted.map(({ rowId }) => rowId),
        )
        const isSame = final.rows.every((row, index) => {
          const other = wanted[index]
          return row.firstDueFrom === other?.firstDueFrom && row.firstDueTo === other.firstDueTo
        })
        trial.holds(`windows for ${value}`, isSame, 'they differ')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-226',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'counters are agreed to if and only if the policy has them',
    sends: 'Counters drawn at random around the bounds of the envelope.',
    expects: 'An agreement for those inside, a menu or a status for those outside.',
    async run(world, trial) {
      for (let round = 1; round <= 12; round++) {
        const conversation = await world.converse(trial, { value: '300.00' })
        const talk = answering(world, trial, conversation)
        const { menu, amount } = talk.request
        if (menu.envelope === undefined) throw new CaseIncomplete('the menu has no envelope')
        const rows = envelopeRows(amount, menu.envelope)
        const row = rows[trial.choices.below(rows.length)]
        if (row === undefined) throw new CaseIncomplete('the envelope has no row')
        const edge = trial.choices.below(2) === 0 ? row.firstDueFrom : row.firstDueTo
        const day = plusDays(edge, trial.choices.below(3) - 1)
        const isInside = day >= row.firstDueFrom && day <= row.firstDueTo
        const reply = await conversation.agent.post(signCounter(talk, planOf(row, day)).jws)
        const said = saidBy(reply)
        trial.holds(
          `counter ${round}, ${isInside ? 'inside' : 'outside'}`,
          isInside ? said === AGREED : said === '200 menu' || said === '200 status',
          said,
        )
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-235',
    level: 'MUST',
    clause: 'NEG-18',
    title: 'no plan with a fee where the law does not allow it',
    sends: 'A counter with a fee.',
    expects:
      'No agreement; no row of the menu has a fee either, unless the law that the envelope states allows it.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const isFree = menu.envelope?.law?.freeOfChargeOnly !== false
      const fees = menu.rows.filter(({ priceBps }) => priceBps > 0)
      trial.holds('rows with a fee', !isFree || fees.length === 0, `${fees.length}`)
      const row = rowOf(menu)
      const plan = { ...planOf(row, row.firstDueFrom), priceBps: 900 }
      const reply = await conversation.agent.post(signCounter(talk, plan).jws)
      trial.holds('a fee of 9 %', saidBy(reply) !== AGREED, saidBy(reply))
    },
  },
  {
    role: 'server',
    id: 'SRV-236',
    level: 'MUST',
    clause: 'PLN-01',
    title: 'what follows when a line is late is told before',
    sends: 'Nothing: it looks at the request.',
    expects: 'lateTerms.',
    async run(world, trial) {
      const { payload } = await world.converse(trial)
      trial.holds('the request has lateTerms', typeof payload['lateTerms'] === 'object')
    },
  },
]
