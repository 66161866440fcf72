// How an enrolment ends, by either side.
import type { Case } from '../../run/case.ts'
import { AGREES, answersOf, sceneCase } from './bills.ts'
import type { AgentWorld } from './world.ts'

const revoked = sceneCase(
  {
    id: 'AGT-619',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'the person ends the enrolment',
    sends: 'The order to revoke, then a bill.',
    expects: 'A `revoke` in the thread of the enrolment, and no answer to the bill.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    await scene.turn({ later: 60, context: { revoke: true } })
    const enrolment = creditor.customer?.thread
    const said = enrolment === undefined ? [] : scene.saidIn(enrolment)
    trial.same(
      'in the thread of the enrolment',
      said.map(({ kind }) => kind),
      ['enrol', 'revoke'],
    )
    await scene.bill({}, { later: 60 })
    trial.same('answers', answersOf(scene), '')
  },
)

const ended = sceneCase(
  {
    id: 'AGT-631',
    level: 'MUST',
    clause: 'ENR-05',
    title: 'the creditor ends the enrolment',
    sends: 'A `revoke`, then a bill.',
    expects: 'It is noted, and the bill gets no answer.',
    control: AGREES,
  },
  async (scene, trial) => {
    const { creditor } = scene
    await scene.turn()
    const enrolment = creditor.customer?.thread
    if (enrolment === undefined) throw new TypeError('the agent is enrolled')
    await scene.turn({
      later: 60,
      before: () => creditor.deliver(creditor.next(enrolment, 'revoke', {})),
    })
    trial.same(
      'the notice',
      scene.saidIn(enrolment).map(({ kind }) => kind),
      ['enrol', 'noted'],
    )
    await scene.bill({}, { later: 60 })
    trial.same('answers', answersOf(scene), '')
  },
)

export const enrolmentCases: readonly Case<AgentWorld>[] = [revoked, ended]
