// When people are asked, and when not.
import { after } from '../../play/agent.ts'
import type { Case } from '../../run/case.ts'
import { decodeJws } from '../../wire/jws.ts'
import { about, addsUp, cancel, eventually, newest, pay } from './talk.ts'
import { type ServerWorld, saidBy } from './world.ts'

export const reminderCases: readonly Case<ServerWorld>[] = [
  {
    role: 'server',
    id: 'SRV-501',
    level: 'MUST',
    clause: 'DUN-01',
    title: 'an agent that is silent is told when people are asked',
    sends:
      'Nothing until respondBy has passed; in another conversation a decline of the first menu.',
    expects: 'A status timed-out for the silent one; none for the one that answered.',
    async run(world, trial) {
      const silent = await world.converse(trial)
      const start = world.now()
      try {
        world.goTo(Number(silent.payload['dunning'].respondBy) + 60)
        const answered = await world.converse(trial)
        const status = await eventually(async () => {
          const last = await newest(silent.agent, 'status')
          return decodeJws(last ?? '')?.payload['conversation'] === 'timed-out' ? last : undefined
        })
        trial.holds('the silent agent is told', status !== undefined, 'no status timed-out came')
        const other = await newest(answered.agent, 'status')
        trial.holds('the other one is not', other === undefined)
        const late = silent.agent.sign('query', after(status ?? ''), about(silent))
        trial.same('a late answer (DUN-04)', saidBy(await silent.agent.post(late)), '200 status')
      } finally {
        world.goTo(start)
      }
    },
  },
  {
    role: 'server',
    id: 'SRV-228',
    level: 'MUST',
    clause: 'DUN-05',
    title: 'no reminder for what is paid or withdrawn',
    sends: 'Three claims: one is paid, one withdrawn, one left alone; then 45 days pass.',
    expects: 'Reminders, if any, for the one left alone: with level, total, parts and date.',
    async run(world, trial) {
      const alone = await world.converse(trial)
      const paid = await world.converse(trial)
      const withdrawn = await world.converse(trial)
      await pay(world, trial, paid, { amount: '120.00' })
      await cancel(world, trial, withdrawn.issued.id)
      const start = world.now()
      try {
        for (const days of [15, 22, 45]) {
          world.goTo(start + days * 86_400)
          await eventually(async () => await newest(alone.agent, 'reminder'), 2)
        }
        for (const [what, { agent }] of Object.entries({ paid, withdrawn })) {
          trial.holds(`no reminder: ${what}`, (await newest(agent, 'reminder')) === undefined)
        }
        const reminder = await newest(alone.agent, 'reminder')
        if (reminder === undefined) return
        const said = decodeJws(reminder)?.payload ?? {}
        trial.holds('its parts sum to the total', addsUp(said))
        trial.holds(
          'it has a level',
          typeof (said['dunning'] as { level?: unknown })?.level === 'number',
        )
      } finally {
        world.goTo(start)
      }
    },
  },
]
