// What is owed on a day, and what becomes of an agreed plan.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import { type OfferedRequest, signAccept } from '../../play/answers.ts'
import type { Case } from '../../run/case.ts'
import { NotApplicable } from '../../run/verdicts.ts'
import { plusDays } from '../../wire/days.ts'
import { decodeJws } from '../../wire/jws.ts'
import { type Amount, minorOf } from '../../wire/money.ts'
import { refusesEach } from './refuses.ts'
import {
  about,
  addsUp,
  agree,
  answering,
  awaited,
  eventually,
  newest,
  pay,
  payloadIn,
  rowOf,
} from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

export const planCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-248',
    level: 'MUST',
    clause: 'MON-07',
    title: 'what is owed on a day is a total with its parts',
    sends: 'Queries for today and for 366 days ahead.',
    expects: 'A quote each: the parts sum to the total, half-even by part.',
    async run(world, trial) {
      const conversation = await world.converse(trial, { value: '100.01' })
      const { agent } = conversation
      let { place } = conversation
      for (const offset of [0, 366]) {
        const asOf = world.day(offset)
        const reply = await agent.post(agent.sign('query', place, { ...about(conversation), asOf }))
        trial.same(`in ${offset} days`, saidBy(reply), '200 quote')
        const quote = payloadIn(reply)
        trial.holds(`in ${offset} days: the parts sum to the total`, addsUp(quote))
        trial.same(`in ${offset} days: rounding`, quote['rounding'], 'half-even-per-part')
        place = after(reply.text)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-249',
    level: 'MUST',
    clause: 'STA-02',
    title: 'a quote is for a day from today to 366 days ahead',
    sends: 'Queries for yesterday and for 368 days ahead.',
    expects: '422 date-outside-window; nothing changes.',
    control: 'SRV-248',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, place } = conversation
      const ask = (asOf: string) => agent.sign('query', place, { ...about(conversation), asOf })
      const today = world.day(0)
      await refusesEach(world, trial, conversation, {
        hostile: [
          {
            defect: 'two days ago',
            refusal: refusalOf('date-outside-window'),
            jws: ask(plusDays(today, -2)),
          },
          {
            defect: '368 days ahead',
            refusal: refusalOf('date-outside-window'),
            jws: ask(plusDays(today, 368)),
          },
        ],
        good: ask(today),
        answer: '200 quote',
      })
    },
  },
  {
    role: 'server',
    id: 'SRV-250',
    level: 'MUST',
    clause: 'PLN-03',
    title: 'a status about an agreed claim shows the plan',
    sends: 'A query after the agreement.',
    expects: 'plan: the state of every line, and one for all.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const reply = await agreed.agent.post(agreed.agent.sign('query', agreed.next, about(agreed)))
      const { plan } = payloadIn(reply) as { plan?: { state: string; lines: unknown[] } }
      trial.same('the plan', plan?.state, 'active')
      trial.same('its lines', plan?.lines.length, agreed.agreement.lines.length)
    },
  },
  {
    role: 'server',
    id: 'SRV-251',
    level: 'MUST',
    clause: 'PLN-08',
    title: 'what ends a plan on a day',
    sends: 'A query with asOf and payoff, with a plan and without one.',
    expects:
      'A quote with payoff; money over its total settles the claim. Without a plan 409 plan-unknown.',
    async run(world, trial) {
      const open = await world.converse(trial)
      const members = { asOf: world.day(0), payoff: true }
      const none = await open.agent.post(
        open.agent.sign('query', open.place, { ...about(open), ...members }),
      )
      trial.same('without a plan', saidBy(none), refusalOf('plan-unknown'))
      const agreed = await agree(world, trial)
      const asked = agreed.agent.sign('query', agreed.next, { ...about(agreed), ...members })
      const reply = await agreed.agent.post(asked)
      trial.same('with a plan', saidBy(reply), '200 quote')
      const quote = payloadIn(reply)
      trial.holds('the parts sum to the total', addsUp(quote))
      trial.holds('it says until when', typeof quote['payoff'] === 'object')
      await pay(world, trial, agreed, { amount: (quote['total'] as Amount).value })
      trial.same('the claim', (await world.read(trial, agreed.issued.id)).claim, 'settled')
    },
  },
  {
    role: 'server',
    id: 'SRV-225',
    level: 'MUST',
    clause: 'PLN-05',
    also: ['PLN-06'],
    title: 'after a missed line another plan is offered, once',
    sends: 'No money for the line of an agreement until its grace is over; then the money.',
    expects:
      'A request with replan that names the agreement, over what is owed, without a price; once the money came no answer to it makes an agreement.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const { agent, agreement, payload } = agreed
      if (payload['lateTerms']?.replans !== 1) {
        throw new NotApplicable('the creditor offers no other plan by itself (lateTerms.replans 0)')
      }
      const start = world.now()
      try {
        world.goTo(start + (payload['lateTerms'].graceDays + 6) * 86_400)
        const offer = await eventually(async () => {
          const request = (await newest(agent, 'request')) ?? ''
          return decodeJws(request)?.payload['replan'] === undefined ? undefined : request
        })
        trial.holds('the offer', offer !== undefined, 'no request with replan came')
        const said = decodeJws(offer ?? '')?.payload ?? {}
        const replan = said['replan'] as { agreementId?: string }
        trial.holds('it names the agreement', replan?.agreementId === agreement.agreementId)
        trial.same('its revision', said['revision'], 2)
        const menu = said['menu'] as OfferedRequest['menu']
        trial.same('prices', [...new Set(menu.rows.map(({ priceBps }) => priceBps))], [0])
        await pay(world, trial, agreed, { amount: '120.00' })
        const receipt = await awaited(agent, 'receipt')
        const talk = answering(world, trial, { agent, payload: said, place: after(receipt ?? '') })
        const answer = signAccept(talk, { menu, row: rowOf(menu) })
        const reply = await agent.post(answer.jws)
        trial.holds('an answer afterwards', reply.status === 409, saidBy(reply))
      } finally {
        world.goTo(start)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-269',
    level: 'MUST',
    clause: 'PLN-07',
    title: 'who pays off a plan early owes no fee for the time that is left',
    sends: 'Nothing, where plans are free of charge: then there is no fee to remit.',
    expects: 'The payoff of a plan is at most its total, and what is remitted is stated.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      const members = { asOf: world.day(0), payoff: true }
      const asked = agreed.agent.sign('query', agreed.next, { ...about(agreed), ...members })
      const reply = await agreed.agent.post(asked)
      trial.same('the quote', saidBy(reply), '200 quote')
      const { total, payoff } = payloadIn(reply) as { total: Amount; payoff: { remitted: Amount } }
      const fee = minorOf(agreed.agreement.total) - minorOf(agreed.agreement.principal)
      const remitted = minorOf(payoff.remitted)
      trial.holds('remitted', remitted >= 0n && remitted <= (fee > 0n ? fee : 0n))
      trial.holds('the total', minorOf(total) <= minorOf(agreed.agreement.total) - remitted)
    },
  },
]
