// Money that is owed to the debtor.
import { refusalOf } from '../../catalogue/refusals.ts'
import { after } from '../../play/agent.ts'
import type { Case } from '../../run/case.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import { decodeJws } from '../../wire/jws.ts'
import { about, agree, awaited, cancel, euro, pay } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

export const creditCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-252',
    level: 'MUST',
    clause: 'CRD-01',
    also: ['CRD-05'],
    title: 'a credit is chosen once',
    sends:
      'After an over-payment: a choice that is not offered, a good one, the same again, another one.',
    expects: 'credit-choice-unknown, a status, a status, 409 credit-chosen.',
    async run(world, trial) {
      const agreed = await agree(world, trial)
      await pay(world, trial, agreed, { amount: '150.00' })
      const credit = await awaited(agreed.agent, 'credit')
      if (credit === undefined) throw new CaseIncomplete('no credit came')
      const { creditId, choices } = (decodeJws(credit)?.payload ?? {}) as {
        creditId: string
        choices: string[]
      }
      const choose = (place: ReturnType<typeof after>, choice: string) =>
        agreed.agent.sign('credit-choice', place, { ...about(agreed), creditId, choice })
      const missing = ['set-off', 'refund-to-account', 'next-bill'].find(
        (choice) => !choices.includes(choice),
      )
      if (missing !== undefined) {
        const said = saidBy(await agreed.agent.post(choose(after(credit), missing)))
        trial.holds('what is not offered', said.startsWith('422 credit-choice-unknown'), said)
      }
      const first = await agreed.agent.post(choose(after(credit), 'refund-to-origin'))
      trial.same('a choice', saidBy(first), '200 status')
      const again = await agreed.agent.post(choose(after(first.text), 'refund-to-origin'))
      trial.same('the same again', saidBy(again), '200 status')
      const other = choices.find((choice) => choice === 'next-bill') ?? 'next-bill'
      const said = saidBy(await agreed.agent.post(choose(after(again.text), other)))
      trial.same('another one', said, refusalOf('credit-chosen'))
    },
  },
  {
    role: 'server',
    id: 'SRV-253',
    level: 'MUST',
    clause: 'STA-03',
    title: 'what was paid for a withdrawn claim is credited',
    sends: 'The creditor withdraws a claim; the agent answers cancelled; money comes all the same.',
    expects: 'cancelled is taken; the money is owed back.',
    async run(world, trial) {
      const conversation = await world.converse(trial)
      const { agent, issued } = conversation
      await cancel(world, trial, issued.id)
      const told = await awaited(agent, 'cancel')
      if (told === undefined) throw new CaseIncomplete('no cancel came')
      const answer = agent.sign('cancelled', after(told), {
        ...about(conversation),
        status: 'CNCL',
      })
      const reply = await agent.post(answer)
      trial.holds('cancelled is taken', reply.status < 300, saidBy(reply))
      await pay(world, trial, conversation, { amount: '120.00' })
      const claim = await world.read(trial, issued.id)
      trial.same('the claim', claim.claim, 'cancelled')
      trial.same('what is owed back', claim.creditOwed, euro('120.00'))
    },
  },
]
