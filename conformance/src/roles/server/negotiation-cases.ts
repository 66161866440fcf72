// How a negotiation goes on, and how it ends without agreement.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import { signAccept, signCounter, signDecline } from '../../play/answers.ts'
import type { Case } from '../../run/case.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import { plusDays } from '../../wire/days.ts'
import { envelopeRows } from '../../wire/envelope.ts'
import { decodeJws } from '../../wire/jws.ts'
import { type Amount, amountOf, minorOf } from '../../wire/money.ts'
import { type MenuRow, type PlanTerms, partsOf, planOf } from '../../wire/plan.ts'
import { refusesEach } from './refuses.ts'
import { AGREED, answering, newest, payloadIn, rowOf } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

/** A plan outside of the policy: the same as the row's, but far too late. */
const tooLate = (row: MenuRow): PlanTerms => planOf(row, plusDays(row.firstDueTo, 400))

export const negotiationCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-202',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a counter inside the policy is agreed to',
    sends:
      'A counter with a plan in instalments that the envelope has, and the first menu has not.',
    expects: 'The agreement; its lines sum to the total, what is left over in the first.',
    async run(world, trial) {
      const conversation = await world.converse(trial, { value: '100.01' })
      const talk = answering(world, trial, conversation)
      const { menu, amount } = talk.request
      if (menu.envelope === undefined) {
        throw new CaseIncomplete('the menu has no envelope: publish it in the policy')
      }
      const rows = envelopeRows(amount, menu.envelope)
      const row = rows.find(({ instalments }) => instalments === 3) ?? rows.at(-1)
      if (row === undefined) throw new CaseIncomplete('the envelope has no row')
      const answer = signCounter(talk, planOf(row, row.firstDueTo))
      const reply = await conversation.agent.post(answer.jws)
      trial.same('the counter', saidBy(reply), AGREED)
      const { payload } = JSON.parse(reply.text)
      const agreement = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const parts = partsOf(amount, row).map((minor) => amountOf(minor, 'EUR').value)
      trial.same(
        'the lines',
        agreement.lines.map((line: { amount: Amount }) => line.amount.value),
        parts,
      )
      const sum = agreement.lines.reduce(
        (total: bigint, line: { amount: Amount }) => total + minorOf(line.amount),
        0n,
      )
      trial.same('their sum', String(sum), String(minorOf(agreement.total)))
    },
  },
  {
    role: 'server',
    id: 'SRV-203',
    level: 'MUST',
    clause: 'NEG-09',
    title: 'a negotiation without agreement ends with a status',
    sends: 'A decline: nothing is acceptable.',
    expects: 'A status: refused or impasse, and the next step.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const reply = await conversation.agent.post(signDecline(talk, talk.request.menu, true))
      trial.same('the decline', saidBy(reply), '200 status')
      const said = payloadIn(reply)
      trial.holds(
        'conversation',
        ['refused', 'impasse'].includes(String(said['conversation'])),
        String(said['conversation']),
      )
      trial.holds('it says the next step', said['nextStep'] !== undefined)
      trial.same('the claim', said['claim'], 'open')
    },
  },
  {
    role: 'server',
    id: 'SRV-204',
    level: 'MUST',
    clause: 'REV-01',
    title: 'no offer of a former revision can be accepted',
    sends: 'The creditor revises the request; an accept of the menu before it.',
    expects: '409 revision-superseded; nothing changes, and the new menu can be accepted.',
    control: 'SRV-201',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, issued } = conversation
      const revised = await world
        .office(trial)
        .call(`/v1/payment-requests/${issued.id}/revisions`, {
          body: { amount: { value: '99.00', currency: 'EUR' }, reason: 'price-corrected' },
        })
      trial.same('the revision', revised.status, 200)
      const request = await newest(agent, 'request')
      if (request === undefined) throw new CaseIncomplete('the revised request did not come')
      const payload = decodeJws(request)?.payload ?? {}
      trial.same('its revision', payload['revision'], 2)
      trial.same('its amount', (payload['amount'] as Amount).value, '99.00')
      const former = answering(world, trial, { ...conversation, place: after(request) })
      const present = answering(world, trial, { agent, payload, place: after(request) })
      const formerMenu = former.request.menu
      const newMenu = present.request.menu
      trial.holds('the new menu has another name', formerMenu.menuId !== newMenu.menuId)
      await refusesEach(world, trial, conversation, {
        hostile: [
          {
            defect: 'a row of the former revision',
            refusal: refusalOf('revision-superseded'),
            jws: signAccept(former, { menu: formerMenu, row: rowOf(formerMenu) }).jws,
          },
        ],
        good: signAccept(present, { menu: newMenu, row: rowOf(newMenu) }).jws,
        answer: AGREED,
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-216',
    level: 'MUST',
    clause: 'NEG-14',
    title: 'a counter that is no plan',
    sends:
      'Counters with an interval for one instalment, none for several, a pay day in weeks, a day that does not exist, lines of nothing.',
    expects: '422 plan-invalid; nothing changes.',
    control: 'SRV-202',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const talk = answering(world, trial, conversation)
      const { menu } = talk.request
      const row = rowOf(menu)
      const day = row.firstDueFrom
      const plans: Readonly<Record<string, PlanTerms>> = {
        'an interval for one instalment': planOf(
          { instalments: 1, interval: 'P1M', priceBps: 0 },
          day,
        ),
        'no interval for two': planOf({ instalments: 2, interval: null, priceBps: 0 }, day),
        'a pay day in weeks': planOf(
          { instalments: 2, interval: 'P1W', priceBps: 0, payDay: 25 },
          day,
        ),
        'a rebate of everything': planOf(
          { instalments: 2, interval: 'P1M', priceBps: -10_000 },
          day,
        ),
      }
      const hostile = Object.entries(plans).map(([defect, plan]) => ({
        defect,
        refusal: refusalOf('plan-invalid'),
        jws: signCounter(talk, plan).jws,
      }))
      const noDay = {
        defect: 'a day that does not exist',
        refusal: refusalOf('plan-invalid'),
        jws: signCounter(talk, planOf(row, day), {
          members: { plan: planOf(row, '2026-02-30') },
        }).jws,
      }
      await refusesEach(world, trial, conversation, {
        hostile: [...hostile, noDay],
        good: signAccept(talk, { menu, row }).jws,
        answer: AGREED,
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-217',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a counter outside the policy is not agreed to',
    sends: 'A counter 400 days too late, one for a tenth of the price, one of 60 instalments.',
    expects: 'Each gets the next menu, never an agreement.',
    async run(world, trial) {
      const outside: Readonly<Record<string, (row: MenuRow) => PlanTerms>> = {
        'far too late': tooLate,
        'for a tenth': (row) => ({ ...planOf(row, row.firstDueFrom), priceBps: -9000 }),
        'of 60 instalments': (row) =>
          planOf({ instalments: 60, interval: 'P1M', priceBps: 0 }, row.firstDueFrom),
      }
      for (const [defect, planOfRow] of Object.entries(outside)) {
        const conversation = await world.converse(trial)
        const talk = answering(world, trial, conversation)
        const plan = planOfRow(rowOf(talk.request.menu))
        const reply = await conversation.agent.post(signCounter(talk, plan).jws)
        trial.same(defect, saidBy(reply), '200 menu')
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-218',
    level: 'MUST',
    clause: 'NEG-07',
    title: 'a negotiation ends in bounded rounds',
    sends: 'Counters outside the policy, one after the other.',
    expects:
      'At most six menus and one repetition of the final one; then a status: refused or impasse.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      let talk = answering(world, trial, conversation)
      const plan = tooLate(rowOf(talk.request.menu))
      const kinds: string[] = []
      for (let round = 0; round < 8 && kinds.at(-1) !== '200 status'; round++) {
        const reply = await conversation.agent.post(signCounter(talk, plan).jws)
        kinds.push(saidBy(reply))
        if (reply.type !== 'application/jose') break
        talk = { ...talk, place: after(reply.text) }
        if (kinds.at(-1) === '200 status') {
          trial.holds(
            'how it ended',
            ['refused', 'impasse'].includes(String(payloadIn(reply)['conversation'])),
          )
        }
      }
      trial.same('the last reply', kinds.at(-1) ?? 'none', '200 status')
      trial.holds('rounds', kinds.length <= 7, `${kinds.length} rounds`)
      trial.same('before it', [...new Set(kinds.slice(0, -1))], ['200 menu'])
    },
  },
  {
    role: 'server',
    id: 'SRV-221',
    level: 'MUST',
    clause: 'NEG-10',
    title: 'an answer after exp of the menu is too late',
    sends: 'The clock goes past exp of the request; then an accept.',
    expects: '410 offer-expired; no agreement.',
    control: 'SRV-201',
    async run(world, trial) {
      const before = world.now()
      const conversation = await world.converse(trial)
      try {
        world.goTo(Number(conversation.payload['exp']) + 1)
        const talk = answering(world, trial, conversation)
        const { menu } = talk.request
        const reply = await conversation.agent.post(
          signAccept(talk, { menu, row: rowOf(menu) }).jws,
        )
        trial.same('the accept', saidBy(reply), refusalOf('offer-expired'))
        const claim = await world.read(trial, conversation.issued.id)
        trial.holds('there is no agreement', claim.agreement === null)
      } finally {
        if (world.target.clockFile !== undefined) world.goTo(before)
      }
    },
  },
]
